"""What becomes of a worker's news in a real Redis, and of what could not be delivered."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest

from backlink_spider import redis_delivery
from backlink_spider.frontier_file import FrontierLost
from backlink_spider.frontier_keys import dead_letters, shard_of
from backlink_spider.redis_outbox import LINES, Confession, HostNews, News
from tests.frontier_steps import targets
from tests.redis_worker import SHARDS, join, with_workers

if TYPE_CHECKING:
    from backlink_spider.redis_scripts import Scripts
    from tests.redis_server import RedisServer

PAGES = [f"https://a.example/{n}" for n in range(3)]
SHARD = shard_of("a.example", SHARDS)


def test_many_urls_of_a_host_go_in_parts_and_are_counted(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_delivery, "LINES_A_PIPELINE", LINES)

    async def case(scripts: Scripts) -> None:
        worker = await join(scripts)
        outbox = worker.holdings.outbox
        outbox.push(SHARD, targets(*(f"a.example/{n}" for n in range(LINES + 1))), 1, None)
        outbox.push(SHARD, targets("a.example/deeper", "a.example/1"), 2, None)
        news = outbox.take()
        assert [len(part) for *_, part in news.groups()] == [LINES, 1, 2]
        await worker.delivery.push(news)
        assert (worker.pushed, news.pushes) == ([(LINES, LINES), (3, 2)], {})
        assert await worker.count("queued") == LINES + 2

    with_workers(redis_server, case)


def test_a_shard_that_urls_were_pushed_to_is_asked_at_once(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        worker = await join(scripts)
        shards = worker.holdings.shards
        for shard in shards.all:
            shard.due_at = shard.asked_at = shards.clock() + 60
        await worker.push(*PAGES)
        assert [shard.number for shard in shards.all if shard.due_at <= shards.clock()] == [SHARD]

    with_workers(redis_server, case)


def test_pages_are_acked_and_their_host_is_another_workers(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        worker, other = await join(scripts), await join(scripts)
        await worker.push(*PAGES)
        await worker.lease()
        lease = worker.fetch()
        news = News(
            acks={SHARD: [lease.serial]}, hosts={SHARD: [HostNews("a.example", lease.host.token, time.monotonic())]}
        )
        await worker.delivery.settle(news)
        assert news.is_empty
        assert (await worker.count("fetched"), await worker.count("queued")) == (1, 2)
        await worker.delivery.settle(News(acks={SHARD: [lease.serial]}))
        assert await worker.count("fetched") == 1
        await other.push("https://a.example/new")
        await asyncio.sleep(0.005)
        assert await other.lease() == ["https://a.example/new"]

    with_workers(redis_server, case)


def test_what_is_left_of_a_rest_is_what_the_next_worker_waits(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        worker, other = await join(scripts), await join(scripts)
        await worker.push(*PAGES)
        await worker.lease()
        token = worker.fetch().host.token
        until = time.monotonic() + 30
        worker.holdings.shards.all[SHARD].due_at += 60
        await worker.delivery.settle(News(hosts={SHARD: [HostNews("a.example", token, until, 7.0)]}))
        due_at = worker.holdings.shards.all[SHARD].due_at - worker.holdings.shards.clock()
        await other.push("https://a.example/new")
        assert await other.lease() == []
        rest = other.holdings.shards.all[SHARD].due_at - other.holdings.shards.clock()
        assert 29 < rest <= 30.1
        assert 29 < due_at <= 30

    with_workers(redis_server, case)


def test_a_delay_alone_keeps_the_host_leased(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        worker, other = await join(scripts), await join(scripts)
        await worker.push(*PAGES)
        await worker.lease()
        lease = worker.fetch()
        news = HostNews("a.example", lease.host.token, None, 7.0)
        await worker.delivery.settle(News(hosts={SHARD: [news]}))
        await other.push("https://a.example/new")
        assert await other.lease() == []
        await worker.leasing.put_back([])
        await worker.delivery.settle(News(hosts={SHARD: [HostNews("a.example", lease.host.token, 0.0)]}))
        await asyncio.sleep(0.005)
        await other.lease()
        host = other.holdings.hosts.find("a.example")
        assert host
        assert host.delay == 7.0

    with_workers(redis_server, case)


def test_a_page_that_is_given_up_is_a_dead_letter(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        worker = await join(scripts)
        await worker.push(*PAGES)
        await worker.lease()
        await worker.delivery.settle(News(burials=[(SHARD, worker.fetch().serial, "errors")]))
        ((letter,),) = await scripts.commands(("LRANGE", dead_letters(SHARD, 1), 0, -1))
        assert letter.split()[3:] == [b"errors", b"a.example", b"/0"]

    with_workers(redis_server, case)


def test_who_confesses_learns_whether_the_page_is_held(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        worker = await join(scripts)
        await worker.push(*PAGES)
        await worker.lease()
        serial = worker.fetch().serial
        held, unheld, nobody = (asyncio.get_running_loop().create_future() for _ in range(3))
        nobody.cancel()
        news = News(confessions=[Confession(SHARD, 999, unheld), Confession(SHARD, serial, nobody)])
        news.confessions.append(Confession(SHARD, serial, held))
        await worker.delivery.confess(news)
        assert (held.result(), unheld.result()) == (True, False)

    with_workers(redis_server, case)


def test_what_was_not_answered_stays_to_be_delivered_again(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        worker = await join(scripts)
        worker.holdings.outbox.push(SHARD, targets("a.example/"), 1, None)
        news = worker.holdings.outbox.take()
        news.burials.append((SHARD, 1, "errors"))
        with redis_server.client() as client:
            client.flushall()
        with pytest.raises(FrontierLost):
            await worker.delivery.push(news)
        assert (len(news.pushes), worker.pushed) == (1, [])
        await worker.register.join(
            label="", options={}, pages=0, age=0.0, brings_seeds=False, most=0, about={}, shards=SHARDS
        )
        await worker.register.lay_out()
        await worker.delivery.push(news)
        assert (news.pushes, worker.pushed) == ({}, [(1, 1)])

    with_workers(redis_server, case)
