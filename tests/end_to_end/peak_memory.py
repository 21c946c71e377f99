"""Extension for workers under test that tells the most memory they had."""

from __future__ import annotations

import resource
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy import signals

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler


class PeakMemory:
    """Writes to PEAK_MEMORY_FILE, when the spider closes, the most memory the process had, in bytes."""

    def __init__(self, crawler: Crawler) -> None:
        self._file = Path(crawler.settings["PEAK_MEMORY_FILE"])
        crawler.signals.connect(self._write, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def _write(self) -> None:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        self._file.write_text(str(peak if sys.platform == "darwin" else peak * 1024))
