"""Every script of a shard by what it does, in a real server."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from backlink_spider import shard_calls
from backlink_spider.frontier_entry import loads
from backlink_spider.frontier_file import FrontierLost
from backlink_spider.redis_scripts import SessionLost
from backlink_spider.shard_calls import DEEPEST, Release
from tests.redis_frontier_steps import urls_of

if TYPE_CHECKING:
    from tests.redis_frontier_steps import Shard

A, B, C = "https://a.example.org/", "http://b.example.org/", "https://other.example:8443/"


def pages(site: str, count: int) -> list[str]:
    return [f"{site}{number}" for number in range(count)]


def dead_letters(shard: Shard) -> list[list[bytes]]:
    return [letter.split(b" ", 5)[1:] for letter in shard.redis.lrange("{b7}1:dead", 0, -1)]


def test_a_run_is_laid_out_once(shard: Shard) -> None:
    shard.push(A)
    assert (shard.found(), shard.counts()["queued"]) == (0, 1)
    assert (shard.found(run=2), shard.counts(run=2)["queued"]) == (1, 0)


def test_a_url_is_queued_once(shard: Shard) -> None:
    assert [shard.push(A + "1", A + "2"), shard.push(A + "2", A + "3")] == [2, 1]
    assert urls_of(shard.lease()) == [A + "1", A + "2", A + "3"]


def test_each_form_of_a_url_comes_back_as_it_was(shard: Shard) -> None:
    for url in (A + "x?y=z", B + "x", C + "x", "https://user:word@c.example.org/", "https://d.example.org./"):
        shard.push(url)
        leased = shard.lease()
        assert urls_of(leased) == [url]
        shard.finish(leased)


def test_the_smallest_depth_goes_first_within_a_host_and_among_hosts(shard: Shard) -> None:
    for depth, url in ((3, A + "3"), (2, A + "2"), (2, C + "2"), (1, C + "1"), (DEEPEST, A + "deep")):
        shard.push(url, depth=depth)
    granted = []
    while (leased := shard.lease(hosts=1, pages_a_host=1)).grants:
        granted += [(grant.depth, *urls_of(leased)) for grant in leased.grants]
        shard.finish(leased)
    assert granted == [(1, C + "1"), (2, A + "2"), (2, C + "2"), (3, A + "3"), (DEEPEST, A + "deep")]


def test_what_lies_too_deep_for_two_bytes_is_not_lost(shard: Shard) -> None:
    shard.push(A, depth=DEEPEST + 10)
    assert urls_of(shard.lease()) == [A]


def test_a_host_is_one_workers_at_a_time(shard: Shard) -> None:
    shard.push(*pages(A, 20))
    first = shard.lease(session=1)
    assert (len(urls_of(first)), shard.lease(session=2).grants) == (8, [])
    shard.finish(first, session=1)
    assert len(urls_of(shard.lease(session=2))) == 8


def test_two_crawls_never_meet_on_a_host(shard: Shard) -> None:
    shard.found(run=2)
    shard.push(A)
    shard.push(A, run=2)
    leased = shard.lease(session=1)
    others = shard.lease(session=2, run=2)
    assert (others.grants, 0 < others.due_ms <= 1000) == ([], True)
    shard.finish(leased, rest_ms=0)
    shard.redis.zadd("{b7}2:r", {"a.example.org": 0})  # the second until it asks again has passed
    assert urls_of(shard.lease(session=2, run=2)) == [A]


def test_a_released_host_rests(shard: Shard) -> None:
    shard.push(*pages(A, 20))
    shard.finish(shard.lease(), rest_ms=150)
    resting = shard.lease()
    assert (resting.grants, 0 < resting.due_ms <= 150) == ([], True)
    time.sleep(resting.due_ms / 1000 + 0.01)
    assert len(urls_of(shard.lease())) == 8


def test_a_lease_is_as_long_as_its_delay_allows(shard: Shard) -> None:
    shard.push(*pages(A, 20))
    assert len(urls_of(shard.lease(delay_ms=1000, busy_ms=5000))) == 5
    shard.push(*pages(C, 20))
    (grant,) = shard.lease(delay_ms=60_000, busy_ms=5000).grants
    assert (len(grant.entries), grant.delay_ms) == (1, 60_000)


def test_a_hosts_own_delay_is_known_to_the_next_worker(shard: Shard) -> None:
    shard.push(*pages(A, 9))
    (grant,) = shard.lease(pages_a_host=1).grants
    shard.settle(1, [], Release(grant.host, grant.token, -1, 700))
    assert shard.lease(session=2).grants == []
    shard.settle(1, [grant.token], Release(grant.host, grant.token, 0, -1))
    (grant,) = shard.lease(session=2, pages_a_host=1).grants
    assert grant.delay_ms == 700


def test_a_host_can_be_put_off_by_who_does_not_hold_it(shard: Shard) -> None:
    shard.push(A)
    shard.settle(1, [], Release("a.example.org", 0, 60_000, -1))
    assert shard.lease().grants == []


def test_settling_twice_counts_once(shard: Shard) -> None:
    shard.push(*pages(A, 3))
    leased = shard.lease()
    assert [shard.finish(leased), shard.finish(leased)] == [[3, 1], [0, 0]]
    counts = shard.counts()
    assert (counts["queued"], counts["flying"], counts["fetched"], shard.flight()) == (0, 0, 3, {})


def test_many_pages_are_acked_at_once(shard: Shard) -> None:
    for start in range(0, 9000, 450):
        shard.push(*(f"{A}{number}" for number in range(start, start + 450)))
    serials: list[int] = []
    while leased := shard.lease(pages_a_host=450, pages=450).grants:
        serials += range(leased[0].token, leased[0].token + len(leased[0].entries))
        shard.settle(1, [], Release(leased[0].host, leased[0].token, 0, -1))
    assert shard.settle(1, serials) == [9000, 0]


def test_a_late_release_does_not_touch_the_next_lease(shard: Shard) -> None:
    shard.push(*pages(A, 20))
    first = shard.lease(session=1)
    shard.end_leases(1)
    second = shard.lease(session=2)
    assert (urls_of(second), shard.finish(first, session=1)) == (urls_of(first), [0, 0])
    assert shard.lease(session=3).grants == []


def test_a_session_whose_lease_is_over_is_told(shard: Shard) -> None:
    shard.push(*pages(A, 20))
    shard.lease(session=1)
    shard.end_leases(1)
    with pytest.raises(SessionLost):
        shard.lease(session=1, is_new=False)
    assert shard.flight(1) == {}


def test_renewing_is_a_lease_that_wants_nothing(shard: Shard) -> None:
    shard.push(A)
    shard.lease(hosts=0, lease_ms=50)
    assert shard.lease(is_new=False, hosts=0, lease_ms=60_000).grants == []
    time.sleep(0.06)
    assert shard_calls.put_back(shard.run(shard_calls.put_back_dead(shard.place(0), 0))) == {}
    assert urls_of(shard.lease(is_new=False)) == [A]


def test_the_pages_of_a_dead_worker_come_first_and_in_order(shard: Shard) -> None:
    shard.push(*pages(A, 12))
    leased = shard.lease()
    shard.settle(1, [leased.grants[0].token])
    assert shard.end_leases(1) == {1: 7}
    again = shard.lease(session=2, pages_a_host=20)
    assert urls_of(again) == pages(A, 12)[1:]
    assert [loads(entry, "a.example.org").losses for entry in again.grants[0].entries] == [1] * 7 + [0] * 4
    assert shard.counts()["flying"] == 11


def test_after_a_dead_worker_a_host_rests_for_its_delay(shard: Shard) -> None:
    shard.push(A)
    shard.lease()
    shard.end_leases(1, delay_ms=60_000)
    assert 59_000 < shard.lease(session=2).due_ms <= 60_000


def test_a_host_without_a_page_in_flight_outlives_its_worker_too(shard: Shard) -> None:
    shard.push(A, A + "later")
    (grant,) = shard.lease(pages_a_host=1).grants
    shard.settle(1, [grant.token])  # and then it dies, before it gives the host back
    shard.end_leases(1)
    assert urls_of(shard.lease(session=2)) == [A + "later"]


def test_a_host_held_for_a_dropped_run_is_free_when_its_worker_is_gone(shard: Shard) -> None:
    shard.found(run=2)
    shard.push(A, run=2)
    shard.lease(session=1, run=2)
    while shard.run(shard_calls.sweep(shard.place(run=2), 100)):
        pass
    shard.end_leases(1)
    shard.push(A)
    assert urls_of(shard.lease(session=2)) == [A]


def test_only_the_page_that_was_being_read_is_blamed_and_the_third_death_buries_it(shard: Shard) -> None:
    shard.push(A + "poison", A + "fine")
    for session in (1, 2, 3):
        (grant,) = shard.lease(session=session).grants
        assert shard.run(shard_calls.suspect(shard.place(session), grant.token)) == 1
        shard.end_leases(session)
    (grant,) = shard.lease(session=4).grants
    assert [loads(entry, grant.host) for entry in grant.entries] == [(A + "fine", None, 3, 0)]
    assert dead_letters(shard) == [[b"3", b"3", b"killed", b"a.example.org", b"/poison"]]
    counts = shard.counts()
    assert (counts["buried"], counts["queued"], counts["fetched"]) == (1, 1, 1)


def test_who_survives_a_page_clears_it(shard: Shard) -> None:
    shard.push(A)
    (grant,) = shard.lease().grants
    shard.run(shard_calls.suspect(shard.place(), grant.token))
    shard.settle(1, [], survived=True)
    shard.end_leases(1)
    (grant,) = shard.lease(session=2).grants
    assert loads(grant.entries[0], grant.host)[2:] == (1, 0)


def test_a_page_that_is_lost_thirty_times_is_buried(shard: Shard) -> None:
    shard.push(A)
    for session in range(1, 31):
        shard.lease(session=session)
        shard.end_leases(session)
    assert dead_letters(shard) == [[b"30", b"0", b"killed", b"a.example.org", b"/"]]


def test_a_page_is_given_up_by_who_holds_it_alone(shard: Shard) -> None:
    shard.push(A)
    (grant,) = shard.lease().grants
    assert shard.run(shard_calls.suspect(shard.place(2), grant.token)) == 0
    assert shard.run(shard_calls.bury(shard.place(2), grant.token, "errors")) == 0
    assert shard.run(shard_calls.bury(shard.place(), grant.token, "errors")) == 1
    assert dead_letters(shard) == [[b"0", b"0", b"errors", b"a.example.org", b"/"]]
    assert shard.settle(1, [grant.token]) == [0, 0]
    assert shard.counts()["queued"] == 0


def test_nothing_of_an_unknown_run_can_be_asked(shard: Shard) -> None:
    for call in (
        shard_calls.push(shard.place(run=9), []),
        shard_calls.lease(shard.place(run=9), shard_calls.Ask(1, True, 1, 1, 1, 1, 1, 0)),
        shard_calls.borrow(shard.place(run=9), "a.example.org"),
    ):
        with pytest.raises(FrontierLost):
            shard.run(call)
    shard.settle(1, [1, 2], run=9)
    assert shard.redis.keys("*9:*") == []
