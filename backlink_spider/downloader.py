"""Scrapy's downloader with a way past its queues, for requests that need not wait."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.core.downloader import Downloader
from scrapy.core.downloader.handlers import DownloadHandlers
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from backlink_spider.direct_middlewares import DirectMiddlewares

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from scrapy import Request
    from scrapy.core.downloader import Slot
    from scrapy.crawler import Crawler
    from scrapy.http import Response


class DirectDownloader(Downloader):
    """The frontier hands out requests of hosts that are due: all but a few find their slot free.

    Scrapy queues every request, starts a task for it and goes from coroutines to Deferreds and back three times; a
    request whose slot is free is awaited where it stands. Concurrency, delay and jitter of slots hold as they do in
    Scrapy, but that a delay begins at the end of a request, as servers see it; whatever has to wait takes Scrapy's way.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        # Both are made by Scrapy, which takes no other classes for them.
        self.middleware.__class__ = DirectMiddlewares
        self.handlers.__class__ = DirectHandlers
        self.handlers.slots = self.slots  # type: ignore[attr-defined]

    def fetch(self, request: Request) -> Deferred[Response | Request]:  # type: ignore[override]  # passes no spider
        self.active.add(request)
        fetched: Deferred[Response | Request] = Deferred()
        asyncio.ensure_future(self._fetch(request, fetched))  # noqa: RUF006 (held by what it waits for)
        return fetched

    async def _fetch(self, request: Request, fetched: Deferred[Response | Request]) -> None:
        result: Response | Request | Failure
        try:
            result = await self.middleware.download_async(self._enqueue_request, request)
        except Exception:
            result = Failure()  # type: ignore[no-untyped-call]
        # Active until the engine has the result: with nothing active in between it would think the crawl is over.
        self.active.remove(request)
        fetched.callback(result)

    async def _enqueue_request(self, request: Request) -> Response:
        key, slot = self._get_slot(request)
        now = monotonic()
        if (
            slot.queue
            or slot.latercall
            or slot.free_transfer_slots() <= 0
            or now < slot.lastseen + slot.delay
            or (slot.jitter and slot.delay)  # Scrapy draws the delay anew each time
        ):
            return await super()._enqueue_request(request)
        request.meta[self.DOWNLOAD_SLOT] = key
        slot.lastseen = now
        slot.active.add(request)
        self.signals.send_catch_log(
            signal=signals.request_reached_downloader, request=request, spider=self.crawler.spider
        )
        try:
            return await self._download(slot, request)
        finally:
            slot.active.remove(request)

    def _wait_for_download(
        self, slot: Slot, request: Request, queue_dfd: Deferred[Response]
    ) -> Coroutine[Any, Any, None]:
        # Scrapy counts a request once its task runs: till then a slot without a delay would let through all that wait.
        slot.transferring.add(request)
        return super()._wait_for_download(slot, request, queue_dfd)


class DirectHandlers(DownloadHandlers):
    """Finds the handler by the URL's scheme without taking the rest of the URL apart."""

    slots: dict[str, Slot]

    async def download_request_async(self, request: Request) -> Response:
        scheme = request.url.partition(":")[0]
        try:
            if scheme in self._handlers and scheme not in self._old_style_handlers:
                return await self._handlers[scheme].download_request(request)
            return await super().download_request_async(request)
        finally:
            # Scrapy's delay runs from the start of a request: a slow server would see next to no pause.
            if slot := self.slots.get(request.meta[Downloader.DOWNLOAD_SLOT]):
                slot.lastseen = monotonic()
