"""Live progress of a crawl: one line that renews itself on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections import deque
from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.utils.asyncio import create_looping_call

from backlinks.standard_streams import say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from rich.live import Live
    from scrapy.crawler import Crawler

REFRESH = 0.5  # seconds between two looks at the counters
_OUTCOMES = ("page", "other", "redirect", "error")


def fetched(stats: Mapping[str, Any]) -> int:
    """Responses so far, whatever they were."""
    return sum(stats.get(f"pages/{outcome}", 0) for outcome in _OUTCOMES)


def failures(stats: Mapping[str, Any]) -> int:
    """Error statuses and requests without a response."""
    return int(stats.get("pages/error", 0) + stats.get("pages/failed", 0) + stats.get("spider_exceptions/count", 0))


def progress_line(stats: Mapping[str, Any], queued: int, rate: float, seconds: float, halt: str = "") -> str:
    """What a person wants to know while waiting; `halt` says why nothing is fetched now."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    halt = _store_trouble(stats) or halt
    waiting = f"  ({halt})" if halt else ""
    return (
        f"{fetched(stats):,} pages  {stats.get('links/found', 0):,} links  {failures(stats):,} errors  "
        f"{queued:,} queued  {rate:,.1f} pages/s  {hours}:{minute:02}:{second:02}{waiting}"
    )


def _store_trouble(stats: Mapping[str, Any]) -> str:
    """What keeps pages from being stored, or from being stored as fast as they come."""
    if stats.get("disk/low"):
        return "waiting for room on the disk"
    if stats.get("sink/spool_full"):
        return "waiting: the database is away and the spool is full"
    if stats.get("sink/waiting"):
        return "waiting for the database"
    return "the database is away: pages wait in the spool" if stats.get("sink/away") else ""


class Progress:
    """Reads the stats and the frontier every REFRESH seconds; the rate is that of the last ten seconds or so."""

    def __init__(self, crawler: Crawler, interval: float) -> None:
        self._crawler = crawler
        self._interval = interval  # seconds between plain lines
        self._began = self._printed = time.monotonic()
        self._samples: deque[tuple[float, int]] = deque(maxlen=20)
        self._loop = create_looping_call(self._look)
        self._live: Live | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        progress = cls(crawler, crawler.settings.getfloat("BACKLINKS_PROGRESS_INTERVAL"))
        crawler.signals.connect(progress._start, signal=signals.spider_opened)
        crawler.signals.connect(progress._stop, signal=signals.spider_closed)
        return progress

    def _start(self) -> None:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.live import Live

            self._live = Live(console=Console(stderr=True), auto_refresh=False, transient=True)
            self._live.start()
        self._loop.start(REFRESH, now=False)

    def _stop(self) -> None:
        if self._loop.running:
            self._loop.stop()
        if self._live:
            self._live.stop()

    def _look(self) -> None:
        now = time.monotonic()
        stats = self._crawler.stats.get_stats()
        self._samples.append((now, fetched(stats)))
        (earlier, before), (_, after) = self._samples[0], self._samples[-1]
        rate = (after - before) / (now - earlier) if now > earlier else 0.0
        scheduler: Any = self._crawler.engine.scheduler
        if not hasattr(scheduler, "frontier"):  # of a shared crawl that has no use for this worker
            return
        line = progress_line(stats, scheduler.queued(), rate, now - self._began, _halt(scheduler.frontier))
        if self._live:
            self._live.update(line, refresh=True)
        elif now - self._printed >= self._interval:
            self._printed = now
            say(line, sys.stderr)


def _halt(frontier: Any) -> str:
    """Why a frontier that many workers share gives out no pages."""
    if getattr(frontier, "paused", False):
        return "paused"
    exchange = getattr(frontier, "exchange", None)
    return "waiting for Redis" if exchange is not None and exchange.away else ""
