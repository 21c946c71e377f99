from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING

import pytest

from backlink_spider import shard_calls
from backlink_spider.crawl_register import SILENT_MS, CrawlRegister
from backlink_spider.errors import UnknownCrawl
from backlink_spider.frontier_report import CrawlReport, LostWorker, report
from backlink_spider.shard_calls import Place
from link_index.urls import target
from tests.redis_frontier_steps import ASK, group, scripts_of

if TYPE_CHECKING:
    from backlink_spider.redis_scripts import Scripts
    from tests.redis_server import RedisServer


async def crawl(scripts: Scripts, **about: object) -> CrawlRegister:
    register = CrawlRegister(scripts, "news")
    await register.join(
        label="monday", options={"depth": 3}, pages=50, age=0, brings_seeds=True, most=0, about=about, shards=2
    )
    await register.lay_out()
    return register


async def fill(scripts: Scripts, register: CrawlRegister) -> None:
    """Three pages of one host in shard 0, one of them in flight, and one of another host in shard 1, given up."""
    first, second = (Place(shard, register.run, register.session) for shard in range(2))
    await scripts.run(
        [
            shard_calls.push(first, [group([target(f"https://a.example/{number}") for number in range(3)], 1)]),
            shard_calls.push(second, [group([target("https://b.example/")], 1)]),
        ]
    )
    ask = ASK._replace(pages_a_host=1)
    await scripts.run([shard_calls.lease(first, ask), shard_calls.lease(second, ask)])
    await scripts.run([shard_calls.bury(second, 1, "errors")])
    await register.quota(2, 0)
    await register.add_seeds(["https://a.example/", "https://b.example/"])


def reported(server: RedisServer) -> CrawlReport:
    async def run() -> CrawlReport:
        async with scripts_of(server) as scripts:
            await fill(scripts, await crawl(scripts, host="crawl-1"))
            with server.client() as client:
                client.rpush("news:start_urls", "https://c.example/")
                client.zadd("{news:start_urls}:taken", {"https://d.example/": 1})
            return await report(scripts, "news", "news:start_urls")

    return asyncio.run(run())


def test_a_report_adds_the_shards_up(redis_server: RedisServer) -> None:
    found = reported(redis_server)
    assert (found.queued, found.flying, found.aside, found.fetched, found.pushed, found.seen) == (3, 1, 0, 1, 4, 4)
    assert (found.buried, found.dead_letters, found.hosts_waiting, found.start_urls) == (1, 1, 1, 2)


def test_a_report_tells_what_the_crawl_is(redis_server: RedisServer) -> None:
    found = reported(redis_server)
    assert (found.name, found.run, found.state, found.reason, found.label) == ("news", 1, "running", "", "monday")
    assert (found.options, found.pages, found.taken, found.seeds, found.finished) == ({"depth": 3}, 50, 2, 2, None)
    assert found.started <= found.now < found.started + 5
    assert json.loads(json.dumps(found.as_json()))["workers"][0]["about"] == {"host": "crawl-1"}


def test_a_report_knows_its_workers_and_servers(redis_server: RedisServer) -> None:
    found = reported(redis_server)
    (worker,) = found.workers
    assert (worker.session, worker.is_silent, worker.is_seeding, worker.is_draining) == (1, False, True, False)
    assert worker.lease_ends is not None
    assert 50 < worker.lease_ends <= 60
    (server,) = found.servers
    assert (server.policy, server.max_bytes, server.appends, server.keys > 5) == ("noeviction", 0, False, True)


def test_workers_that_fall_silent_are_told(redis_server: RedisServer) -> None:
    async def run() -> list[CrawlReport]:
        async with scripts_of(redis_server) as scripts:
            register = await crawl(scripts, host="crawl-2")
            with redis_server.client() as client:
                client.zadd("{backlinks:1}:workers", {"1": time.time() * 1000 - 8000})
                silent = await report(scripts, "news")
                client.zadd("{backlinks:1}:workers", {"1": time.time() * 1000 - SILENT_MS - 1})
            await register.watch()
            return [silent, await report(scripts, "news")]

    silent, lost = asyncio.run(run())
    assert [(worker.is_silent, 7 < worker.beat_age < 12) for worker in silent.workers] == [(True, True)]
    assert (lost.workers, lost.lost) == ([], [LostWorker(1, lost.lost[0].age, {"host": "crawl-2"})])
    assert 0 <= lost.lost[0].age < 5


def test_a_crawl_nobody_began_cannot_be_reported(redis_server: RedisServer) -> None:
    async def run() -> None:
        async with scripts_of(redis_server) as scripts:
            await report(scripts, "news")

    with pytest.raises(UnknownCrawl):
        asyncio.run(run())
