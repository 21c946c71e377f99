"""Downloader middleware that has Redis know of a doubtful page before its body is touched.

A page is doubtful if a worker that held it went away. Should this worker die of it, the death is blamed on this page
and on none of the hundred beside it: one doubtful page at a time gets past here until it has survived.
"""

from __future__ import annotations

import asyncio
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

LONGEST = 30.0  # seconds after which the next goes on


class SuspectMiddleware:
    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._lock = asyncio.Lock()
        self._suspect = 0  # page id of who has the lock
        self._timer: asyncio.TimerHandle | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = cls(crawler)
        connect = crawler.signals.connect
        for signal in (signals.item_scraped, signals.item_error, signals.item_dropped):
            connect(middleware._item_ended, signal)
        connect(middleware._spider_failed, signals.spider_error)
        return middleware

    def process_response(self, request: Request, response: Response) -> Response | Coroutine[Any, Any, Response]:
        return self._one_by_one(request, response) if "doubtful" in request.meta else response

    async def _one_by_one(self, request: Request, response: Response) -> Response:
        frontier: RedisFrontier = self._crawler.engine.scheduler.frontier  # type: ignore[union-attr]
        page_id = request.meta["page_id"]
        await self._lock.acquire()
        if not await frontier.confess(page_id):
            self._lock.release()
            raise LeaseLost(request.url)
        self._suspect = page_id
        self._timer = asyncio.get_running_loop().call_later(LONGEST, self._survived, page_id)
        return response

    def _survived(self, page_id: int) -> None:
        if page_id and page_id == self._suspect:
            self._suspect = 0
            if self._timer is not None:
                self._timer.cancel()
            self._crawler.engine.scheduler.frontier.survived(page_id)  # type: ignore[union-attr]
            self._lock.release()

    def _item_ended(self, item: object) -> None:
        self._survived(getattr(item, "page_id", 0))

    def _spider_failed(self, response: Response | Failure | None) -> None:
        request = getattr(response, "request", None)
        if request is not None:
            self._survived(request.meta.get("page_id", 0))
