"""Blocks of a batch's size do not go back to the kernel after every use."""

from __future__ import annotations

import subprocess
import sys

import pytest

FAULTS = """
import resource
from link_index.memory import keep_freed_blocks

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(5):
        [bytearray(2 << 20) for _ in range(4)]
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

if {kept}:
    keep_freed_blocks()
faults()
print(faults())
"""


def faults(*, kept: bool) -> int:
    program = [sys.executable, "-c", FAULTS.format(kept=kept)]
    return int(subprocess.run(program, check=True, capture_output=True, text=True).stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="only GNU's malloc is told")
def test_a_block_used_again_costs_no_page_faults() -> None:
    assert faults(kept=True) < faults(kept=False) / 10
