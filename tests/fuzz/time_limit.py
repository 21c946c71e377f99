"""How long one input may take: no longer than a page may hold up the crawl."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = 2.0  # of the processor: a machine with much else to do breaks nothing
HANG = 30  # seconds by the clock, after which libFuzzer gives an input up


def limited(target: Callable[[bytes], None]) -> Callable[[bytes], None]:
    """The target, which fails if it takes longer."""

    def run(data: bytes) -> None:
        began = time.process_time()
        target(data)
        taken = time.process_time() - began
        assert taken < SECONDS, f"{taken:.1f} s for one input"

    return run
