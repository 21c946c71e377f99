"""`python -m benchmarks.graph_extract`: time and memory of streaming an index's web into arrays.

Links are made as they are asked for, as the driver would decode them: what a database takes is not measured, but its
documents are BSON. Each run is a process of its own; memory is its peak above what it had with everything imported.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bson
import click
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

LINKS_A_PAGE = 10
_SOME = 5_000  # links made at a time


@click.command(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.option("--edges", default="1_000_000,2_000_000,3_000_000", help="Sizes of the webs, in links.")
@click.option("--one", hidden=True, type=int, help="Measure a web of this size in this process.")
def main(edges: str, one: int | None) -> None:
    """Extract random webs of these sizes. Seconds are processor time."""
    if one is not None:
        click.echo(_measured(one))
        return
    click.echo(
        f"{'links':>10} {'pages':>10} {'decode s':>9} {'extract s':>10} {'us a link':>10} {'peak MB':>8} {'disk MB':>8}"
    )
    peaks = {}
    for size in map(int, edges.split(",")):
        command = [sys.executable, "-m", "benchmarks.graph_extract", "--one", str(size)]
        told = subprocess.run(command, check=True, capture_output=True).stdout.decode()
        pages, decode, extract, peak, disk = map(float, told.split())
        peaks[size] = peak
        click.echo(
            f"{size:10,} {pages:10,.0f} {decode:9.1f} {extract:10.1f} {extract / size * 1e6:10.1f} "
            f"{peak / 1e6:8.0f} {disk / 1e6:8.0f}"
        )
    if len(peaks) > 1:
        few, many = min(peaks), max(peaks)
        click.echo(f"a million links more: {(peaks[many] - peaks[few]) / (many - few):.1f} MB more")


def _measured(size: int) -> str:
    from link_index.graph.extraction import extract

    links = Links(size)
    index: Any = {"links": links, "pages": Pages(size // LINKS_A_PAGE)}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    with tempfile.TemporaryDirectory(prefix="backlinks-graph-") as name:
        web = extract(index, Path(name) / "web")
        seconds = time.process_time() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        disk = sum(path.stat().st_size for path in web.folder.iterdir())
    return f"{web.pages} {links.seconds} {seconds - links.seconds} {peak * 1024} {disk}"


class Links:
    """A collection of links: ten of each page, to pages that are popular by a power law."""

    def __init__(self, number: int) -> None:
        self._number = number
        self.seconds = 0.0  # what making and decoding them took

    def find(self, *_: Any) -> Iterator[dict[str, Any]]:
        random = np.random.default_rng(1)
        pages = self._number // LINKS_A_PAGE
        for start in range(0, self._number, _SOME):
            begun = time.process_time()
            targets = (pages * 1.25 * random.random(min(_SOME, self._number - start)) ** 3).astype(int).tolist()
            made = b"".join(_link((start + number) // LINKS_A_PAGE, to) for number, to in enumerate(targets))
            links = bson.decode_all(made, _AWARE)
            self.seconds += time.process_time() - begun
            yield from links


class Pages:
    """A collection of crawled pages."""

    def __init__(self, number: int) -> None:
        self._number = number

    def find(self, *_: Any) -> Iterator[dict[str, Any]]:
        for number in range(self._number):
            domain = _domain(number)
            yield {"key": _key(number, domain), "domain": domain}


_AWARE = bson.CodecOptions(tz_aware=True)
_FIRST_SEEN = datetime(2026, 1, 1, tzinfo=UTC)


def _link(source: int, to: int) -> bytes:
    source_domain, target_domain = _domain(source), _domain(to)
    link = {
        "source_url": f"https://www.{source_domain}/articles/2026/a-page-with-a-title-{source}",
        "source_domain": source_domain,
        "target_key": _key(to, target_domain),
        "target_domain": target_domain,
        "dofollow": to % 5 > 0,
        "link_type": "text",
        "first_seen": _FIRST_SEEN + timedelta(days=source % 300),
        "is_internal": source_domain == target_domain,
    }
    return bytes(bson.encode(link))


def _key(page: int, domain: str) -> str:
    name, _, suffix = domain.partition(".")
    return f"{suffix}.{name}.www/articles/2026/a-page-with-a-title-{page}"


def _domain(page: int) -> str:
    return f"domain-{page * 2654435761 % 2**32 % 50_021}.example"


if __name__ == "__main__":
    main()
