"""Extension that takes what the spider returns straight to the pipelines."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request, signals
from scrapy.exceptions import NotConfigured
from twisted.python.failure import Failure

if TYPE_CHECKING:
    from scrapy.core.spidermw import ScrapeFunc
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    OnError = Callable[[Failure, Request, "Response | Failure"], None]


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
        scraper = self._crawler.engine.scraper
        scraper.handle_spider_output_async = self._one_by_one  # type: ignore[method-assign]
        if not scraper.spidermw.middlewares:
            scraper.spidermw.scrape_response_async = _scrape  # type: ignore[method-assign,assignment]

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
