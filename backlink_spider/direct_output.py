"""Extension that takes what the spider returns straight to the pipelines."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request, signals
from scrapy.exceptions import NotConfigured
from twisted.python.failure import Failure

if TYPE_CHECKING:
    from scrapy.core.spidermw import ScrapeFunc
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.internet.defer import Deferred

    OnError = Callable[[Failure, Request, "Response | Failure"], None]

logger = logging.getLogger(__name__)


class DirectOutput:
    """Off where CONCURRENT_ITEMS asks for several items of a response at a time.

    Scrapy starts a pool of tasks with a queue for each response, and hands a list on through seven generators although
    no spider middleware wants to see it. One item a response needs none of it.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if crawler.settings.getint("CONCURRENT_ITEMS") > 1:
            raise NotConfigured
        extension = cls(crawler)
        crawler.signals.connect(extension._take_over, signal=signals.engine_started)
        return extension

    def _take_over(self) -> None:
        self._scraper = scraper = self._crawler.engine.scraper
        scraper.enqueue_scrape = self._enqueue  # type: ignore[method-assign]
        scraper.handle_spider_output_async = self._one_by_one  # type: ignore[method-assign]
        if not scraper.spidermw.middlewares:
            scraper.spidermw.scrape_response_async = _scrape  # type: ignore[method-assign,assignment]

    def _enqueue(self, result: Response | Failure, request: Request) -> Deferred[None]:
        """Scrapy queues a result to take it from the queue at once: its limit is the engine's to heed."""
        slot = self._scraper.slot
        assert slot is not None
        slot.add_response_request(result, request)
        _, _, done = slot.next_response_request_deferred()
        asyncio.ensure_future(self._scrape_one(result, request, done))  # noqa: RUF006 (held by what it waits for)
        return done

    async def _scrape_one(self, result: Response | Failure, request: Request, done: Deferred[None]) -> None:
        scraper = self._scraper
        try:
            await scraper._scrape(result, request)
        except Exception:
            logger.exception("Scraper bug processing %s", request, extra={"spider": self._crawler.spider})
        assert scraper.slot is not None
        scraper.slot.finish_response(result, request)
        scraper._check_if_closing()
        done.callback(None)

    async def _one_by_one(
        self, result: Iterable[Any] | AsyncIterator[Any], request: Request, response: Response | Failure
    ) -> None:
        on_error = self._crawler.engine.scraper.handle_spider_error
        if isinstance(result, AsyncIterator):
            async for output in _async_to_first_error(result, on_error, request, response):
                await self._process(output, response)
        else:
            for output in _to_first_error(result, on_error, request, response):
                await self._process(output, response)

    async def _process(self, output: Any, response: Response | Failure) -> None:
        if isinstance(output, Request):
            self._crawler.engine.crawl(output)
        elif output is not None:
            await self._crawler.engine.scraper.start_itemproc_async(output, response=response)


async def _scrape(scrape: ScrapeFunc[Any], response: Response, request: Request) -> Any:
    return await scrape(response, request)


# An iterator is not asked again once it raised: Scrapy's chain is made of generators, which are over by then.


def _to_first_error(
    result: Iterable[Any], on_error: OnError, request: Request, response: Response | Failure
) -> Iterator[Any]:
    try:
        yield from result
    except Exception:
        on_error(Failure(), request, response)  # type: ignore[no-untyped-call]


async def _async_to_first_error(
    result: AsyncIterator[Any], on_error: OnError, request: Request, response: Response | Failure
) -> AsyncIterator[Any]:
    try:
        async for output in result:
            yield output
    except Exception:
        on_error(Failure(), request, response)  # type: ignore[no-untyped-call]
