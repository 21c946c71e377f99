"""What comes back to a shard: a worker's own pages, budgets, borrowed hosts, what was forgotten, dropped runs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from backlink_spider import shard_calls
from backlink_spider.frontier_entry import loads
from backlink_spider.shard_calls import Release
from tests.redis_frontier_steps import urls_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.redis_frontier_steps import Shard

A, B = "https://a.example.org/", "https://b.example.org/"


def pages(site: str, count: int) -> list[str]:
    return [f"{site}{number}" for number in range(count)]


def put_back_own(shard: Shard, serials: Iterable[int] = (), tokens: Iterable[int] = ()) -> dict[int, int]:
    return shard_calls.put_back(shard.run(shard_calls.put_back_own(shard.place(), 0, serials, tokens)))


def test_a_worker_puts_its_own_pages_back_without_blame(shard: Shard) -> None:
    shard.push(*pages(A, 3))
    shard.lease()
    assert put_back_own(shard) == {1: 3}
    again = shard.lease(session=2)
    assert urls_of(again) == pages(A, 3)
    assert [loads(entry, "a.example.org").losses for entry in again.grants[0].entries] == [0, 0, 0]


def test_what_a_worker_knows_of_it_keeps(shard: Shard) -> None:
    shard.push(*pages(A, 3))
    shard.push(*pages(B, 3))
    a, b = shard.lease().grants
    assert put_back_own(shard, [a.token], [a.token]) == {1: 5}
    leased = shard.lease(session=2)
    assert urls_of(leased) == pages(B, 3)  # the host of a is held, with two of its pages in the queue
    shard.settle(1, [a.token], Release(a.host, a.token, 0, -1))
    assert urls_of(shard.lease(session=2)) == pages(A, 3)[1:]
    assert (b.host, shard.flight(1)) == ("b.example.org", {})


@pytest.mark.parametrize("budget", ["per_domain", "per_host"])
def test_a_page_that_is_skipped_counts_as_neither_fetched_nor_taken_of_a_budget(shard: Shard, budget: str) -> None:
    shard.push(*pages(A, 4))
    (grant,) = shard.lease(**{budget: 2}).grants
    for _ in range(2):  # as after a reply that was lost
        skipped = shard_calls.settle(shard.place(), [], False, [Release(grant.host, grant.token, 0, -1)], [grant.token])
        shard.run(skipped)
    counts = shard.counts()
    assert (counts["queued"], counts["fetched"], counts["flying"]) == (3, 0, 1)
    assert urls_of(shard.lease(**{budget: 2})) == [pages(A, 4)[2]]


def test_a_domains_budget_is_exact_over_its_hosts(shard: Shard) -> None:
    shard.push(*pages(A, 10))
    shard.push(*pages(B, 10))
    fetched = []
    while (leased := shard.lease(per_domain=11)).grants:
        fetched += urls_of(leased)
        shard.finish(leased)
    assert len(fetched) == 11
    assert (shard.counts()["aside"], shard.counts()["queued"], leased.due_ms) == (9, 9, -1)
    assert shard.push(B + "new") == 1  # for a host that is set aside
    assert shard.counts()["aside"] == 10


def test_a_raised_budget_brings_hosts_back(shard: Shard) -> None:
    shard.push(*pages(A, 5))
    shard.finish(shard.lease(per_domain=2))
    assert shard.lease(per_domain=2).grants == []
    assert [shard.run(shard_calls.unspend(shard.place())) for _ in range(2)] == [1, 0]
    assert (urls_of(shard.lease(per_domain=4)), shard.counts()["aside"]) == (pages(A, 4)[2:], 0)


def test_pages_of_a_dead_worker_give_their_share_of_the_budget_back(shard: Shard) -> None:
    shard.push(*pages(A, 5))
    (grant,) = shard.lease(per_domain=2).grants
    shard.settle(1, [], Release(grant.host, grant.token, 0, -1))
    assert (shard.lease(session=2, per_domain=2).grants, shard.counts()["aside"]) == ([], 3)
    assert shard.end_leases(1) == {1: 2}
    assert (urls_of(shard.lease(session=2, per_domain=2)), shard.counts()["aside"]) == (pages(A, 2), 0)


def test_a_hosts_budget_is_exact_and_told_apart_from_its_domains(shard: Shard) -> None:
    def fetched() -> list[str]:
        urls = []
        while (leased := shard.lease(per_domain=11, per_host=7)).grants:
            urls += urls_of(leased)
            shard.finish(leased)
        return urls

    shard.push(*pages(A, 10))
    shard.push(*pages(B, 3))
    assert fetched() == [*pages(A, 7), *pages(B, 3)]
    shard.push(*(f"{B}more/{number}" for number in range(5)))
    assert fetched() == [f"{B}more/0"]
    assert shard.push(A + "new", B + "new") == 2  # for hosts that are set aside
    told = shard.lease(hosts=0)
    assert (told.aside, told.aside_host, told.queued) == (4 + 5, 4, 9)
    assert [shard.run(shard_calls.unspend(shard.place())) for _ in range(2)] == [2, 0]
    assert (shard.counts()["aside"], shard.counts()["aside_host"]) == (0, 0)
    assert len(urls_of(shard.lease(per_domain=20, per_host=8))) == 1 + 4


def test_pages_of_a_dead_worker_give_the_hosts_budget_back(shard: Shard) -> None:
    shard.push(*pages(A, 5))
    (grant,) = shard.lease(per_host=2).grants
    shard.settle(1, [], Release(grant.host, grant.token, 0, -1))
    assert (shard.lease(session=2, per_host=2).grants, shard.counts()["aside_host"]) == ([], 3)
    assert shard.end_leases(1) == {1: 2}
    assert (urls_of(shard.lease(session=2, per_host=2)), shard.counts()["aside_host"]) == (pages(A, 2), 0)


def test_a_borrowed_host_is_nobody_elses(shard: Shard) -> None:
    shard.push(A)
    shard.lease(hosts=0)  # makes the session known
    wait, token, _ = shard.run(shard_calls.borrow(shard.place(), "a.example.org"))
    assert (wait, shard.lease(session=2).grants) == (0, [])
    assert shard.run(shard_calls.borrow(shard.place(), "a.example.org")) == [250]
    put_back_own(shard, tokens=[token])
    assert shard.lease(session=2).grants == []
    shard.run(shard_calls.give_back(shard.place(), "a.example.org", token, 0))
    assert urls_of(shard.lease(session=2)) == [A]


def test_a_borrowed_host_that_rests_says_how_long(shard: Shard) -> None:
    shard.push(A, A + "next")
    shard.finish(shard.lease(pages_a_host=1), rest_ms=5000)
    (wait,) = shard.run(shard_calls.borrow(shard.place(), "a.example.org"))
    assert 4000 < wait <= 5000


def test_who_borrows_a_host_learns_its_delay(shard: Shard) -> None:
    shard.lease(hosts=0)
    shard.settle(2, [], Release("a.example.org", 0, 0, 3000))
    wait, _, delay = shard.run(shard_calls.borrow(shard.place(), "a.example.org"))
    assert (wait, delay) == (0, 3000)


def test_a_borrowed_host_that_is_put_off_stays_so_when_it_is_given_back(shard: Shard) -> None:
    shard.push(A)
    shard.lease(hosts=0)
    _, token, _ = shard.run(shard_calls.borrow(shard.place(), "a.example.org"))
    shard.settle(2, [], Release("a.example.org", 0, 60_000, -1))
    shard.run(shard_calls.give_back(shard.place(), "a.example.org", token, 10))
    leased = shard.lease(session=2)
    assert (leased.grants, 50_000 < leased.due_ms <= 60_000) == ([], True)


def test_a_host_of_a_dead_worker_that_is_put_off_stays_so(shard: Shard) -> None:
    shard.push(A)
    shard.lease()
    shard.settle(2, [], Release("a.example.org", 0, 60_000, -1))
    assert shard.end_leases(1) == {1: 1}
    assert shard.lease(session=2).grants == []


def test_a_borrowed_host_comes_back_from_a_dead_worker(shard: Shard) -> None:
    shard.lease(hosts=0)
    shard.run(shard_calls.borrow(shard.place(), "a.example.org"))
    shard.push(A)
    shard.end_leases(1)
    assert urls_of(shard.lease(session=2)) == [A]


def test_fingerprints_survive_every_split_of_the_table_and_stay_small(shard: Shard) -> None:
    urls = pages(A, 5000)
    assert sum(shard.push(*urls[at : at + 400]) for at in range(0, 5000, 400)) == 5000
    assert sum(shard.push(*urls[at : at + 400]) for at in range(0, 5000, 400)) == 0
    buckets = shard.redis.keys("{b7}1:s*")
    assert (len(buckets), shard.counts()["buckets"]) == (25, 25)
    assert {shard.redis.object("encoding", bucket) for bucket in buckets} == {b"intset"}
    assert sum(shard.redis.scard(bucket) for bucket in buckets) == 5000


def test_what_was_seen_can_be_queued_again_or_only_noted(shard: Shard) -> None:
    assert shard.push(A, mode="seen") == 0
    assert [shard.push(A), shard.push(A, mode="again")] == [0, 1]
    assert urls_of(shard.lease()) == [A]


def test_a_url_is_forgotten_between_one_and_two_times_its_expiry(shard: Shard) -> None:
    shard.push(A, expiry_ms=40)
    time.sleep(0.05)
    assert shard.push(A, B, expiry_ms=40) == 1
    time.sleep(0.05)
    assert shard.push(A, B, expiry_ms=40) == 1
    assert len(shard.redis.keys("{b7}1:s1:*")) == 0


def test_a_sweep_leaves_no_key_of_the_run(shard: Shard) -> None:
    shard.found(run=2)
    shard.push(A, run=2)
    shard.push(*pages(A, 900))
    shard.push(*pages(B, 9), depth=4)
    shard.lease(per_domain=8)
    shard.finish(shard.lease(per_domain=8))
    calls = 0
    while shard.run(shard_calls.sweep(shard.place(), 3)):
        calls += 1
    assert (calls > 0, shard.redis.keys("{b7}1:*")) == (True, [])
    assert urls_of(shard.lease(run=2)) == []  # the host is still held for the dropped run
    assert shard.end_leases(1) == {}
    shard.redis.zadd("{b7}2:r", {"a.example.org": 0})  # the second until it asks again has passed
    assert (urls_of(shard.lease(run=2)), shard.redis.keys("{b7}1:*")) == ([A], [])


def test_settling_a_swept_run_makes_no_key_of_it(shard: Shard) -> None:
    shard.push(*pages(A, 2))
    leased = shard.lease()
    while shard.run(shard_calls.sweep(shard.place(), 100)):
        pass
    assert shard.run(shard_calls.bury(shard.place(), leased.grants[0].token, "errors")) == 1
    assert shard.finish(leased) == [1, 1]
    assert shard.redis.keys("{b7}1:*") == []
