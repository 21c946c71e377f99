"""Extension that keeps when and why a crawl started and ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.extensions.corestats import CoreStats

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class StartAndEnd(CoreStats):
    """Scrapy's core stats but for its counts of responses and items: outcomes are counted by the spider."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler.stats)
        crawler.signals.connect(extension.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signal=signals.spider_closed)
        return extension
