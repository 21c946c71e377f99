from __future__ import annotations

import re

from click.testing import CliRunner

from benchmarks.frontier import main


def test_the_benchmark_of_the_frontier_empties_what_it_fills_and_judges_every_figure() -> None:
    result = CliRunner().invoke(main, ["--urls", "1500", "--theirs", "100", "--repeats", "1"])
    judged = re.findall(
        r"1,500 URLs on (15 hosts|1 host) +(>= 10x|<= \d+ B) +-?[\d.,]+(?:x| B) +(?:met|MISSED)", result.stdout
    )
    assert sorted(judged) == sorted(
        [(hosts, most) for hosts in ("15 hosts", "1 host") for most in (">= 10x", ">= 10x", "<= 60 B", "<= 12 B")]
    )
