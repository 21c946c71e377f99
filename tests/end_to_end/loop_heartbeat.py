"""Extensions for workers under test: one tells how long the event loop stood still, one brings that about."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING

import redis
from scrapy import signals

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

TICK = 0.005  # seconds
NOTED = 0.05  # seconds that the loop stood still


class LoopHeartbeat:
    """Writes to HEARTBEAT_FILE every time that the loop stood still: when, by the monotonic clock, and for how long."""

    def __init__(self, crawler: Crawler) -> None:
        self._file = Path(crawler.settings["HEARTBEAT_FILE"])
        crawler.signals.connect(self._start, signal=signals.spider_opened)
        crawler.signals.connect(self._stop, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def _start(self) -> None:
        self._task = asyncio.create_task(self._beat())

    def _stop(self) -> None:
        self._task.cancel()

    async def _beat(self) -> None:
        with self._file.open("w") as file:
            while True:
                before = time.monotonic()
                await asyncio.sleep(TICK)
                late = time.monotonic() - before - TICK
                if late > NOTED:
                    file.write(f"{before} {late}\n")
                    file.flush()


class BlockingCall:
    """Asks Redis now and then as the event loop must not."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        blocking = cls()
        blocking._redis = redis.Redis.from_url(crawler.settings["BLOCKING_URL"])
        crawler.signals.connect(blocking._ask, signal=signals.spider_opened)
        return blocking

    _redis: redis.Redis

    def _ask(self) -> None:
        self._redis.ping()
        asyncio.get_running_loop().call_later(0.2, self._ask)
