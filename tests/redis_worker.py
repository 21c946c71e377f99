"""A worker of a crawl in a real Redis, without a spider: what it holds, what it leases and what it delivers."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from backlink_spider.crawl_register import CrawlRegister, Joined
from backlink_spider.frontier_keys import counters, run_key, shard_of
from backlink_spider.redis_delivery import Delivery
from backlink_spider.redis_dupefilter import SeenFilter
from backlink_spider.redis_holdings import Holdings
from backlink_spider.redis_leasing import Leasing
from backlink_spider.shard_leases import ShardLeases
from link_index.urls import target
from tests.redis_frontier_steps import scripts_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from backlink_spider.leased_hosts import RedisLease
    from backlink_spider.redis_scripts import Scripts
    from tests.redis_server import RedisServer

SHARDS = 4


class Worker:
    """`pushed`, `seeds` and `released` are what was told of them."""

    def __init__(self, scripts: Scripts, register: CrawlRegister, joined: Joined, **values: Any) -> None:
        self.scripts, self.register, self.joined = scripts, register, joined
        shards = ShardLeases(SHARDS, lease=60.0, timeout=15.0, delay=0.0, per_domain=0)
        self.released: list[set[str]] = []
        self.holdings = Holdings(shards, SeenFilter(), delay=0.0, now=time.monotonic, released=self.released.append)
        self.pushed: list[tuple[int, int]] = []
        self.seeds: list[str] = []
        self.delivery = Delivery(scripts, self.holdings, joined, lambda *counts: self.pushed.append(counts), 0)
        self.leasing = Leasing(
            scripts, register, joined, self.holdings, **{"concurrency": 8, "new_seed": self.seeds.append, **values}
        )

    async def push(self, *urls: str) -> None:
        """Have URLs queued as found at depth 1."""
        for url in map(target, urls):
            self.holdings.outbox.push(shard_of(url.domain, SHARDS), [url], 1, None)
        await self.delivery.push(self.holdings.outbox.take())

    async def lease(self, *, wants_pages: bool = True) -> list[str]:
        """The URLs that wait to be fetched after a round, whatever the time that shards ask to wait."""
        for shard in self.holdings.shards.all:
            shard.due_at = 0.0
        await self.leasing.lease(wants_pages=wants_pages)
        return sorted(lease.url for host in self.holdings.hosts.all() for lease in host.pages)

    def fetch(self) -> RedisLease:
        """Take a page in flight."""
        host = self.holdings.hosts.first()
        assert host
        lease = self.holdings.hosts.start(host)
        self.holdings.flight[lease.page_id] = lease
        return lease

    async def taken(self) -> int:
        """Of the crawl's budget of pages."""
        return int((await self.scripts.commands(("HGET", run_key(self.joined.run), "taken")))[0])

    async def count(self, counter: str) -> int:
        """Over all shards."""
        keys = [counters(shard, self.joined.run) for shard in range(SHARDS)]
        return sum(map(int, await self.scripts.commands(*(("HGET", key, counter) for key in keys))))


async def join(scripts: Scripts, pages: int = 0, **values: Any) -> Worker:
    register = CrawlRegister(scripts, "news")
    joined = await register.join(
        label="", options={}, pages=pages, age=0.0, brings_seeds=False, most=0, about={}, shards=SHARDS
    )
    await register.lay_out()
    worker = Worker(scripts, register, joined, **values)
    worker.leasing.budget = pages
    return worker


def with_workers(server: RedisServer, case: Callable[[Scripts], Awaitable[None]]) -> None:
    async def run() -> None:
        async with scripts_of(server) as scripts:
            await case(scripts)

    asyncio.run(run())
