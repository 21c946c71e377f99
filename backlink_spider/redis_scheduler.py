"""The scheduler of a crawl that many workers share: joins the crawl, hands out what the frontier in Redis leases.

For `isinstance` and by its settings it is scrapy-redis' scheduler. Nothing of it keeps the engine waiting for Redis.
"""

from __future__ import annotations

import logging
import os
import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.exceptions import CloseSpider
from scrapy.utils.defer import deferred_from_coro
from scrapy.utils.misc import load_object
from scrapy_redis.scheduler import Scheduler

from backlink_spider import frontier_entry
from backlink_spider.cluster_values import ClusterValues
from backlink_spider.crawl_end import CrawlEnd
from backlink_spider.crawl_register import CrawlRegister
from backlink_spider.errors import (
    BadOption,
    CrawlDraining,
    CrawlError,
    CrawlFull,
    CrawlOver,
    RedisUnavailable,
    UsageMistake,
)
from backlink_spider.frontier_keys import run_key
from backlink_spider.frontier_stats import report, report_refused
from backlink_spider.leased_hosts import hosts_released
from backlink_spider.options import rules_of
from backlink_spider.page_request import page_request
from backlink_spider.redis_address import check, connect, redis_url
from backlink_spider.redis_exchange import Exchange, Reports
from backlink_spider.redis_frontier import RedisFrontier
from backlink_spider.redis_holdings import Holdings
from backlink_spider.redis_scripts import RECOVERABLE, Scripts, trouble
from backlink_spider.retry_backoff import Backoff
from backlink_spider.scheduler import FrontierScheduler
from backlink_spider.shard_calls import unspend
from backlink_spider.shard_leases import ShardLeases
from backlink_spider.start_urls import StartUrls
from backlink_spider.worker_about import WorkerAbout, process_age
from link_index.urls import target

if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Self

    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.internet.defer import Deferred
    from twisted.python.failure import Failure

    from backlink_spider.crawl_register import Beat, Joined
    from backlink_spider.items import Hop
    from backlink_spider.options import CrawlOptions
    from backlink_spider.redis_queue import HostQueue
    from link_index.urls import Target

logger = logging.getLogger(__name__)

# Why a worker ends that does not come in. Of the first three there is simply no need.
_REFUSALS: dict[type[Exception], str] = {
    CrawlOver: "over",
    CrawlFull: "enough_workers",
    CrawlDraining: "drained",
    UsageMistake: "refused",
    RedisUnavailable: "redis_unavailable",
}
_FAILURES: tuple[type[Exception], ...] = (CrawlError, *RECOVERABLE)
_UNNEEDED = ("over", "enough_workers", "drained")


class RedisScheduler(FrontierScheduler, Scheduler):  # type: ignore[misc]  # scrapy-redis is not typed
    frontier: RedisFrontier
    queue: HostQueue

    def __init__(self, crawler: Crawler, *, values: ClusterValues, backoff: Backoff, server: Any, **more: Any) -> None:
        FrontierScheduler.__init__(self, crawler, backoff=backoff, delay=values.delay)
        Scheduler.__init__(self, server=server, persist=True, serializer=frontier_entry, **more)
        self.stats = crawler.stats
        self._values = values
        self._scripts = Scripts(server)
        self._register = CrawlRegister(self._scripts, values.name)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        settings = crawler.settings
        values = ClusterValues.from_settings(settings)
        url = redis_url(settings, os.environ)
        if url is None:
            raise BadOption("A crawl that many workers share needs a Redis: name it in REDIS_URL.")
        return cls(
            crawler,
            values=values,
            backoff=Backoff.from_settings(settings),
            server=connect(url, settings.getdict("REDIS_PARAMS")),
            queue_cls=settings["SCHEDULER_QUEUE_CLASS"],
            dupefilter_cls=settings["DUPEFILTER_CLASS"],
        )

    def open(self, spider: Spider) -> Deferred[None]:
        """Join the crawl. Raises CloseSpider where this worker is not wanted or Redis is not fit, and says why."""
        return deferred_from_coro(self._join(spider))

    def close(self, reason: str) -> Deferred[None]:
        return deferred_from_coro(self._leave())

    def has_pending_requests(self) -> bool:
        """Until the crawl is over there may be some: other workers find URLs, too."""
        return self._working and not self.frontier.over

    def __len__(self) -> int:
        return len(self.queue)

    def flush(self) -> None:
        raise NotImplementedError("One worker does not empty the queue of all: `backlinks frontier drop` does.")

    async def room(self) -> None:
        if self.frontier.over:
            raise CloseSpider(self.frontier.over)
        await self.frontier.room()

    def seeded(self) -> None:
        self.frontier.seeded()

    async def borrow(self, host: str) -> None:
        await self.frontier.borrow(host)

    def give_back(self, host: str) -> None:
        self.frontier.give_back(host)

    def add_seed(self, seed: Target) -> None:
        """Count what a seed redirects to as a seed, for all workers."""
        scope = self._crawler.spider.scope  # type: ignore[union-attr]
        scope.add_seed(seed)
        if scope.needs_seeds:
            self.frontier.add_seed(seed)

    def follow(self, targets: Collection[Target], depth: int, hops: tuple[Hop, ...] = ()) -> int:
        """Have those queued that were never found before; how many of them this worker does not know."""
        buffered = self._try(self.frontier.push, targets, depth, hops) or 0
        self._count("duplicates", len(targets) - buffered)
        return buffered

    async def _join(self, spider: Spider) -> None:
        options: CrawlOptions | None = getattr(spider, "options", None)
        about = WorkerAbout(self._crawler, str(getattr(spider, "_job", "") or ""))
        try:
            await check(self.server)
            joined = await self._begin(options, about())
            await self._register.lay_out()
            self._run_started = int((await self._scripts.commands(("HGET", run_key(joined.run), "started")))[0])
            await self._unspend(joined)
            await self._share_seeds(spider, options, joined)
        except _FAILURES as error:
            refusal = error if isinstance(error, CrawlError) else RedisUnavailable(f"{trouble(error)}.")
            reason = next((reason for kind, reason in _REFUSALS.items() if isinstance(refusal, kind)), "failed")
            logger.log(logging.WARNING if reason in _UNNEEDED else logging.ERROR, "%s", refusal)
            self._crawler.engine.scraper.close_spider_async = _nothing_to_close  # type: ignore[method-assign]
            raise CloseSpider(reason) from error
        self._make_frontier(spider, joined, about)
        self._opened(spider)
        brings_seeds = options is None or bool(options.seeds)

        def begin() -> None:
            self.frontier.exchange.start(seeding=brings_seeds)

        self._begin_exchange = begin  # held: signals hold their receivers weakly
        self._crawler.signals.connect(begin, signals.spider_opened)

    async def _begin(self, options: CrawlOptions | None, about: dict[str, Any]) -> Joined:
        brings_seeds = options is None or bool(options.seeds)
        rules = {} if options is None else options.rules_document()
        return await self._register.join(
            label=options.label if options else "",
            options=rules if brings_seeds else None,
            pages=self._values.pages,
            age=process_age(),
            brings_seeds=brings_seeds,
            most=options.workers if options else 0,
            about=about,
            shards=self._values.shards,
        )

    async def _share_seeds(self, spider: Any, options: CrawlOptions | None, joined: Joined) -> None:
        if options is not None and not options.seeds:
            spider.options = replace(options, rules=rules_of(joined.options))
            spider.scope.rules = spider.options.rules
        if getattr(spider, "scope", None) is None or not spider.scope.needs_seeds:
            return
        await self._register.add_seeds([seed.url for seed in options.seeds] if options else [])
        async for url in self._register.new_seeds():
            spider.scope.add_seed(target(url))

    async def _unspend(self, joined: Joined) -> None:
        """Bring back in line what other budgets of domains and hosts have kept out."""
        key, budget = run_key(joined.run), f"{self._values.per_domain} {self._values.per_host}".encode()
        before, _ = await self._scripts.commands(("HGET", key, "per_domain"), ("HSET", key, "per_domain", budget))
        if before in (None, budget):
            return
        places = [joined.place(shard) for shard in range(joined.shards)]
        while any(await self._scripts.run([unspend(place) for place in places])):
            pass

    def _make_frontier(self, spider: Spider, joined: Joined, about: WorkerAbout) -> None:
        values = self._values
        self.df = load_object(self.dupefilter_cls).from_spider(spider)
        shards = ShardLeases(
            joined.shards,
            lease=values.lease,
            timeout=values.timeout,
            delay=values.delay,
            per_domain=values.per_domain,
            per_host=values.per_host,
        )
        send = self._crawler.signals.send_catch_log
        holdings = Holdings(
            shards,
            self.df,
            delay=values.delay,
            now=time.monotonic,
            released=lambda hosts: send(hosts_released, hosts=hosts),
        )
        reports = Reports(
            ready=self._ready,
            failed=self._fail,
            beat=self._heard,
            pushed=self._pushed,
            seeds=lambda url: spider.scope.add_seed(target(url)),  # type: ignore[attr-defined]
            about=lambda: about(self.frontier),
        )
        assert self._crawler.stats is not None
        key, kind = StartUrls.key_and_kind(self._crawler.settings, spider.name)
        inbox = StartUrls(self._scripts, key, kind, self._accept, self._crawler.stats.inc_value)
        exchange = Exchange(
            self._scripts,
            self._register,
            joined,
            holdings,
            reports,
            inbox=inbox,
            end=CrawlEnd(self._register, values.idle_before_end, inbox.is_empty),
            wants_pages=lambda: self._crawler.crawling and not self.frontier.over and not self.frontier.paused,
            concurrency=values.concurrency,
            seen_expiry=values.seen_expiry,
            reads_seeds=getattr(spider, "scope", None) is not None and spider.scope.needs_seeds,  # type: ignore[attr-defined]
        )
        self.about = about
        self.frontier = RedisFrontier(holdings, exchange)
        self.gate = self.frontier.may_fetch
        self.queue = load_object(self.queue_cls)(self.server, spider, self.queue_key, self.serializer)
        self.queue.frontier = self.frontier
        self.queue.request_of = partial(page_request, errback=self._failed)
        self._crawler.stats.set_value("frontier/run", joined.run)
        self._crawler.stats.set_value("frontier/run_started", self._run_started)

    async def _leave(self) -> None:
        if not hasattr(self, "frontier"):  # it was not let in
            await self._scripts.close()
            return
        self._stop()
        self._end_requests()
        report(self.frontier, self._stats)
        report_refused(self.frontier, self._stats)
        self._working = False
        await self.frontier.leave()

    def _accept(self, seed: Target) -> None:
        self.add_seed(seed)
        self.follow([seed], 0)

    def _ready(self) -> None:
        if self._starved:
            self._alarm.set(time.monotonic())

    def _heard(self, beat: Beat) -> None:
        frontier = self.frontier
        frontier.paused = beat.state == "paused"
        over = beat.reason if beat.state == "finished" else "drained" if beat.drain or beat.state == "draining" else ""
        if over and not frontier.over and self._working:
            frontier.over = over
            self._close_spider(over)

    def _pushed(self, lines: int, new: int) -> None:
        self._count("pushed", new)
        self._count("duplicates", lines - new)

    def _spider_error(self, response: Response | Failure | None) -> None:
        if response is None:  # of no page, but of the spider's `start`: it brings no more seeds
            self.seeded()
        super()._spider_error(response)

    def _spider_idle(self) -> None:
        if self.frontier.over:
            raise CloseSpider(self.frontier.over)


async def _nothing_to_close() -> None:
    """In place of what would complain, with a traceback, that the pipelines were never opened."""
