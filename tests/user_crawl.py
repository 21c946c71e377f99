"""Crawls with the project's settings and a user's own components, by our short cuts or by Scrapy's own machinery.

What happens is told as events, so that the two ways can be compared. As a program it asks for the URLs of its
arguments, all at once, and can be interrupted.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from unittest import mock

import uvloop
from scrapy import Request, Spider, signals
from scrapy.crawler import AsyncCrawlerProcess, AsyncCrawlerRunner
from scrapy.settings import Settings

from backlink_spider.items import Page, pages_stored
from backlink_spider.spiders.backlinks import BacklinkSpider
from backlinks.web_folder import Answer
from backlinks.web_server import WebServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from scrapy.crawler import Crawler
    from twisted.python.failure import Failure

    from backlinks.web_server import Exchange

SCRAPYS_OWN: dict[str, Any] = {
    "DOWNLOADER": "scrapy.core.downloader.Downloader",
    "EXTENSIONS": {"backlink_spider.direct_output.DirectOutput": None},
    "ITEM_PROCESSOR": "scrapy.pipelines.ItemPipelineManager",
}
SEED = "http://a.example/"
Event = tuple[Any, ...]


@dataclass
class Web:
    """Every URL is an empty page, or a page of these links, or answers as it is told here, answer by answer."""

    links: dict[str, list[str]] = field(default_factory=dict)
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    delay: float = 0.0
    arrived: list[str] = field(default_factory=list)  # URLs, before they are answered

    def answer(self, url: str) -> Answer:
        self.arrived.append(url)
        if answers := self.answers.get(url):
            return answers.pop(0) if len(answers) > 1 else answers[0]
        body = "".join(f"<a href='{link}'>" for link in self.links.get(url, []))
        return Answer(200, (("Content-Type", "text/html"),), body.encode(), self.delay)


@dataclass
class Crawled:
    """What a crawl was seen to do, in its order; `left` is what outlived it."""

    events: list[Event] = field(default_factory=list)
    log: list[Exchange] = field(default_factory=list)  # the server's
    stats: dict[str, Any] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)

    def of(self, *kinds: str) -> list[Event]:
        return [event for event in self.events if event[0] in kinds]

    def asked_for(self) -> list[str]:
        return [exchange.url for exchange in self.log]

    def counts(self) -> dict[str, Any]:
        """The stats that do not depend on the time and the machine."""
        changing = ("start_time", "finish_time", "elapsed", "memusage", "response_received")
        return {name: value for name, value in self.stats.items() if not name.startswith(changing)}


class Component:
    """A user's component, which tells what it sees."""

    crawler: Crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Any:
        component = cls()
        component.crawler = crawler
        return component

    def tell(self, *event: Any) -> None:
        self.crawler.events.append(event)


class Recorder(Component):
    """Pipeline in the place of the sink."""

    def process_item(self, item: Page | dict[str, Any]) -> Any:
        if isinstance(item, Page):
            self.tell("page", item.url, item.outcome, item.reason or item.status)
            self.crawler.signals.send_catch_log(pages_stored, page_ids=[item.page_id])
        else:
            self.tell("item", *item.values())
        return item


class TellingSpider(BacklinkSpider):
    """The project's own, which tells the errors that its outcomes leave out."""

    name = "telling"

    def failed(self, failure: Failure) -> Iterator[Any]:
        self.crawler.events.append(("failed", type(failure.value).__name__, str(failure.value)))
        yield next(super().failed(failure))  # the Page; not the seed over https, which nobody serves here


class AtOnceSpider(Spider):
    """Asks for all URLs at once, past the scheduler: no frontier keeps them apart."""

    name = "at_once"
    urls: Sequence[str] = ()

    async def start(self) -> AsyncIterator[dict[str, str]]:
        asked = [asyncio.create_task(self.answer(seed)) for seed in self.urls]
        for answer in asyncio.as_completed(asked):
            yield {"answer": await answer}

    async def answer(self, url: str) -> str:
        try:
            response = await self.crawler.engine.download_async(Request(url))
        except Exception as error:
            return f"{type(error).__name__} {url}"
        return f"{response.status} {url}"


class _ErrorLog(logging.Handler):
    def __init__(self, events: list[Event]) -> None:
        super().__init__(logging.ERROR)
        self._events = events

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self._events.append(("logged", record.getMessage().partition("\n")[0], repr(error)))


@contextmanager
def error_log(events: list[Event]) -> Iterator[None]:
    handler = _ErrorLog(events)
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)


def settings_of(spider: type[Spider], **values: Any) -> Settings:
    settings = Settings()
    settings.setmodule("settings.base", priority="project")
    own: dict[str, Any] = {
        "BACKLINKS_RETRY_BACKOFF": 0.01,
        "DOWNLOAD_DELAY": 0,
        "ITEM_PIPELINES": {Recorder: 900},
        "ROBOTSTXT_OBEY": False,
    }
    if not issubclass(spider, BacklinkSpider):
        own["SCHEDULER"] = "scrapy.core.scheduler.Scheduler"
        own["SCHEDULER_MEMORY_QUEUE"] = "scrapy.squeues.FifoMemoryQueue"  # the other way, order would hang on the time
    off = {"backlinks.progress.Progress": None, "backlinks.crawl_summary.CrawlSummary": None}
    settings.setdict({**own, **values, "EXTENSIONS": off | values.get("EXTENSIONS", {})}, priority="cmdline")
    return settings


def connect(crawler: Crawler, events: list[Event]) -> None:
    told = {
        signals.spider_error: lambda failure: events.append(("spider_error", repr(failure.value))),
        signals.item_dropped: lambda item, exception: events.append(("dropped", str(item), str(exception))),
        signals.item_error: lambda item, failure: events.append(("item_error", str(item), repr(failure.value))),
        signals.item_scraped: lambda item: events.append(("scraped", getattr(item, "url", str(item)))),
        signals.spider_closed: lambda reason: events.append(("closed", reason)),
    }
    for signal, tell in told.items():
        crawler.signals.connect(tell, signal, weak=False)


def crawl(
    spider: type[Spider] = TellingSpider, web: Web | None = None, *, urls: Sequence[str] = (), **settings: Any
) -> Crawled:
    """A crawl in this process, of a web of its own, to its end. The project's spider begins at SEED."""
    crawled = Crawled()
    with tempfile.TemporaryDirectory() as folder, WebServer(web or Web()) as server:  # type: ignore[arg-type]
        runner = AsyncCrawlerRunner(settings_of(spider, BACKLINKS_DATA_DIR=folder, **settings))
        crawler = runner.create_crawler(spider)
        crawler.events = crawled.events  # type: ignore[attr-defined]
        connect(crawler, crawled.events)

        async def run() -> None:
            asyncio.get_running_loop().set_exception_handler(
                lambda _, context: crawled.events.append(("loop", context["message"], repr(context.get("exception"))))
            )
            await runner.crawl(crawler, **({"seeds": SEED} if issubclass(spider, BacklinkSpider) else {"urls": urls}))
            crawled.left += [str(task) for task in asyncio.all_tasks() - {asyncio.current_task()}]

        proxies = {"http_proxy": server.proxy, "no_proxy": ""}
        loop = asyncio.Runner(loop_factory=uvloop.new_event_loop)
        with mock.patch.dict(os.environ, proxies), error_log(crawled.events), loop:
            loop.run(run())
        crawled.log = server.log
    downloader = crawler.engine.downloader
    crawled.left += [str(request) for request in downloader.active]
    for slot in downloader.slots.values():
        crawled.left += [str(request) for request in {*slot.active, *slot.transferring, *slot.queue}]
    crawled.stats = dict(crawler.stats.get_stats())
    return crawled


def crawl_as_scrapy_does(spider: type[Spider] = TellingSpider, web: Any = Web, **settings: Any) -> Crawled:
    """A crawl by our short cuts, which must be like one by Scrapy's own machinery. `web` makes one for each."""
    ours, scrapys = crawl(spider, web(), **settings), crawl(spider, web(), **{**settings, **SCRAPYS_OWN})
    assert ours.events == scrapys.events
    assert ours.asked_for() == scrapys.asked_for()
    assert ours.counts() == scrapys.counts()
    assert ours.left == scrapys.left == []
    return ours


if __name__ == "__main__":
    process = AsyncCrawlerProcess(settings_of(AtOnceSpider, LOG_LEVEL="WARNING"))
    process.crawl(AtOnceSpider, urls=sys.argv[1:])
    process.start()
