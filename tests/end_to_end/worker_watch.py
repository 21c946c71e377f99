"""Extension for workers under test: the most memory they had, and the longest that they worked at a stretch."""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy import signals

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

TICK = 0.005  # seconds


class WorkerWatch:
    """Writes to WATCH_FILE, when the spider closes: `memory` in bytes, `stretch` in seconds.

    A stretch is processor time of the event loop's thread between two turns of the loop: what `loop_heartbeat`
    measures, but for what other processes took of the machine meanwhile.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._file = Path(crawler.settings["WATCH_FILE"])
        self._stretch = 0.0
        crawler.signals.connect(self._start, signal=signals.spider_opened)
        crawler.signals.connect(self._stop, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def _start(self) -> None:
        self._task = asyncio.create_task(self._watch())

    def _stop(self) -> None:
        self._task.cancel()
        self._file.write_text(json.dumps({"memory": _peak(), "stretch": self._stretch}))

    async def _watch(self) -> None:
        while True:
            before = time.thread_time()
            await asyncio.sleep(TICK)
            self._stretch = max(self._stretch, time.thread_time() - before)


def _peak() -> int:
    """Bytes. Not `ru_maxrss` where there is another: on Linux it begins with that of the process that started this."""
    status = Path("/proc/self/status")
    if not status.exists():
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024
    [line] = (line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024
