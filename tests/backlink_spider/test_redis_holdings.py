"""What a worker does with what it holds, without Redis: replies are as its scripts give them."""

from __future__ import annotations

import asyncio

import pytest

from backlink_spider.redis_dupefilter import SeenFilter
from backlink_spider.redis_holdings import Holdings
from backlink_spider.redis_outbox import Wish
from backlink_spider.shard_leases import ShardLeases
from tests.frontier_steps import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def holdings(clock: Clock) -> Holdings:
    shards = ShardLeases(4, lease=60.0, timeout=15.0, delay=1.0, per_domain=0, clock=clock.monotonic)
    return Holdings(shards, SeenFilter(), delay=1.0, now=clock.monotonic)


def test_a_borrowed_host_rests_for_its_own_delay_before_it_is_given_back(holdings: Holdings, clock: Clock) -> None:
    async def lent() -> None:
        wish = Wish("a", 2, lent=asyncio.get_running_loop().create_future())
        holdings.outbox.wishes.append(wish)
        holdings.wish_answered(wish, [0, 7, 3000])
        assert wish.lent
        assert wish.lent.result()

    asyncio.run(lent())
    host = holdings.hosts.find("a")
    assert host
    clock.now += 5
    holdings.hosts.rest(host)
    holdings.release_finished()
    assert [(news.name, news.token, news.until) for news in holdings.outbox.news.hosts[2]] == [("a", 7, clock.now + 3)]
