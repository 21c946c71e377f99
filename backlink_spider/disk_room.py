"""Extension that pauses the crawl while the disk of its data folder is nearly full: what is under way still fits."""

from __future__ import annotations

import logging
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0


class DiskRoom:
    """The frontier cannot undo a write that found no room, so pages are fetched only while there is some.

    Stats: `disk/low` (1 or 0), `disk/low_times` and `disk/low_seconds`, once it was low.
    """

    def __init__(self, crawler: Crawler, folder: Path, reserve: int) -> None:
        self._crawler, self._folder, self._reserve = crawler, folder, reserve  # bytes
        self._low_since: float | None = None
        self._loop = create_looping_call(self._look)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        reserve = crawler.settings.getint("BACKLINKS_DISK_RESERVE")
        if not reserve:
            raise NotConfigured("BACKLINKS_DISK_RESERVE is 0")
        room = cls(crawler, Path(crawler.settings["BACKLINKS_DATA_DIR"] or ".backlinks"), reserve)
        crawler.signals.connect(room._start, signal=signals.spider_opened)
        crawler.signals.connect(room._stop, signal=signals.spider_closed)
        return room

    def _start(self) -> None:
        self._loop.start(LOOK_SECONDS)

    def _stop(self) -> None:
        self._loop.stop()

    def _look(self) -> None:
        try:
            free = shutil.disk_usage(self._folder).free
        except OSError:  # whoever writes there will say why
            return
        if free < self._reserve and self._low_since is None:
            self._low_since = time.monotonic()
            self._tell(1)
            self._crawler.stats.inc_value("disk/low_times")
            self._crawler.engine.pause()
            logger.warning(
                "The crawl pauses: the disk of %s has %d MB left, and BACKLINKS_DISK_RESERVE keeps %d MB free.",
                self._folder,
                free >> 20,
                self._reserve >> 20,
            )
        elif free >= self._reserve and self._low_since is not None:
            self._crawler.stats.inc_value("disk/low_seconds", round(time.monotonic() - self._low_since))
            self._low_since = None
            self._tell(0)
            self._crawler.engine.unpause()
            logger.warning("The disk has room again, the crawl goes on.")

    def _tell(self, low: int) -> None:
        self._crawler.stats.set_value("disk/low", low)
