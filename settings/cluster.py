"""Many workers, on one machine or many: one frontier in Redis, which REDIS_URL names."""

from settings.base import *  # noqa: F403
from settings.base import DOWNLOADER_MIDDLEWARES_BASE as _MIDDLEWARES
from settings.base import EXTENSIONS_BASE as _EXTENSIONS

BACKLINKS_SHARED_CRAWL = True
SCHEDULER = "backlink_spider.redis_scheduler.RedisScheduler"
SCHEDULER_QUEUE_CLASS = "backlink_spider.redis_queue.HostQueue"
DUPEFILTER_CLASS = "backlink_spider.redis_dupefilter.SeenFilter"
SCHEDULER_PERSIST = True  # default False, by which scrapy-redis empties the queue of all when one worker ends
DOWNLOADER_MIDDLEWARES_BASE = {
    **_MIDDLEWARES,
    # Next to the handler, which reads and decompresses in bounded pieces: what can die of a body runs after Redis
    # knows of it.
    "backlink_spider.middlewares.suspect.SuspectMiddleware": 605,
}
EXTENSIONS_BASE = {
    **_EXTENSIONS,
    "backlinks.metrics.Metrics": 600,
    "backlinks.orphan_watch.OrphanWatch": 600,
}
