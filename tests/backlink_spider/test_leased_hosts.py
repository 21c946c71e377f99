from __future__ import annotations

from itertools import count

import pytest

from backlink_spider.leased_hosts import NEVER, LeasedHost, LeasedHosts, RedisLease
from tests.frontier_steps import Clock

numbers = count(1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hosts(clock: Clock) -> LeasedHosts:
    return LeasedHosts(delay=1.0, clock=clock.monotonic)


def add(hosts: LeasedHosts, name: str, pages: int = 1, *, depth: int = 0, delay: float = 0.0, shard: int = 0) -> None:
    host = LeasedHost(name, shard, next(numbers), delay)
    host.pages.extend(RedisLease(next(numbers), f"{name}/{n}", depth, None, host, n) for n in range(pages))
    hosts.add(host)


def fetch(hosts: LeasedHosts) -> str | None:
    host = hosts.first()
    if host is None:
        return None
    lease = hosts.start(host)
    hosts.rest(host)
    return lease.url


def test_the_smallest_depth_goes_first_then_who_waited_longest(hosts: LeasedHosts, clock: Clock) -> None:
    add(hosts, "deep", depth=2)
    add(hosts, "a", 2, depth=1)
    add(hosts, "b", 2, depth=1)
    assert [fetch(hosts) for _ in range(4)] == ["a/0", "b/0", "deep/0", None]
    clock.now += 1
    assert [fetch(hosts) for _ in range(3)] == ["a/1", "b/1", None]


def test_a_host_has_one_page_at_a_time_and_rests_for_the_longer_delay(hosts: LeasedHosts, clock: Clock) -> None:
    add(hosts, "a", 2, delay=3.0)
    host = hosts.first()
    assert host
    hosts.start(host)
    assert (hosts.first(), hosts.ready, hosts.busy, hosts.held) == (None, 0, 1, 1)
    hosts.rest(host)
    assert (hosts.next_due(), hosts.ready, hosts.busy) == (clock.now + 3, 0, 0)
    clock.now += 3
    assert fetch(hosts) == "a/1"


def test_a_host_without_pages_is_finished_and_says_until_when_it_rests(hosts: LeasedHosts, clock: Clock) -> None:
    add(hosts, "a")
    assert hosts.finished() == []
    fetch(hosts)
    assert [(host.name, host.ready_at) for host in hosts.finished()] == [("a", clock.now + 1)]
    assert (hosts.held, hosts.finished(), hosts.next_due()) == (0, [], NEVER)


def test_a_page_to_fetch_again_goes_first_and_waits_its_time(hosts: LeasedHosts, clock: Clock) -> None:
    add(hosts, "a", 2)
    host = hosts.first()
    assert host
    lease = hosts.start(host)
    assert hosts.fetch_again(lease, 5.0)
    clock.now += 4
    assert fetch(hosts) is None
    clock.now += 1
    add(hosts, "b")
    assert [fetch(hosts) for _ in range(3)] == ["a/0", "b/0", None]


def test_a_finished_host_is_held_again_by_a_page_to_fetch_again(hosts: LeasedHosts, clock: Clock) -> None:
    add(hosts, "a")
    host = hosts.first()
    assert host
    lease = hosts.start(host)
    hosts.rest(host)
    assert hosts.fetch_again(lease, 0.0)
    assert hosts.finished() == []
    clock.now += 2
    assert fetch(hosts) == "a/0"
    hosts.finished()
    assert not hosts.fetch_again(lease, 0.0)


def test_a_lost_shard_takes_its_hosts_and_leaves_the_others(hosts: LeasedHosts, clock: Clock) -> None:
    add(hosts, "a", 2, shard=1)
    add(hosts, "b", shard=2)
    host = hosts.first()
    assert host
    hosts.start(host)
    assert hosts.drop(1) == [host]
    assert (host.lost, hosts.busy, hosts.find("a"), hosts.ready) == (True, 0, None, 1)
    hosts.rest(host)
    clock.now += 2
    assert [fetch(hosts), fetch(hosts)] == ["b/0", None]
    assert [host.name for host in hosts.finished()] == ["b"]


def test_what_waits_is_forgotten_and_what_is_fetched_goes_on(hosts: LeasedHosts) -> None:
    add(hosts, "a", 3)
    add(hosts, "b", 3)
    host = hosts.first()
    assert host
    hosts.start(host)
    hosts.drop_waiting()
    assert (hosts.first(), hosts.ready) == (None, 0)
    assert [host.name for host in hosts.finished()] == ["b"]
    hosts.rest(host)
    assert [host.name for host in hosts.finished()] == ["a"]


def test_a_host_is_put_off_whether_it_waits_or_is_asked(hosts: LeasedHosts, clock: Clock) -> None:
    add(hosts, "a", 2)
    add(hosts, "b", 2)
    host = hosts.first()
    assert host
    hosts.start(host)
    for name in "ab":
        found = hosts.find(name)
        assert found
        hosts.put_off(found, 9.0)
    assert fetch(hosts) is None
    hosts.rest(host)
    clock.now += 8
    assert fetch(hosts) is None
    clock.now += 1
    assert {fetch(hosts), fetch(hosts)} == {"a/1", "b/0"}
