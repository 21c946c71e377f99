"""What a worker does with what it holds, without Redis: replies are as its scripts give them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from backlink_spider.redis_dupefilter import SeenFilter
from backlink_spider.redis_holdings import Holdings
from backlink_spider.redis_outbox import Wish
from backlink_spider.shard_calls import Grant
from backlink_spider.shard_leases import ShardLeases
from tests.frontier_steps import Clock

if TYPE_CHECKING:
    from backlink_spider.leased_hosts import LeasedHost, RedisLease


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def released() -> list[set[str]]:
    """What was told of hosts that are given back or lost."""
    return []


@pytest.fixture
def holdings(clock: Clock, released: list[set[str]]) -> Holdings:
    shards = ShardLeases(4, lease=60.0, timeout=15.0, delay=1.0, per_domain=0, clock=clock.monotonic)
    return Holdings(shards, SeenFilter(), delay=1.0, now=clock.monotonic, released=released.append)


def grant(holdings: Holdings, host: str, *paths: str, shard: int = 2, token: int = 7, delay_ms: int = 0) -> LeasedHost:
    """Have a host leased with pages at these paths."""
    holdings.take(shard, Grant(host, 1, delay_ms, token, [path.encode() for path in paths]))
    found = holdings.hosts.find(host)
    assert found
    return found


def fetch(holdings: Holdings) -> RedisLease:
    """Take the next page in flight."""
    host = holdings.hosts.first()
    assert host
    lease = holdings.hosts.start(host)
    holdings.flight[lease.page_id] = lease
    return lease


def test_hosts_that_are_given_back_are_told_of_together(holdings: Holdings, released: list[set[str]]) -> None:
    for name in "ab":
        grant(holdings, name, "/1")
    grant(holdings, "c", "/1", "/2")
    for _ in "abc":
        holdings.hosts.rest(fetch(holdings).host)
    holdings.release_finished()
    holdings.release_finished()
    assert released == [{"a", "b"}]


def test_hosts_of_a_lost_shard_are_told_of_those_being_asked_too(holdings: Holdings, released: list[set[str]]) -> None:
    grant(holdings, "a", "/1")
    grant(holdings, "b", "/1")
    grant(holdings, "elsewhere", "/1", shard=3)
    fetch(holdings)
    holdings.lost(holdings.shards.all[2])
    assert released == [{"a", "b"}]


def test_hosts_whose_lease_is_over_by_the_workers_own_clock_are_told_of(
    holdings: Holdings, clock: Clock, released: list[set[str]]
) -> None:
    grant(holdings, "a", "/1")
    grant(holdings, "b", "/1", shard=3)
    holdings.shards.all[2].valid_until = clock.now + 1
    holdings.shards.all[3].valid_until = clock.now + 9
    holdings.hang_up_where_over()
    clock.now += 1
    holdings.hang_up_where_over()
    assert released == [{"a"}]
    assert holdings.hosts.find("a")  # Redis may say that it is ours still


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
