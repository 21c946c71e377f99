"""What a worker says of itself with each beat, for those who watch the crawl."""

from __future__ import annotations

import os
import socket
import time
from collections import deque
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from backlink_spider.redis_frontier import RedisFrontier

RATE_SECONDS = 10.0
RATES = ("rate", "link_rate", "error_rate")  # of pages, links and errors, a second
_IMPORTED = time.monotonic()


def process_age() -> float:
    """Seconds since this process was started."""
    try:
        started = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
        return time.clock_gettime(time.CLOCK_BOOTTIME) - started / os.sysconf("SC_CLK_TCK")
    except (OSError, AttributeError, IndexError, ValueError):  # not Linux
        return time.monotonic() - _IMPORTED


class WorkerAbout:
    def __init__(self, crawler: Crawler, job: str) -> None:
        self._crawler = crawler
        self._fixed = {
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "job": job,
            "started": (datetime.now(UTC) - timedelta(seconds=process_age())).isoformat(timespec="seconds"),
            "metrics": "",
        }
        self._samples: deque[tuple[float, tuple[int, ...]]] = deque()  # pages, links, errors

    def note(self, **more: Any) -> None:
        """What others know of this worker."""
        self._fixed.update(more)

    def __call__(self, frontier: RedisFrontier | None = None) -> dict[str, Any]:
        assert self._crawler.stats is not None
        stats = self._crawler.stats.get_stats()
        pages = sum(n for name, n in stats.items() if name.startswith("pages/") and name.count("/") == 1)
        errors = stats.get("pages/failed", 0) + stats.get("pages/error", 0)
        links = stats.get("links/found", 0)
        rates = self._rates(pages, links, errors)
        about = {
            **self._fixed,
            "state": "starting",
            "pages": pages,
            "links": links,
            "errors": errors,
            **dict(zip(RATES, rates, strict=True)),
            "waiting": stats.get("sink/waiting", 0),
            "spool_bytes": stats.get("spool/bytes", 0),
            "orphan": bool(stats.get("worker/orphan")),
            "rss": _resident_bytes(),
        }
        if frontier is not None:
            hosts = frontier.holdings.hosts
            state = "draining" if frontier.over else "paused" if frontier.paused else "running"
            about |= {"state": state, "held": hosts.held, "ready": hosts.ready}
            about["leases_lost"] = frontier.holdings.shards.lost_leases
            about["buffered"] = frontier.holdings.outbox.lines
        return about

    def _rates(self, *counts: int) -> list[float]:
        """Of each count a second, lately."""
        now = time.monotonic()
        self._samples.append((now, counts))
        while now - self._samples[0][0] > RATE_SECONDS:
            self._samples.popleft()
        since, before = self._samples[0]
        return [round((n - m) / (now - since), 1) if now > since else 0.0 for n, m in zip(counts, before, strict=True)]


def _resident_bytes() -> int:
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0
