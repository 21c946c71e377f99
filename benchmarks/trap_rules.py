"""Shows that the trap rules keep nothing out of ordinary sites, by crawls with them and without, and what they cost.

    python -m benchmarks.trap_rules                  # generated sites of 5,000 pages of each kind
    python -m benchmarks.trap_rules --real-docs      # and the documentation that `make real-docs` downloads

What was fetched is what the server was asked for. Times are of the crawl's thread alone, without the server's.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import uvloop
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings

from backlink_spider.frontier_traps import WorkerTraps
from backlink_spider.items import Page
from backlink_spider.page_reader import read_page
from backlink_spider.spiders.backlinks import BacklinkSpider
from backlink_spider.trap_rules import TrapRules
from backlink_spider.trap_watch import TrapBudgets, TrapWatch
from backlinks.web_server import WebServer
from benchmarks.ordinary_sites import OrdinarySites
from benchmarks.real_docs.corpus import SITES, Missing, fetch
from benchmarks.real_docs.static_web import StaticWeb
from benchmarks.web import Web
from link_index.urls import target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.web import WebPage

REAL_DOCS = Path(__file__).parents[1] / "build" / "real-docs"
_QUIET = ("backlinks.progress.Progress", "backlinks.crawl_summary.CrawlSummary")


class Crawl(NamedTuple):
    """What one crawl asked for and refused, and the seconds of processor time of its thread."""

    asked: frozenset[str]
    refused: dict[str, int]
    seconds: float


def crawl(web: Any, seeds: Sequence[str], *, rules: bool) -> Crawl:
    """Crawl a web that answers by `answer(url)`, whole and without an index."""
    with tempfile.TemporaryDirectory() as folder, WebServer(web) as server:
        os.environ.update(http_proxy=server.proxy, no_proxy="")
        settings = Settings()
        settings.setmodule("settings.base", priority="project")
        own = {"DOWNLOAD_DELAY": 0, "ITEM_PIPELINES": {}, "BACKLINKS_MAX_PAGES": 0, "BACKLINKS_FOLLOW_EXTERNAL": False}
        own |= {"BACKLINKS_TRAP_RULES": rules, "BACKLINKS_DATA_DIR": folder, "EXTENSIONS": dict.fromkeys(_QUIET)}
        settings.setdict(own, priority="cmdline")
        runner = AsyncCrawlerRunner(settings)
        crawler = runner.create_crawler(BacklinkSpider)

        async def run() -> None:
            await runner.crawl(crawler, seeds=list(seeds))

        started = time.thread_time()
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
            loop.run(run())
        seconds = time.thread_time() - started
        asked = frozenset(exchange.url for exchange in server.log)
    assert crawler.stats is not None
    stats = crawler.stats.get_stats()
    return Crawl(asked, {name: number for name, number in stats.items() if name.startswith("traps/")}, seconds)


def compare(name: str, web: Any, seeds: Sequence[str]) -> bool:
    """Print a line of a web crawled with the rules and without; whether both fetched the same."""
    without, with_rules = crawl(web, seeds, rules=False), crawl(web, seeds, rules=True)
    missing = without.asked - with_rules.asked
    share = with_rules.seconds / without.seconds - 1
    print(f"{name}: {len(without.asked):,} URLs without the rules, {len(with_rules.asked):,} with them", end="; ")
    print(f"{len(missing):,} missing; processor {without.seconds:.2f} s and {with_rules.seconds:.2f} s ({share:+.1%})")
    for refused, number in sorted(with_rules.refused.items()):
        print(f"  {refused}: {number:,}")
    for url in sorted(missing)[:10]:
        print(f"  missing {url}")
    return not missing


def cost(pages: int = 1000, repeats: int = 5) -> tuple[float, float]:
    """Microseconds a page of reading it, and of all that the rules do with it and its links; the best of `repeats`."""
    web = list(Web(pages).pages())
    parsed = [_page(number, page) for number, page in enumerate(web, 1)]
    best_read = best_rules = float("inf")
    for _ in range(repeats):
        started = time.process_time()
        for page in web:
            read_page(page.body, page.url, [])
        best_read = min(best_read, time.process_time() - started)
        watch = TrapWatch(TrapRules(latest_year=2031), TrapBudgets(), WorkerTraps(), Counter[str]().update)
        seen: set[bytes] = set()
        fresh = [[link.target for link in page.links if not _was_in(seen, link.target.hash8)] for page in parsed]
        started = time.process_time()
        for page, raw, targets in zip(parsed, web, fresh, strict=True):
            watch.rule(page.target, redirected=False)
            watch.read(page, raw.body)
            for found in targets:
                watch.admitted(found, redirected=False)
        best_rules = min(best_rules, time.process_time() - started)
    return best_read / pages * 1e6, best_rules / pages * 1e6


def _page(number: int, page: WebPage) -> Page:
    links = read_page(page.body, page.url, []).links
    return Page(page.url, target(page.url), number, "page", datetime.now(UTC), 200, links=links)


def _was_in(seen: set[bytes], item: bytes) -> bool:
    known = item in seen
    seen.add(item)
    return known


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=5000, help="of each kind of generated site (default: 5000)")
    parser.add_argument("--real-docs", action="store_true", help="crawl real documentation, too; downloads it once")
    options = parser.parse_args()
    if options.real_docs:  # before a crawl names its own server as the proxy of this process
        try:
            fetch(REAL_DOCS)
        except Missing as missing:
            parser.exit(2, f"{missing}\n")
    read, rules = cost()
    print(f"a page of the benchmark's web: read in {read:.0f} us, the rules take {rules:.0f} us")
    sites = OrdinarySites(options.pages)
    is_same = compare("generated sites", sites, sites.seeds)
    if options.real_docs:
        seeds = [f"{site.root}{site.index if site.index != 'index.html' else ''}" for site in SITES]
        is_same &= compare("real documentation", StaticWeb(SITES, REAL_DOCS / "unpacked"), seeds)
    return 0 if is_same else 1


if __name__ == "__main__":
    sys.exit(main())
