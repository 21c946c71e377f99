"""What a worker does with what it holds, without Redis: replies are as its scripts give them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from backlink_spider.redis_dupefilter import SeenFilter
from backlink_spider.redis_holdings import MOST_HOSTS, MOST_LINES, Holdings
from backlink_spider.redis_outbox import HostNews, Wish
from backlink_spider.redis_scripts import SessionLost
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
    holdings.take(shard, Grant(host, 1, delay_ms, token, {}, [path.encode() for path in paths]))
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


def test_pages_of_a_grant_count_up_from_its_token_and_what_cannot_be_read_is_given_up(holdings: Holdings) -> None:
    lost_once = "\x01!!/3"
    host = grant(holdings, "a", "/1", "ftp://a/2", lost_once, token=40, delay_ms=2500)
    assert [(page.serial, page.url, page.depth, page.doubtful) for page in host.pages] == [
        (40, "https://a/1", 1, False),
        (42, "https://a/3", 1, True),
    ]
    assert (host.delay, host.shard, host.borrowed) == (2.5, 2, False)
    assert holdings.outbox.news.burials == [(2, 41, "unreadable")]


def test_hosts_are_wanted_for_those_that_neither_wait_nor_are_asked(holdings: Holdings, clock: Clock) -> None:
    for name in "abc":
        grant(holdings, name, "/1", "/2")
    fetch(holdings)
    assert holdings.room(8) == 5
    holdings.hosts.rest(fetch(holdings).host)
    assert holdings.room(8) == 6  # one rests
    assert holdings.room(1) == 0
    clock.now += 1
    assert holdings.hosts.first()
    assert holdings.room(8) == 5


def test_no_host_is_wanted_beyond_the_most_or_while_much_waits_to_be_pushed(holdings: Holdings) -> None:
    for number in range(MOST_HOSTS - 1):
        holdings.hosts.put_off(grant(holdings, f"h{number}", "/1"), 60.0)
    assert holdings.room(8) == 1
    holdings.outbox.lines = MOST_LINES
    assert (holdings.is_full, holdings.room(8)) == (False, 1)
    holdings.outbox.lines += 1
    assert (holdings.is_full, holdings.room(8)) == (True, 0)


def test_a_lost_shard_takes_pages_in_flight_and_those_to_fetch_again(holdings: Holdings) -> None:
    grant(holdings, "a", "/1", "/2")
    mine, others = fetch(holdings), grant(holdings, "b", "/1", shard=3)
    released_page = grant(holdings, "c", "/1").pages[0]
    wishes = [Wish("c", 2, again=released_page), Wish("d", 2), Wish("e", 3, again=others.pages[0])]
    holdings.outbox.wishes += wishes
    holdings.lost(holdings.shards.all[2])
    assert (mine.host.lost, holdings.flight, [host.name for host in holdings.hosts.all()]) == (True, {}, ["b"])
    assert holdings.outbox.wishes == wishes[1:]


def test_pages_that_are_not_being_fetched_are_forgotten(holdings: Holdings) -> None:
    grant(holdings, "a", "/1", "/2")
    grant(holdings, "b", "/1")
    again, fetched = fetch(holdings), fetch(holdings)
    holdings.fetch_again(again, 5.0)
    holdings.drop_waiting()
    assert list(holdings.flight.values()) == [fetched]
    holdings.release_finished()
    assert [news.name for news in holdings.outbox.news.hosts[2]] == ["a"]


def test_what_is_held_is_known_by_shard(holdings: Holdings) -> None:
    grant(holdings, "a", "/1", "/2", token=10)
    grant(holdings, "b", "/1", token=20, shard=3)
    fetch(holdings)
    assert (sorted(holdings.serials(2)), sorted(holdings.serials(3))) == ([10, 11], [20])
    assert (list(holdings.tokens(2)), list(holdings.tokens(3))) == ([10], [20])


def test_a_page_to_fetch_again_wishes_for_its_host_where_that_was_given_back(holdings: Holdings, clock: Clock) -> None:
    grant(holdings, "a", "/1")
    lease = fetch(holdings)
    holdings.hosts.rest(lease.host)
    holdings.release_finished()
    holdings.fetch_again(lease, 5.0)
    clock.now += 4
    assert holdings.due_wishes() == []
    clock.now += 1
    (wish,) = holdings.due_wishes()
    holdings.wish_answered(wish, [2500])
    assert holdings.due_wishes() == []
    holdings.wish_answered(wish, SessionLost())
    clock.now += 0.5
    assert holdings.due_wishes() == [wish]
    holdings.wish_answered(wish, [0, 9, 0])
    assert (fetch(holdings), lease.host.token, lease.host.borrowed, holdings.outbox.wishes) == (lease, 9, True, [])


def test_a_page_to_fetch_again_uses_a_host_that_is_held_anyway(holdings: Holdings, clock: Clock) -> None:
    grant(holdings, "a", "/1")
    lease = fetch(holdings)
    holdings.hosts.rest(lease.host)
    holdings.release_finished()
    holdings.fetch_again(lease, 0.0)
    grant(holdings, "a", "/2", token=30)
    assert holdings.due_wishes() == []
    clock.now += 1
    assert (fetch(holdings), lease.host.token) == (lease, 30)


def test_a_host_that_is_held_is_lent_when_its_turn_has_come(holdings: Holdings, clock: Clock) -> None:
    async def case() -> None:
        grant(holdings, "a", "/1", "/2")
        busy = fetch(holdings)
        wish = Wish("a", 2, lent=asyncio.get_running_loop().create_future())
        holdings.outbox.wishes.append(wish)
        assert wish.lent
        assert (holdings.due_wishes(), wish.lent.done()) == ([], False)
        holdings.hosts.rest(busy.host)
        assert (holdings.due_wishes(), wish.lent.done()) == ([], False)
        clock.now += 1
        assert (holdings.due_wishes(), wish.lent.result()) == ([], True)
        assert holdings.hosts.first() is None  # it is busy with who has borrowed it

    asyncio.run(case())


def test_who_waits_for_a_host_is_told_that_it_was_not_lent_in_time(holdings: Holdings, clock: Clock) -> None:
    async def case() -> None:
        lent = asyncio.get_running_loop().create_future()
        wish = Wish("a", 2, lent=lent, deadline=clock.now + 10)
        holdings.outbox.wishes.append(wish)
        assert holdings.due_wishes() == [wish]
        clock.now += 10
        assert (holdings.due_wishes(), lent.result(), holdings.outbox.wishes) == ([], False, [])

    asyncio.run(case())


def test_a_host_that_nobody_waits_for_any_more_is_given_back(holdings: Holdings, clock: Clock) -> None:
    async def case() -> None:
        wish = Wish("a", 2, lent=asyncio.get_running_loop().create_future())
        holdings.outbox.wishes.append(wish)
        assert wish.lent
        wish.lent.cancel()
        holdings.wish_answered(wish, [0, 9, 0])

    asyncio.run(case())
    holdings.release_finished()
    assert holdings.outbox.news.hosts == {2: [HostNews("a", 9, clock.now + 1, None, borrowed=True)]}
