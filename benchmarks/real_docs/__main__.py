"""Crawl documentation of Debian packages into a real index and compare every link with an independent extraction.

python -m benchmarks.real_docs              all of it: some minutes
python -m benchmarks.real_docs --pages 200  the first 200 pages the crawl fetches
python -m benchmarks.real_docs --again      the same crawl twice: the second must change nothing
"""

from __future__ import annotations

import argparse
import shlex
import shutil
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from backlinks.web_server import WebServer
from benchmarks.real_docs import corpus, crawl, whatwg
from benchmarks.real_docs.compare import differences, stored_index
from benchmarks.real_docs.documentation import expected_pages
from benchmarks.real_docs.readings import Readings
from benchmarks.real_docs.static_web import StaticWeb
from link_index import embedded
from link_index.connection import connect

if TYPE_CHECKING:
    from benchmarks.real_docs.compare import Difference, Index
    from benchmarks.real_docs.expected import ExpectedPage

SEEDS = [f"{site.root}{site.index if site.index != 'index.html' else ''}" for site in corpus.SITES]
SHOWN = 20  # differences printed in full


def main() -> int:
    """Exit status 0 if index and expectation agree, 1 if not, 2 if something needed is missing."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.real_docs", description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=crawl.PROJECT / "build" / "real-docs", help="what is kept")
    parser.add_argument("--pages", type=int, default=0, help="crawl and compare this many pages; 0 for all")
    parser.add_argument("--again", action="store_true", help="crawl a second time before comparing")
    arguments = parser.parse_args()
    try:
        versions = corpus.fetch(arguments.folder)
    except corpus.Missing as missing:
        print(missing, file=sys.stderr)
        return 2
    print("Packages:", ", ".join(f"{name} {version}" for name, version in versions.items()))
    web = StaticWeb(corpus.SITES, arguments.folder / "unpacked")
    index = crawled(web, arguments.folder / "index", arguments.pages, 2 if arguments.again else 1)
    with (
        Readings(arguments.folder / "readings.sqlite") as readings,
        whatwg.Resolver(whatwg.install(arguments.folder / "node")) as resolver,
    ):
        expected = expected_pages(web, SEEDS, readings, resolver)
    found = list(differences(expected, index, whole=not arguments.pages))
    report(expected, index, found)
    return 1 if found else 0


def crawled(web: StaticWeb, data: Path, pages: int, times: int) -> Index:
    """The index after so many crawls into an empty one, and what they cost, printed."""
    server_folder = data / "db"
    if embedded.running(server_folder):
        embedded.stop(server_folder)
    shutil.rmtree(data, ignore_errors=True)
    try:
        with WebServer(web) as server:  # type: ignore[arg-type]
            for _ in range(times):
                _crawl(crawl.command(SEEDS, pages), crawl.environment(server.proxy, data), server_folder)
        db = connect(data_dir=data)
        print(f"Links marked as lost: {db['links'].count_documents({'lost_at': {'$exists': True}})}")
        index = stored_index(db)
        db.client.close()
    finally:
        embedded.stop(server_folder)
    return index


def _crawl(command: list[str], environment: dict[str, str], server_folder: Path) -> None:
    print("$", shlex.join(command), flush=True)
    cost = crawl.run(command, environment)
    database = embedded.running(server_folder)
    if cost.status or database is None:
        raise SystemExit(f"The crawl ended with status {cost.status}.")
    cpu, peak = crawl.server_cost(database.pid)
    stored = sum(file.stat().st_size for file in server_folder.rglob("*") if file.is_file())
    print(f"Crawl: {cost.seconds:.0f} s, {cost.cpu_seconds:.0f} CPU-s, peak {cost.peak_mb:.0f} MB")
    print(f"Database so far ({database.name}): {cpu:.0f} CPU-s, peak {peak:.0f} MB, {stored / 1e6:.0f} MB on disk")


def report(expected: dict[str, ExpectedPage], index: Index, found: list[Difference]) -> None:
    """The figures of the comparison."""
    compared = [page for url, page in expected.items() if url in index]
    outcomes = Counter(page.outcome for page in compared)
    links = [link for page in compared for link in page.links.elements()]
    print(f"URLs compared: {len(compared)} of {len(expected)} ({_counts(outcomes)})")
    total = sum(page.outbound.get("total", 0) for page in compared)
    placements = [page.placements[link] for page in compared for link in page.links.elements()]
    print(f"Links on them: {total}, of which {len(links)} to other pages")
    print(f"  by placement: {_counts(Counter(placements))}")
    print(f"  by type: {_counts(Counter(link.link_type for link in links))}")
    print(f"  not dofollow: {sum(not link.dofollow for link in links)}")
    beyond_ascii = sum(not link.anchor.isascii() for link in links)
    print(f"  with an anchor: {sum(bool(link.anchor) for link in links)}, beyond ASCII: {beyond_ascii}")
    different = sum(len(page.links) for page in compared)
    print(f"Different links: {different} expected, {sum(len(stored.links) for stored in index.values())} stored")
    print(f"Differences: {len(found)} {_counts(Counter(difference.kind for difference in found))}")
    for difference in found[:SHOWN]:
        print(f"  {difference.kind}: {difference.page}")
        print(f"    expected {difference.expected}\n    stored   {difference.stored}")


def _counts(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.most_common())


if __name__ == "__main__":
    sys.exit(main())
