"""`python -m benchmarks`: the crawlers by turns over one generated web, and the parts of ours by themselves."""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from benchmarks import page_reader, report, sink
from benchmarks.crawlers import NAMES, Bench
from benchmarks.measure import Run, service
from benchmarks.server import Counters
from benchmarks.web import Web

PARTS = ("sink", "page-reader")


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--pages", default=4000, show_default=True, help="Pages of the generated web; a twentieth as many hosts.")
@click.option("--seed", default=1, show_default=True, help="Another seed is another web.")
@click.option("--repeats", default=3, show_default=True, help="Turns of all crawlers; medians are shown.")
@click.option(
    "--only",
    multiple=True,
    type=click.Choice([*NAMES, *PARTS]),
    help="Measure this alone (repeat for several).  [default: everything]",
)
@click.option(
    "--mongo",
    type=click.Choice(["discarding", "embedded"]),
    default="discarding",
    show_default=True,
    help="What our crawler writes to. `discarding` accepts MongoDB's protocol and keeps only the bytes, which are "
    "then compared with the truth; `embedded` is the real embedded server.",
)
@click.option("--json", "result", type=click.Path(dir_okay=False, path_type=Path), help="Write all figures there.")
def main(pages: int, seed: int, repeats: int, only: tuple[str, ...], mongo: str, result: Path | None) -> None:
    """Measure this crawler beside three others on one generated web, in one run.

    The crawlers take turns, each a process of its own, and meet the same web through the same forward proxy. One run of
    plain lasts as long as ten to thirty of the others: they run before and after it, so that all see the same machine.
    Compare the ratios: processor seconds of a busy machine vary by a third.

    \b
    python -m benchmarks                                    everything, some eight minutes
    python -m benchmarks --pages 400 --repeats 1            a first look, a minute
    python -m benchmarks --only ours --only lean            two of the crawlers
    python -m benchmarks --only sink --only page-reader     two parts of ours, without a crawl

    \b
    ours     backlinks crawl with everything on (robots.txt, hops, retries, labels, counts, frontier file, sink);
             only DOWNLOAD_DELAY is 0
    plain    CrawlSpider + LinkExtractor, one item per link to JSON lines
    default  every setting as Scrapy has it, the full list of URLs, an empty callback
    lean     aiohttp handler, no reactor, uvloop, no middlewares; the full list of URLs, an empty callback

    "links = truth" compares every link's target, type, anchor, rel, labels, placement and occurrences with what the
    generator wrote, read from the bytes that our sink sent. Exit status: 1 if a figure that is required was missed.
    """
    chosen = only or (*NAMES, *PARTS)
    found: dict[str, Any] = {"machine": _machine(), "pages": pages, "seed": seed}
    click.echo(f"{found['machine']}\n")
    runs = _crawls(pages, seed, repeats, [name for name in NAMES if name in chosen], mongo)
    required = report.requirements(runs) if runs else []
    if runs:
        click.echo(f"\n{report.summary(runs)}\n\n{report.table(required)}")
        found["runs"] = {name: [run.as_json() for run in of_it] for name, of_it in runs.items()}
    if "sink" in chosen:
        found["sink"] = sink.measure()
        click.echo(f"\n{sink.table(found['sink'])}")
    if "page-reader" in chosen:
        found["page_reader"] = page_reader.measure()
        click.echo(f"\n{page_reader.table(found['page_reader'])}")
    if result:
        found["required"] = [each._asdict() for each in required]
        result.write_text(json.dumps(found, indent=1))
    if any(each.reached is not None and not each.met for each in required):
        sys.exit(1)


def _crawls(pages: int, seed: int, repeats: int, crawlers: list[str], mongo: str) -> report.Runs:
    runs: report.Runs = {name: [] for name in crawlers}
    if not crawlers:
        return runs
    with tempfile.TemporaryDirectory(prefix="backlinks-benchmark-") as name:
        folder = Path(name)
        web = Web(pages, seed)
        (folder / "seeds.txt").write_text("\n".join(web.seeds))
        (folder / "urls.txt").write_text("\n".join(web.urls))
        counters = folder / "counters"
        options = ["--pages", str(pages), "--seed", str(seed), "--counters", str(counters)]
        click.echo(f"Generating {pages:,} pages on {len(web.plan.sites)} hosts ...", err=True)
        with service("benchmarks.server", *options) as (port, server):
            bench = Bench(pages, seed, port, server, Counters(counters, pages), folder, mongo)
            for repeat in range(repeats):
                for crawler in _turn(crawlers):
                    run = bench.run(crawler)
                    runs[crawler].append(run)
                    click.echo(f"{repeat + 1}/{repeats} {_line(run)}", err=True)
    return runs


def _turn(crawlers: list[str]) -> list[str]:
    """The short ones before the long one and after it: what slows a run of seconds may be gone in the next."""
    short = [name for name in crawlers if name != "plain"]
    return [*short, "plain", *short] if "plain" in crawlers else short


def _line(run: Run) -> str:
    text = f"{run.crawler:8}{run.pages:7,} pages  {run.cpu_seconds:7.2f} CPU-s  {run.wall_seconds:6.1f} s"
    text += f"  {run.pages_per_cpu_second:6.0f} pages/CPU-s  {run.peak_mb:4.0f} MB"
    if run.pages > run.distinct:
        text += f"  {run.pages - run.distinct} fetched again"
    if run.verdict and (verdict := run.verdict):
        text += f"  links {verdict['right']:,} of {verdict['expected']:,}"
        text += "".join(f", {verdict[name]:,} {name}" for name in ("missing", "extra", "wrong") if verdict[name])
        text += "".join(f"\n      {example}" for example in verdict["examples"][:4] if run.crawler == "ours")
    return text


def _machine() -> str:
    load = os.getloadavg()[0]
    return (
        f"Python {platform.python_version()}, Scrapy {version('scrapy')}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} processors, load {load:.1f}"
    )


if __name__ == "__main__":
    main()
