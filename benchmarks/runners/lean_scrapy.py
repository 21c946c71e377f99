"""The leanest crawl that Scrapy's official parts allow: every URL of the web, an empty callback, nothing else.

The aiohttp download handler without a Twisted reactor on uvloop, one item task a page instead of a hundred, and no
middleware or extension that fetching could do without: no robots.txt, redirects, retries, cookies, decompression,
depth, referrer, statistics. The proxy is set on each request by hand, since its middleware is off too.

    python -m benchmarks.runners.lean_scrapy URLS
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.logformatter import LogFormatter
from scrapy.settings import default_settings as default

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from scrapy.http import Response

HANDLER = "scrapy.core.downloader.handlers._aiohttp.AiohttpDownloadHandler"


class QuietLogFormatter(LogFormatter):
    """Builds no log record for a page, instead of one that the level then drops."""

    def crawled(self, request: Request, response: Response, spider: Spider) -> None:  # type: ignore[override]
        return None


SETTINGS = {
    "TWISTED_REACTOR_ENABLED": False,
    "ASYNCIO_EVENT_LOOP": "uvloop.Loop",
    "DOWNLOAD_HANDLERS": {"http": HANDLER, "https": HANDLER},
    "CONCURRENT_ITEMS": 1,
    "CONCURRENT_REQUESTS": 32,
    "LOG_LEVEL": "ERROR",
    "LOG_FORMATTER": QuietLogFormatter,
    "WARN_ON_GENERATOR_RETURN_VALUE": False,
    "DOWNLOADER_MIDDLEWARES": dict.fromkeys(default.DOWNLOADER_MIDDLEWARES_BASE),
    "SPIDER_MIDDLEWARES": dict.fromkeys(default.SPIDER_MIDDLEWARES_BASE),
    "EXTENSIONS": dict.fromkeys(default.EXTENSIONS_BASE),
    "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
    "SCHEDULER_PRIORITY_QUEUE": "scrapy.pqueues.ScrapyPriorityQueue",
    "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
}


class LeanSpider(Spider):
    name = "lean"
    start_urls: list[str]

    async def start(self) -> AsyncIterator[Request]:
        meta = {"proxy": os.environ["http_proxy"]}
        for url in self.start_urls:
            yield Request(url, dont_filter=True, meta=meta.copy())

    def parse(self, response: Response) -> None:
        """Nothing: what is left is the cost of fetching."""


def main() -> None:
    process = AsyncCrawlerProcess(SETTINGS)
    process.crawl(LeanSpider, start_urls=Path(sys.argv[1]).read_text().split())
    process.start()


if __name__ == "__main__":
    main()
