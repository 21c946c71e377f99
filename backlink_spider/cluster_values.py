"""What the settings say about a worker of a shared crawl."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from backlink_spider.errors import BadOption

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


@dataclass(frozen=True, slots=True)
class ClusterValues:
    """Times in seconds."""

    name: str
    delay: float
    timeout: float
    lease: float
    shards: int
    concurrency: int
    pages: int
    per_domain: int
    per_host: int
    seen_expiry: int
    idle_before_end: float

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> ClusterValues:
        """Raises BadOption."""
        values = cls(
            name=settings["BACKLINKS_CRAWL_ID"],
            delay=settings.getfloat("DOWNLOAD_DELAY"),
            timeout=settings.getfloat("DOWNLOAD_TIMEOUT"),
            lease=settings.getfloat("BACKLINKS_LEASE", 60.0),
            shards=settings.getint("BACKLINKS_FRONTIER_SHARDS", 16),
            concurrency=settings.getint("CONCURRENT_REQUESTS"),
            pages=settings.getint("BACKLINKS_MAX_PAGES"),
            per_domain=settings.getint("BACKLINKS_MAX_PAGES_PER_DOMAIN"),
            per_host=settings.getint("BACKLINKS_MAX_PAGES_PER_HOST"),
            seen_expiry=settings.getint("BACKLINKS_SEEN_EXPIRY"),
            idle_before_end=settings.getfloat("BACKLINKS_IDLE_BEFORE_END"),
        )
        if not 0 < 2 * values.timeout <= values.lease:
            raise BadOption("BACKLINKS_LEASE takes at least twice DOWNLOAD_TIMEOUT, which is not 0.")
        if not settings.getbool("BACKLINKS_SHARED_CRAWL"):
            raise BadOption("RedisScheduler needs BACKLINKS_SHARED_CRAWL: set REDIS_URL, or take settings.cluster.")
        if settings.getbool("SCHEDULER_FLUSH_ON_START"):
            raise BadOption(
                "SCHEDULER_FLUSH_ON_START would empty the queue of all workers: use `backlinks frontier drop`."
            )
        if not settings.getbool("SCHEDULER_PERSIST", True):
            raise BadOption(
                "SCHEDULER_PERSIST=False would empty the queue of all workers when one ends: leave it out, a crawl that"
                " is over begins anew by itself, and `backlinks frontier drop` forgets it."
            )
        return values
