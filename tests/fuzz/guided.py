"""One target under atheris: `python -m tests.fuzz.guided TARGET FOLDER... OPTION...`, as libFuzzer takes them."""

from __future__ import annotations

import sys

import atheris

from tests.fuzz.time_limit import limited

with atheris.instrument_imports(include=["backlink_spider", "link_index", "pipelines"], enable_loader_override=False):
    from tests.fuzz.targets import TARGETS

if __name__ == "__main__":
    name = sys.argv.pop(1)
    atheris.Setup(sys.argv, limited(TARGETS[name]))
    atheris.Fuzz()
