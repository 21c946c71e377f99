"""Downloader middleware that obeys robots.txt and lets its crawl-delay raise the host's delay."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.robotstxt import RobotParser

# A robots.txt that cannot be fetched is counted in the stats; Scrapy would also print a traceback for each.
logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's middleware with the status rules of RFC 9309 section 2.3.1: 4xx allows all, 5xx forbids all."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = cls(crawler)
        middleware._longest_delay = crawler.settings.getfloat("BACKLINKS_MAX_CRAWL_DELAY")
        crawler.signals.connect(middleware._raise_delay, signal=signals.robots_parsed)
        return middleware

    _longest_delay: float

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if 400 <= response.status < 500:
            response = response.replace(body=b"")
        elif response.status >= 500:
            response = response.replace(body=b"User-agent: *\nDisallow: /\n")
        await super()._parse_robots(response, netloc, request)

    def _raise_delay(self, robotparser: RobotParser, request: Request) -> None:
        delay = robotparser.crawl_delay(self._robotstxt_useragent or self._default_useragent)
        if not delay or "page_id" not in request.meta:
            return
        if delay > self._longest_delay:
            self._stats.inc_value("robotstxt/crawl_delay_clamped")
            delay = self._longest_delay
        self.crawler.engine.scheduler.set_delay(request.meta["download_slot"], delay)  # type: ignore[union-attr]
