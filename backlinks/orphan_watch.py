"""Extension that ends a worker whose scrapyd is gone: nobody could list or cancel it any more."""

from __future__ import annotations

import logging
import os
import signal
import sys
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

SECONDS = 5.0  # between two looks at who the parent is


class OrphanWatch:
    """Drains the worker of a shared crawl, as `cancel.json` would: its frontier keeps what is left for others.

    Where systemd or a container runs scrapyd, its jobs end with it and this never has anything to do.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._parent = os.getppid()
        self._loop = create_looping_call(self._look)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if "scrapyd" not in sys.modules:  # its runner would be the program that runs here
            raise NotConfigured  # without a word: it is nothing to warn of
        watch = cls(crawler)
        crawler.signals.connect(watch._start, signal=signals.spider_opened)
        crawler.signals.connect(watch._stop, signal=signals.spider_closed)
        return watch

    def _start(self) -> None:
        self._loop.start(SECONDS)

    def _stop(self) -> None:
        if self._loop.running:
            self._loop.stop()

    def _look(self) -> None:
        if os.getppid() == self._parent:
            return
        logger.warning("scrapyd is gone: this worker drains, since nobody could cancel it any more.")
        self._crawler.stats.set_value("worker/orphan", True)
        self._stop()
        signal.raise_signal(signal.SIGTERM)
