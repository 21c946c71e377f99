from __future__ import annotations

import pytest

from backlink_spider.shard_calls import Leased
from backlink_spider.shard_leases import LONGEST_UNASKED, ShardLeases
from tests.frontier_steps import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shards(clock: Clock) -> ShardLeases:
    return ShardLeases(4, lease=60.0, timeout=30.0, delay=1.0, per_domain=0, clock=clock.monotonic)


def reply(due_ms: int = -1, serial: int = 1, pushed: int = 0) -> Leased:
    return Leased(0, due_ms, 0, 0, 0, pushed, 0, serial, 0, [])


def test_a_lease_is_valid_while_a_request_that_begins_now_would_end_within_it(
    shards: ShardLeases, clock: Clock
) -> None:
    assert not shards.valid(0)
    shards.heard(shards.all[0], clock.now, reply())
    clock.now += 30
    assert shards.valid(0)
    clock.now += 0.1
    assert not shards.valid(0)


def test_what_is_wanted_is_shared_among_the_shards_that_may_have_it(shards: ShardLeases, clock: Clock) -> None:
    asks = list(shards.asks(6, 20))
    assert [(shard.number, ask.hosts, ask.pages) for shard, ask in asks] == [(0, 2, 5), (1, 2, 5), (2, 1, 5), (3, 1, 5)]
    for shard, _ in asks:
        shards.heard(shard, clock.now, reply(due_ms=300 if shard.number == 2 else -1))
    assert list(shards.asks(6, 20)) == []
    assert shards.next_due() == pytest.approx(clock.now + 0.3)
    clock.now += 0.3
    assert [(shard.number, ask.hosts) for shard, ask in shards.asks(6, 20)] == [(2, 6)]
    clock.now += LONGEST_UNASKED
    assert [shard.number for shard, _ in shards.asks(6, 20)] == [0, 1, 2, 3]


def test_a_lease_is_renewed_in_time_though_nothing_is_wanted(shards: ShardLeases, clock: Clock) -> None:
    assert [ask.is_new for _, ask in shards.asks(0, 0)] == [True] * 4
    for shard in shards.all:
        shards.heard(shard, clock.now, reply())
    assert list(shards.asks(0, 0)) == []
    clock.now += 10
    assert [(ask.is_new, ask.hosts) for _, ask in shards.asks(0, 0)] == [(False, 0)] * 4
    shards.lost(shards.all[1])
    assert [ask.is_new for _, ask in shards.asks(0, 0)] == [False, True, False, False]


def test_a_lease_that_was_held_is_lost_once(shards: ShardLeases, clock: Clock) -> None:
    shards.lost(shards.all[0])  # never held
    assert shards.lost_leases == 0
    shards.heard(shards.all[1], clock.now, reply())
    shards.lost(shards.all[1])
    shards.lost(shards.all[1])
    assert shards.lost_leases == 1


def test_each_shard_is_looked_through_for_the_dead_four_times_a_lease(shards: ShardLeases, clock: Clock) -> None:
    seen = []
    for _ in range(60):
        seen += [shard.number for shard in shards.to_reap()]
        clock.now += 1
    assert [seen.count(number) for number in range(4)] == [4] * 4


def test_a_reply_that_counts_less_than_the_last_is_older(shards: ShardLeases, clock: Clock) -> None:
    shard = shards.all[0]
    shards.heard(shard, clock.now, reply(serial=5, pushed=7))
    assert [shard.is_older(reply(serial=s, pushed=p)) for s, p in [(5, 7), (4, 7), (5, 6), (9, 9)]] == [
        False,
        True,
        True,
        False,
    ]


def test_a_shard_whose_host_was_released_is_asked_again_when_that_has_rested(shards: ShardLeases, clock: Clock) -> None:
    for shard in shards.all:
        shards.heard(shard, clock.now, reply())
    shards.due_within(1, 0.25)
    shards.due_within(1, 0.5)
    assert shards.next_due() == pytest.approx(clock.now + 0.25)
    clock.now += 0.25
    assert [shard.number for shard, _ in shards.asks(6, 20)] == [1]
