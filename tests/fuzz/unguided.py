"""One target where atheris is not: the corpus, then inputs of Hypothesis for a while; takes guided.py's arguments."""

from __future__ import annotations

import sys
import time
from hashlib import sha1
from pathlib import Path

from hypothesis import given, settings

from tests.fuzz.inputs import inputs
from tests.fuzz.targets import TARGETS
from tests.fuzz.time_limit import limited

EXAMPLES = 200  # between two looks at the clock


def main(name: str, _found: str, seeds: str, *options: str) -> None:
    told = dict(option.lstrip("-").partition("=")[::2] for option in options)
    deadline = time.monotonic() + float(told["max_total_time"])
    tried, broken = 0, b""

    @settings(max_examples=EXAMPLES, database=None, deadline=None)
    @given(inputs)
    def one_round(data: bytes) -> None:
        nonlocal tried, broken
        tried, broken = tried + 1, data
        limited(TARGETS[name])(data)

    try:
        while time.monotonic() < deadline:
            one_round()
    except BaseException:
        kept = Path(seeds) / f"crash-{sha1(broken, usedforsecurity=False).hexdigest()}"
        kept.write_bytes(broken)  # the last that Hypothesis tries is the smallest
        raise
    finally:
        print(f"stat::number_of_executed_units: {tried}")


if __name__ == "__main__":
    main(*sys.argv[1:])
