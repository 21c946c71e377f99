"""The benchmark's table: medians, ratios and what is required of them."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.crawlers import NAMES

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.measure import Run

Runs = dict[str, list["Run"]]


class Requirement(NamedTuple):
    """A figure that has to be reached, and what was: None where its crawlers did not run."""

    what: str
    required: str
    reached: str | None
    met: bool


def summary(runs: Runs) -> str:
    """The table of all crawlers, a line each."""
    lines = [
        f"{'':65}{'pages/':>9}{'links/':>9}{'CPU':>9}{'wall':>8}{'peak':>8}{'served':>9}{'server':>8}",
        f"{'median of the runs':65}{'CPU-s':>9}{'CPU-s':>9}{'s':>9}{'s':>8}{'MB':>8}{'pages':>9}{'CPU-s':>8}",
    ]
    for name, of_it in runs.items():
        links = [each.verdict["right"] / each.cpu_seconds for each in of_it if each.verdict]
        lines.append(
            f"{name:8} {NAMES[name]:56}{_median(of_it, lambda run: run.pages_per_cpu_second):9.0f}"
            f"{f'{median(links):9.0f}' if links else '        -'}{_median(of_it, lambda run: run.cpu_seconds):9.2f}"
            f"{_median(of_it, lambda run: run.wall_seconds):8.1f}{_median(of_it, lambda run: run.peak_mb):8.0f}"
            f"{_median(of_it, lambda run: run.pages):9.0f}{_median(of_it, lambda run: run.server_cpu_seconds):8.2f}"
        )
    return "\n".join(lines)


def requirements(runs: Runs) -> list[Requirement]:
    found = [_links(runs)]
    for other, what, required in (
        ("plain", "pages per CPU-second against the plain CrawlSpider", 16.0),
        ("default", "... against Scrapy's default with an empty callback", 1.3),
        ("lean", "... against the leanest official parts", 0.55),
    ):
        if "ours" in runs and other in runs:
            ratio = _rate(runs["ours"]) / _rate(runs[other])
            found.append(Requirement(what, f">= {required}x", f"{ratio:.2f}x", ratio >= required))
        else:
            found.append(Requirement(what, f">= {required}x", None, False))
    return found + _memory(runs)


def _links(runs: Runs) -> Requirement:
    what = "links equal to the truth, nothing extra"
    verdicts = [run.verdict for run in runs.get("ours", []) if run.verdict]
    if not verdicts:
        return Requirement(what, "all", None, False)
    worst = min(verdicts, key=lambda verdict: verdict["right"] - verdict["extra"])
    reached = f"{worst['right']:,} of {worst['expected']:,}, {worst['extra']:,} extra, {worst['wrong']:,} wrong"
    return Requirement(what, "all", reached, worst["right"] == worst["expected"] and not worst["extra"])


def _memory(runs: Runs) -> list[Requirement]:
    ours = runs.get("ours")
    if not ours:
        return []
    peak = max(run.peak_mb for run in ours)
    found = [Requirement("peak memory of every run", "<= 200 MB", f"{peak:.0f} MB", peak <= 200)]
    grown = [run.mb_at[max(run.mb_at)] - run.mb_at[1000] for run in ours if len(run.mb_at) > 1]
    if grown:
        last = max(max(run.mb_at) for run in ours)
        reached = f"{median(grown):+.0f} MB"
        found.append(Requirement(f"memory from page 1,000 to page {last:,}", "flat", reached, median(grown) <= 40))
    return found


def table(found: list[Requirement]) -> str:
    width = max(len(each.what) for each in found)
    return "\n".join(
        f"{each.what:{width}}  {each.required:>10}  {each.reached or 'not measured':44}"
        f"{'' if each.reached is None else 'met' if each.met else 'MISSED'}"
        for each in found
    )


def _rate(runs: list[Run]) -> float:
    return _median(runs, lambda run: run.pages_per_cpu_second)


def _median(runs: list[Run], value: Callable[[Run], float]) -> float:
    return median(value(run) for run in runs)
