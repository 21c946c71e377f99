"""A small crawl over the real scheduler: its sink is a text file, and some URLs make it fail.

`run` is a crawl in this process. As a program, with the sink's file and the seeds for arguments, it can be killed.
A URL that contains the name of a failure below brings it about.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvloop
from scrapy import Request, Spider, signals
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.exceptions import DropItem, IgnoreRequest

from backlink_spider import frontier_attempts
from backlink_spider.items import Page, pages_stored
from backlink_spider.scope import Scope, ScopeRules
from link_index.urls import resolve, target

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from scrapy.http import Response
    from twisted.python.failure import Failure


class FollowingSpider(Spider):
    name = "following"

    def __init__(self) -> None:
        super().__init__()
        self.scope = Scope(ScopeRules(follow_external=False), [])

    async def start(self) -> AsyncIterator[Request]:
        for seed in self.settings["SEEDS"]:
            if "startfails" in seed:
                raise ValueError(seed)
            yield Request(seed)
        self.crawler.engine.scheduler.seeded()

    def parse(self, response: Response, **_: Any) -> Iterator[Page]:
        scheduler = self.crawler.engine.scheduler
        if "kills" in response.url:
            os.kill(os.getpid(), signal.SIGKILL)
        if "raises" in response.url:
            raise ValueError(response.url)
        if "newseed" in response.url:
            scheduler.add_seed(target(response.url))
        self.crawler.stats.set_value("in_scope", self.scope.refusal(target("http://newseed/"), 0) is None)
        links = [target(resolve(href, response.url)) for href in re.findall(r"href='([^']+)'", response.text)]
        scheduler.follow(scheduler.unseen(links), response.meta["depth"] + 1)
        yield page(response.request, "page")

    def failed(self, failure: Failure) -> Iterator[Page]:
        yield page(failure.request, "failed")


def page(request: Request, outcome: str) -> Page:
    now = datetime.now(UTC)
    return Page(request.url, target(request.url), request.meta["page_id"], outcome, now, depth=request.meta["depth"])


class RefusingMiddleware:
    def process_request(self, request: Request) -> None:
        if "refused" in request.url:
            raise IgnoreRequest


class BatchingSink:
    """Stores some pages at a time, as the real one does: a line "<batch> <url>" each."""

    @classmethod
    def from_crawler(cls, crawler: Any) -> BatchingSink:
        sink = cls()
        sink.crawler = crawler
        sink.file = Path(crawler.settings["SINK"]).open("a")  # noqa: SIM115 (open as long as the spider is)
        sink.batch, sink.number = [], time.time_ns()
        return sink

    def process_item(self, item: Page) -> Page:
        if "broken" in item.url:
            raise ValueError(item.url)
        if "dropped" in item.url:
            raise DropItem("as asked")
        if not self.batch:
            self.timer = asyncio.get_running_loop().call_later(0.02, self.store)
        self.batch.append(item)
        return item

    def store(self) -> None:
        batch, self.batch, self.number = self.batch, [], self.number + 1
        self.file.writelines(f"{self.number} {item.url}\n" for item in batch)
        self.file.flush()
        self.crawler.signals.send_catch_log(pages_stored, page_ids=[item.page_id for item in batch])

    def close_spider(self) -> None:
        if self.batch:
            self.timer.cancel()
            self.store()
        self.file.close()


def fill_disk(crawler: Any, pages: int) -> None:
    """Leave room for a few more pages of the frontier's file; SQLite reports both shortages alike."""
    database = crawler.engine.scheduler.frontier._db
    (size,) = database.execute("PRAGMA page_count").fetchone()
    database.execute(f"PRAGMA max_page_count = {size + pages}")


def run(sink: Path, *seeds: str, **settings: object) -> dict[str, Any]:
    """The stats of a crawl."""
    runner = AsyncCrawlerRunner(
        {
            "BACKLINKS_FRONTIER_FILE": str(sink.with_suffix(".sqlite")),
            "BACKLINKS_RETRY_BACKOFF": 0.05,
            "CONCURRENT_ITEMS": 1,
            "DOWNLOAD_DELAY_JITTER": 0,
            "DOWNLOADER_MIDDLEWARES": {RefusingMiddleware: 100},
            "ITEM_PIPELINES": {BatchingSink: 100},
            "REMOTE_CONTROL_ENABLED": False,
            "SCHEDULER": "backlink_spider.scheduler.FrontierScheduler",
            "SEEDS": seeds,
            "SINK": str(sink),
            "TELNETCONSOLE_ENABLED": False,
            "TWISTED_REACTOR_ENABLED": False,
            **settings,
        }
    )
    crawler = runner.create_crawler(FollowingSpider)
    if pages := crawler.settings.getint("ROOM_FOR_PAGES"):
        crawler.signals.connect(lambda: fill_disk(crawler, pages), signals.spider_opened, weak=False)

    async def crawl() -> None:
        await runner.crawl(crawler)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
        loop.run(crawl())
    return dict(crawler.stats.get_stats()) if crawler.stats else {}


if __name__ == "__main__":
    frontier_attempts.MAX_DEATHS = 1
    run(Path(sys.argv[1]), *sys.argv[2:])
