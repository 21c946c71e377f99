"""How far a long reading or writing is: one line that renews itself on a terminal, nothing elsewhere."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def reading_progress(what: str, done: str = "read") -> Iterator[Callable[[int], object]]:
    """Gives the function that is told how many of `what` were read; the line goes when the reading is over.

    `done` says what is done to them where that is not reading.
    """
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status(f"no {what} {done} yet") as status:
        yield lambda number: status.update(f"{number:,} {what} {done}")
