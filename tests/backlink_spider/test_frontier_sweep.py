from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from backlink_spider import shard_calls
from backlink_spider.crawl_register import CrawlRegister
from backlink_spider.frontier_sweep import drop, dropped, sweep
from backlink_spider.shard_calls import Place
from link_index.urls import target
from tests.redis_frontier_steps import group, scripts_of

if TYPE_CHECKING:
    from backlink_spider.redis_scripts import Scripts
    from tests.redis_server import RedisServer


async def crawl(scripts: Scripts, name: str) -> CrawlRegister:
    register = CrawlRegister(scripts, name)
    await register.join(label="", options={}, pages=0, age=0, brings_seeds=True, most=0, about={}, shards=2)
    await register.lay_out()
    await register.add_seeds(["https://a.example/"])
    for shard in range(2):
        urls = [target(f"https://a.example/{number}") for number in range(300)]
        await scripts.run([shard_calls.push(Place(shard, register.run, 0), [group(urls, 1)])])
        await scripts.run([shard_calls.traps(Place(shard, register.run, 0), [("a.example", "[{},{},{}]")])])
    return register


def test_a_dropped_crawl_is_swept_in_small_steps_and_leaves_nothing(redis_server: RedisServer) -> None:
    async def run() -> int:
        async with scripts_of(redis_server) as scripts:
            await crawl(scripts, "news")
            with redis_server.client() as client:
                before = sorted(client.keys("*"))
                other = await crawl(scripts, "blogs")
                assert await drop(scripts, "blogs") == other.run
                assert (await drop(scripts, "blogs"), await dropped(scripts)) == (None, [2])
                steps = 1
                while await sweep(scripts, other.run, 2, budget=2):
                    steps += 1
                assert (sorted(client.keys("*")), await dropped(scripts)) == (before, [])
            return steps

    assert asyncio.run(run()) > 2
