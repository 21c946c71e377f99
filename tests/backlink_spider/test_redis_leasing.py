"""What a worker leases, renews and puts back, in a real Redis."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from backlink_spider.frontier_keys import sessions, shard_of
from backlink_spider.redis_outbox import News, Wish
from tests.frontier_steps import targets
from tests.redis_worker import SHARDS, join, with_workers

if TYPE_CHECKING:
    import pytest

    from backlink_spider.redis_scripts import Scripts
    from tests.redis_server import RedisServer

PAGES = [f"https://a.example/{n}" for n in range(10)]
TARGETS = targets("a/1", "a/2")
SHARD = shard_of("a.example", SHARDS)


def test_pages_are_leased_where_they_are_wanted(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        worker = await join(scripts)
        await worker.push(*PAGES)
        assert await worker.lease(wants_pages=False) == []
        assert all(worker.holdings.shards.valid(shard) for shard in range(SHARDS))  # leased for nothing yet
        assert await worker.lease() == PAGES[:8]

    with_workers(redis_server, case)


def test_of_the_crawls_budget_is_taken_what_was_granted(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        worker = await join(scripts, pages=100)
        await worker.push(*PAGES[:3])
        assert (len(await worker.lease()), await worker.taken()) == (3, 3)
        assert not worker.leasing.budget_spent

    with_workers(redis_server, case)


def test_a_spent_budget_lets_nothing_be_leased(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        worker = await join(scripts, pages=2)
        await worker.push(*PAGES, "https://b.example/")
        assert (len(await worker.lease()), await worker.taken()) == (2, 2)
        assert (len(await worker.lease()), worker.leasing.budget_spent) == (2, True)

    with_workers(redis_server, case)


def test_pages_of_a_worker_that_is_gone_give_their_budget_back(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        gone, other = await join(scripts, pages=100), await join(scripts, pages=100)
        await gone.push(*PAGES[:3])
        await gone.lease()
        for shard in range(SHARDS):
            await scripts.commands(("ZADD", sessions(shard), "XX", 1, gone.joined.session))
        other.holdings.shards.all[SHARD].reap_at = 0.0
        await other.lease(wants_pages=False)
        assert await other.taken() == 0
        assert await other.lease() == PAGES[:3]

    with_workers(redis_server, case)


def test_what_a_lost_reply_had_leased_is_put_back_and_what_is_known_stays(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        worker, other = await join(scripts, pages=100), await join(scripts)
        await worker.push(*PAGES[:3], "https://b.example/")
        await worker.lease()
        fetched = [worker.fetch(), worker.fetch()]
        done = News(acks={fetched[0].host.shard: [fetched[0].serial]})
        del worker.holdings.flight[fetched[0].page_id]
        for host in worker.holdings.hosts.all():
            host.pages.clear()  # as if never heard of
        worker.leasing.is_unsure = True
        await worker.leasing.put_back([done])
        assert (await worker.count("flying"), await worker.taken(), worker.leasing.is_unsure) == (2, 2, False)
        assert await other.lease() == []  # the hosts are the worker's still
        await worker.leasing.put_back([])
        assert await worker.count("flying") == 1

    with_workers(redis_server, case)


def test_seen_urls_are_forgotten_once_replies_were_lost_and_not_before(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        worker = await join(scripts)
        seen = worker.holdings.seen
        seen.remember(TARGETS)
        await worker.leasing.put_back([])
        assert seen.unseen(TARGETS) == []
        worker.leasing.is_unsure = True
        await worker.leasing.put_back([])
        assert seen.unseen(TARGETS) == TARGETS

    with_workers(redis_server, case)


def test_a_session_that_redis_has_ended_loses_its_hosts_and_begins_anew(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        worker = await join(scripts)
        await worker.push(*PAGES)
        await worker.lease()
        lease = worker.fetch()
        await scripts.commands(("ZREM", sessions(SHARD), worker.joined.session))
        await worker.lease()
        assert (worker.holdings.hosts.held, worker.holdings.flight, lease.host.lost) == (0, {}, True)
        assert not worker.holdings.shards.valid(SHARD)
        await worker.lease()
        assert worker.holdings.shards.valid(SHARD)

    with_workers(redis_server, case)


def test_seeds_are_told_before_pages_behind_them_and_once(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        told: list[tuple[str, int]] = []
        worker = await join(scripts, new_seed=lambda url: told.append((url, worker.holdings.hosts.held)))
        await worker.register.add_seeds(["https://a.example/"])
        await worker.push(*PAGES)
        assert await worker.lease() == PAGES[:8]
        await worker.lease()
        assert told == [("https://a.example/", 0)]
        await worker.register.add_seeds(["https://b.example/"])
        await worker.lease()
        assert [url for url, _ in told] == ["https://a.example/", "https://b.example/"]

    with_workers(redis_server, case)


def test_seeds_are_not_read_where_nobody_asks_for_them(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        worker = await join(scripts, new_seed=None)
        await worker.register.add_seeds(["https://a.example/"])
        await worker.lease()
        assert [url async for url in worker.register.new_seeds()] == ["https://a.example/"]

    with_workers(redis_server, case)


def test_a_shard_without_its_last_writes_is_told_of_and_nothing_held_in_it_counts(
    redis_server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    async def case(scripts: Scripts) -> None:
        worker = await join(scripts)
        await worker.register.add_seeds(["https://a.example/"])
        await worker.push(*PAGES)
        await worker.lease()
        worker.holdings.outbox.ack(SHARD, worker.fetch().serial)
        worker.holdings.seen.remember(TARGETS)
        worker.holdings.shards.all[SHARD].serial = 999
        worker.seeds.clear()
        worker.holdings.shards.all[SHARD].seeds = -1
        await worker.lease()
        assert (worker.holdings.hosts.held, worker.holdings.flight, worker.leasing.is_unsure) == (0, {}, True)
        assert worker.holdings.outbox.news.is_empty
        assert worker.holdings.seen.unseen(TARGETS) == TARGETS
        assert worker.seeds == ["https://a.example/"]

    with_workers(redis_server, case)
    assert f"lost its last writes in shard {SHARD}: `backlinks frontier rebuild news`" in caplog.text


def test_a_host_that_is_wished_for_is_lent_as_soon_as_nobody_has_it(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        worker, other = await join(scripts), await join(scripts)
        await other.push(*PAGES[:1])
        await other.lease()
        await worker.lease(wants_pages=False)
        wish = Wish("a.example", SHARD, lent=asyncio.get_running_loop().create_future())
        worker.holdings.outbox.wishes.append(wish)
        await worker.lease()
        assert not wish.lent.done()  # type: ignore[union-attr]
        lease = other.fetch()
        del other.holdings.flight[lease.page_id]
        other.holdings.hosts.rest(lease.host)
        other.holdings.release_finished()
        await other.delivery.settle(other.holdings.outbox.take())
        wish.at = 0.0
        worker.holdings.shards.all[SHARD].reap_at = 0.0
        await asyncio.sleep(0.005)  # the host rests for a millisecond
        await worker.lease(wants_pages=False)
        assert wish.lent.result()  # type: ignore[union-attr]

    with_workers(redis_server, case)
