"""Downloader middleware that has Redis know of a doubtful page before its body is touched.

A page is doubtful if a worker that held it went away. Should this worker die of it, the death is blamed on this page
and on none of the hundred beside it: one doubtful page at a time gets past here until it survived or is sent again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy import signals

from backlink_spider.errors import LeaseLost

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from backlink_spider.redis_frontier import RedisFrontier


class SuspectMiddleware:
    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = cls(crawler)
        connect = crawler.signals.connect
        for signal in (signals.item_scraped, signals.item_error, signals.item_dropped):
            connect(middleware._item_ended, signal)
        connect(middleware._spider_failed, signals.spider_error)
        return middleware

    def process_response(self, request: Request, response: Response) -> Response | Coroutine[Any, Any, Response]:
        return self._confessed(request, response) if "doubtful" in request.meta else response

    async def _confessed(self, request: Request, response: Response) -> Response:
        if not await self._frontier.confess(request.meta["page_id"]):
            raise LeaseLost(request.url)
        return response

    def _item_ended(self, item: object) -> None:
        self._frontier.survived(getattr(item, "page_id", 0))

    def _spider_failed(self, response: Response | Failure | None) -> None:
        request = getattr(response, "request", None)
        if request is not None:
            self._frontier.survived(request.meta.get("page_id", 0))

    @property
    def _frontier(self) -> RedisFrontier:
        frontier: RedisFrontier = self._crawler.engine.scheduler.frontier  # type: ignore[union-attr]
        return frontier
