"""One crawl as a job: checked before it starts, run in this process, judged when it ends."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from typing import TYPE_CHECKING, Any
from urllib.request import getproxies

from scrapy.crawler import AsyncCrawlerProcess

from backlink_spider.errors import BadOption, RedisUnavailable
from backlink_spider.frontier_file import open_file
from backlink_spider.network_options import operators_proxies, read_networks, read_ports
from backlink_spider.options import frontier_path, read_options
from backlinks.metrics import VARIABLE, read_address
from backlinks.progress import fetched
from backlinks.standard_streams import say
from link_index.connection import connect, data_dir

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy.crawler import Crawler
    from scrapy.settings import Settings

# Reasons to end that are what the user asked for; everything else is a failure.
_GOOD_ENDS = frozenset({"finished", "limit_pages", "shutdown"})
# What the other workers or an operator decided, whatever this worker has fetched.
_SHARED_ENDS = frozenset({"over", "enough_workers", "drained", "stopped"})


def run(settings: Settings, arguments: Mapping[str, Any]) -> int:
    """Crawl, and return the exit status. Raises CrawlError and LinkIndexError before anything is fetched."""
    prepare(settings, arguments)
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler("backlinks")
    process.crawl(crawler, **arguments)
    process.start()
    gc.freeze()  # the process is about to end: spare it a last look at all that it holds
    return exit_status(crawler)


def prepare(settings: Settings, arguments: Mapping[str, Any]) -> None:
    """Find what can be found before the first request; start the embedded database if it is needed."""
    if "BACKLINKS_FOLLOW_EXTERNAL" not in settings:
        raise BadOption(
            "The settings module in force is not this project's: run from the project's folder, or in an"
            " environment where no other package is called `settings`."
        )
    is_shared = settings.getbool("BACKLINKS_SHARED_CRAWL")
    if settings["REDIS_URL"] and not is_shared:
        raise BadOption(
            "REDIS_URL as a setting does not make a crawl of many workers: name the Redis in the environment"
            " (REDIS_URL=... backlinks crawl ...), or use settings.cluster."
        )
    options = read_options(arguments, settings)
    read_networks(settings.getlist("BACKLINKS_ALLOWED_NETWORKS"))
    read_ports(settings.getlist("BACKLINKS_ALLOWED_PORTS"))
    operators_proxies(getproxies())
    folder = data_dir(settings["BACKLINKS_DATA_DIR"])
    settings.set("BACKLINKS_DATA_DIR", str(folder), priority="cmdline")
    connect(settings["MONGODB_URI"], folder).client.close()
    if is_shared:
        read_address(settings["BACKLINKS_METRICS_ADDRESS"] or os.environ.get(VARIABLE, ""))
        # A loop of its own: `scrapy crawl` has set the crawl's already, and asyncio.run would leave none set.
        with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
            runner.run(_check_redis(settings))
    else:
        open_file(frontier_path(folder, options)).close()
    # A page makes thousands of short-lived objects and no cycles: look for cycles rarely, and never in what is loaded.
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


async def _check_redis(settings: Settings) -> None:
    # Redis' client takes a while to import: only who uses it pays for that.
    from backlink_spider import redis_address
    from backlink_spider.redis_scripts import RECOVERABLE

    url = redis_address.redis_url(settings, os.environ)
    if url is None:
        raise BadOption("A crawl that many workers share needs a Redis: name it in REDIS_URL.")
    client = redis_address.connect(url, settings.getdict("REDIS_PARAMS"))
    try:
        await redis_address.check(client)
    except RECOVERABLE as error:
        raise RedisUnavailable(f"Redis does not answer ({error}).") from error
    finally:
        await client.aclose()


def exit_status(crawler: Crawler) -> int:
    """0 if the crawl ended as asked and fetched anything, 2 if other workers' crawl is not what was asked for, else 1.

    A crawl that had no time for a summary says so.
    """
    stats = crawler.stats.get_stats() if crawler.stats else {}
    reason = stats.get("finish_reason")
    if reason is None and "start_time" in stats:
        say("Stopped at once. What is stored stays; the same command goes on with the rest.", sys.stderr)
    outcomes = sum(number for name, number in stats.items() if name.startswith("pages/") and name.count("/") == 1)
    went_on = stats.get("frontier/fetched", 0) > outcomes  # others were stored before it was interrupted
    if reason == "refused":
        return 2
    if reason in _SHARED_ENDS or ("frontier/run" in stats and reason in _GOOD_ENDS):
        return 0
    return 0 if reason in _GOOD_ENDS and (fetched(stats) or went_on) else 1
