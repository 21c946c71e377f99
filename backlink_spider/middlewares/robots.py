"""Downloader middleware that obeys robots.txt and lets its crawl-delay raise the host's delay."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from scrapy import Request, signals
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.http.request import NO_CALLBACK
from twisted.internet.defer import Deferred

from backlink_spider.errors import LeaseLost
from backlink_spider.redirect_hops import REDIRECT_STATUSES, http_hop
from link_index.urls import target

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.robotstxt import RobotParser

    from backlink_spider.scheduler import FrontierScheduler

# A robots.txt that cannot be fetched is counted in the stats; Scrapy would also print a traceback for each.
logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)

MAX_REDIRECTS = 5  # as many as RFC 9309 section 2.3.1.2 asks for
_UNKNOWN: Deferred[Any] = Deferred()


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's middleware with the rules of RFC 9309 section 2.3.1: five redirects, 4xx allows all, 5xx forbids all.

    A redirect that leads nowhere allows all, as 4xx does. A robots.txt that was not asked for, since the host's lease
    ran out or the host it redirects to was not lent, says nothing: the page is not fetched, and the next one asks anew.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._is_shared = crawler.settings.getbool("BACKLINKS_SHARED_CRAWL")
        self._unasked: dict[str, LeaseLost] = {}  # netloc -> why it was not asked

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = cls(crawler)
        middleware._longest_delay = crawler.settings.getfloat("BACKLINKS_MAX_CRAWL_DELAY")
        crawler.signals.connect(middleware._raise_delay, signal=signals.robots_parsed)
        return middleware

    _longest_delay: float

    def process_request(  # type: ignore[override]  # a coroutine only where there is something to wait for
        self, request: Request
    ) -> Coroutine[Any, Any, None] | None:
        parser = self._parsers.get(request.url.partition("://")[2].partition("/")[0], _UNKNOWN)
        if isinstance(parser, Deferred) or "dont_obey_robotstxt" in request.meta:
            return super().process_request(request)
        self.process_request_2(parser, request)
        return None

    async def robot_parser(self, request: Request) -> RobotParser | None:
        netloc = request.url.partition("://")[2].partition("/")[0]
        is_first = netloc not in self._parsers
        parser = await super().robot_parser(request)
        if netloc in self._unasked:
            del self._parsers[netloc]
            raise self._unasked.pop(netloc)
        if is_first and self._is_shared:
            raise LeaseLost(netloc)  # the page's turn comes when the host has rested, by its crawl-delay if it has one
        return parser

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        if isinstance(exc, LeaseLost):
            self._unasked[netloc] = exc
        super()._robots_error(exc, netloc)

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        response = await self._redirected(response)
        if 300 <= response.status < 500:
            response = response.replace(body=b"")
        elif response.status >= 500:
            response = response.replace(body=b"User-agent: *\nDisallow: /\n")
        await super()._parse_robots(response, netloc, request)

    async def _redirected(self, response: Response) -> Response:
        """What the redirects of a robots.txt lead to, or the last redirect if it leads nowhere."""
        origin = target(response.url).host
        for _ in range(MAX_REDIRECTS):
            if response.status not in REDIRECT_STATUSES:
                break
            hop = http_hop(response.url, response.status, response.headers.get(b"Location"))
            if not hop.to:
                break
            meta = {"dont_obey_robotstxt": True, "verbatim_url": True}
            onward = Request(hop.to, callback=NO_CALLBACK, priority=self.DOWNLOAD_PRIORITY, meta=meta)
            response = await self._download(onward, origin)
        return response

    async def _download(self, onward: Request, origin: str) -> Response:
        """Another host than the page's own is not ours to ask at any time."""
        engine = self.crawler.engine
        assert engine is not None
        host = target(onward.url).host
        if host == origin:
            return await engine.download_async(onward)
        scheduler: FrontierScheduler = engine.scheduler  # type: ignore[assignment]
        await scheduler.borrow(host)
        try:
            return await engine.download_async(onward)
        finally:
            scheduler.give_back(host)

    def _raise_delay(self, robotparser: RobotParser, request: Request) -> None:
        delay = robotparser.crawl_delay(self._robotstxt_useragent or self._default_useragent)
        if not delay or "page_id" not in request.meta:
            return
        if delay > self._longest_delay:
            self._stats.inc_value("robotstxt/crawl_delay_clamped")
            delay = self._longest_delay
        self.crawler.engine.scheduler.set_delay(request.meta["download_slot"], delay)  # type: ignore[union-attr]
