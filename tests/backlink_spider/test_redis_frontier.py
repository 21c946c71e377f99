"""What the scheduler asks of the shared frontier, answered from memory: no round with Redis comes in between."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from backlink_spider import redis_frontier
from backlink_spider.errors import HostNotLent
from backlink_spider.items import Hop
from backlink_spider.leased_hosts import NEVER
from backlink_spider.redis_dupefilter import SeenFilter
from backlink_spider.redis_frontier import NOT_VALID, SOON, UNANSWERED, RedisFrontier
from backlink_spider.redis_holdings import MOST_LINES, Holdings
from backlink_spider.redis_outbox import HostNews
from backlink_spider.shard_calls import Grant
from backlink_spider.shard_leases import ShardLeases
from tests.frontier_steps import Clock, targets

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from backlink_spider.leased_hosts import RedisLease


class Rounds:
    """In place of the exchange: rounds that are asked for, and begin when a test says so."""

    def __init__(self) -> None:
        self.wanted: list[float] = []  # within how many seconds
        self.unanswered = 0.0
        self.budget_spent = False

    def nudge(self, within: float = 0.0) -> None:
        self.wanted.append(within)

    def nudge_for_pages(self) -> None:
        """Shards are asked for pages in any round."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rounds() -> Rounds:
    return Rounds()


@pytest.fixture
def frontier(clock: Clock, rounds: Rounds) -> RedisFrontier:
    shards = ShardLeases(1, lease=60.0, timeout=15.0, delay=1.0, per_domain=0, clock=clock.monotonic)
    shards.all[0].valid_until = clock.now + 60
    holdings = Holdings(shards, SeenFilter(), delay=1.0, now=clock.monotonic, released=lambda hosts: hosts)
    return RedisFrontier(holdings, rounds)  # type: ignore[arg-type]


def grant(frontier: RedisFrontier, host: str, *paths: str, token: int = 7) -> None:
    frontier.holdings.take(0, Grant(host, 1, 0, token, {}, [path.encode() for path in paths]))


def pop(frontier: RedisFrontier) -> RedisLease:
    lease = frontier.pop()
    assert lease
    return lease


def told_of(frontier: RedisFrontier) -> list[HostNews]:
    """What Redis is to hear of hosts."""
    return frontier.holdings.outbox.news.hosts.get(0, [])


def test_urls_are_pushed_once_by_host_with_what_led_to_them(frontier: RedisFrontier) -> None:
    found = targets("a/1", "b/1", "a/2", "a/1")
    assert frontier.push(found, 2, (Hop("http://x/", "http://a/1", 301, "http"),)) == 3
    assert frontier.push(found, 2) == 0
    pushes = frontier.holdings.outbox.news.pushes
    assert {(shard, host, depth): len(lines) for (shard, host, _, depth), lines in pushes.items()} == {
        (0, "a", 2): 2,
        (0, "b", 2): 1,
    }
    assert all('\t[["http://x/"' in line for lines in pushes.values() for line in lines)


def test_a_few_urls_wait_for_others_to_go_with_and_many_do_not(frontier: RedisFrontier, rounds: Rounds) -> None:
    frontier.push(targets("a/1"), 1)
    frontier.push(targets(*(f"a/{n}" for n in range(redis_frontier.MANY_LINES))), 1)
    assert rounds.wanted == [SOON, 0.0]


def test_a_page_is_in_flight_and_its_host_busy_until_it_has_ended(frontier: RedisFrontier, clock: Clock) -> None:
    grant(frontier, "a", "/1", "/2")
    lease = pop(frontier)
    assert (frontier.lease(lease.page_id), frontier.leased, frontier.pop()) == (lease, 1, None)
    assert frontier.may_fetch("a")
    frontier.ended(lease)
    assert (frontier.may_fetch("a"), frontier.pop(), frontier.next_due()) == (False, None, clock.now + 1)
    clock.now += 1
    assert pop(frontier).url == "https://a/2"


def test_nothing_is_begun_that_the_lease_may_not_outlast(frontier: RedisFrontier, clock: Clock, rounds: Rounds) -> None:
    grant(frontier, "a", "/1")
    frontier.holdings.shards.all[0].valid_until = clock.now + 14
    assert (frontier.pop(), frontier.next_due()) == (None, clock.now + NOT_VALID)
    assert rounds.wanted == [0.0]
    frontier.holdings.shards.all[0].valid_until = clock.now + 60
    clock.now += NOT_VALID
    pop(frontier)
    clock.now += 46
    assert not frontier.may_fetch("a")


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [
        ("frontier", "paused", True),
        ("frontier", "over", "stopped"),
        ("rounds", "unanswered", UNANSWERED + 0.1),
        ("outbox", "lines", MOST_LINES + 1),
    ],
)
def test_nothing_is_begun_while_the_crawl_halts(
    frontier: RedisFrontier, rounds: Rounds, part: str, name: str, value: Any
) -> None:
    grant(frontier, "a", "/1")
    parts = {"frontier": frontier, "rounds": rounds, "outbox": frontier.holdings.outbox}
    setattr(parts[part], name, value)
    assert frontier.pop() is None


def test_there_is_more_until_the_crawl_is_over(frontier: RedisFrontier) -> None:
    assert frontier.pending()
    frontier.over = "finished"
    assert (frontier.pending(), frontier.next_due()) == (False, NEVER)


def test_a_page_that_is_stored_is_acked_once(frontier: RedisFrontier) -> None:
    grant(frontier, "a", "/1", token=40)
    lease = pop(frontier)
    frontier.done([lease.page_id])
    frontier.done([lease.page_id, 0])
    assert (frontier.holdings.outbox.news.acks, frontier.leased, lease.host.busy) == ({0: [40]}, 0, None)


def test_a_page_that_is_skipped_is_told_as_such_and_its_host_goes_on(frontier: RedisFrontier) -> None:
    grant(frontier, "a.example", "/1", "/2")
    frontier.skip(pop(frontier))
    second = pop(frontier)
    frontier.skip(second)
    frontier.skip(second)
    assert frontier.leased == 0
    assert frontier.holdings.outbox.news.skips == {0: [7, 8]}
    assert not frontier.holdings.outbox.news.acks
    assert frontier.holdings.hosts.finished()


def test_a_page_that_is_postponed_is_not_in_flight_and_comes_first_of_its_host(
    frontier: RedisFrontier, clock: Clock
) -> None:
    grant(frontier, "a.example", "/1", "/2")
    first = pop(frontier)
    frontier.postpone(first, 1.0)
    frontier.postpone(first, 1.0)
    assert (frontier.leased, frontier.pop(), frontier.next_due()) == (0, None, clock.now + 1)
    clock.now += 1
    assert pop(frontier) is first
    assert list(frontier.holdings.serials(0)) == [7, 8]


def test_a_page_that_fails_three_times_is_given_up(frontier: RedisFrontier, clock: Clock) -> None:
    grant(frontier, "a", "/1", token=40)
    for _ in range(2):
        frontier.failed(pop(frontier).page_id)
        assert frontier.holdings.outbox.news.burials == []
        clock.now += 1
    frontier.failed(pop(frontier).page_id)
    assert (frontier.holdings.outbox.news.burials, frontier.given_up) == ([(0, 40, "errors")], 1)
    assert (frontier.leased, frontier.holdings.outbox.news.acks) == (0, {})


def test_a_page_that_is_put_back_keeps_its_host_waiting(frontier: RedisFrontier, clock: Clock) -> None:
    grant(frontier, "a", "/1", "/2")
    lease = pop(frontier)
    frontier.put_back(lease, 30.0)
    frontier.put_back(lease, 30.0)
    clock.now += 29
    assert frontier.pop() is None
    clock.now += 1
    assert (pop(frontier), len(lease.host.again)) == (lease, 0)


def test_a_page_that_is_not_in_flight_is_not_put_back(frontier: RedisFrontier) -> None:
    grant(frontier, "a", "/1")
    lease = pop(frontier)
    frontier.done([lease.page_id])
    frontier.put_back(lease)
    assert not lease.host.again


def test_who_holds_a_host_puts_it_off_here_and_who_does_not_in_redis(frontier: RedisFrontier, clock: Clock) -> None:
    grant(frontier, "a", "/1")
    frontier.defer("a", 9.0)
    assert (told_of(frontier), frontier.next_due()) == ([], clock.now + 9)
    frontier.defer("b", 9.0)
    assert told_of(frontier) == [HostNews("b", 0, clock.now + 9)]


def test_a_crawl_delay_holds_here_and_is_told_once(frontier: RedisFrontier, clock: Clock) -> None:
    grant(frontier, "a", "/1", "/2")
    lease = pop(frontier)
    frontier.set_delay("a", 3.0)
    frontier.set_delay("a", 3.0)
    frontier.set_delay("unheld", 3.0)
    frontier.ended(lease)
    assert (told_of(frontier), frontier.next_due()) == ([HostNews("a", 7, None, 3.0)], clock.now + 3)


def test_a_borrowed_host_rests_when_it_is_given_back_and_no_other(frontier: RedisFrontier) -> None:
    async def case() -> None:
        borrowed = asyncio.ensure_future(frontier.borrow("b"))
        await asyncio.sleep(0)
        (wish,) = frontier.holdings.due_wishes()
        frontier.holdings.wish_answered(wish, [0, 9, 0])
        await borrowed

    asyncio.run(case())
    grant(frontier, "a", "/1")
    lease = pop(frontier)
    frontier.give_back("a")
    assert lease.host.busy is lease
    assert frontier.may_fetch("b")
    frontier.give_back("b")
    frontier.give_back("unheld")
    frontier.holdings.release_finished()
    assert [(news.name, news.borrowed) for news in told_of(frontier)] == [("b", True)]


def test_a_host_that_is_not_lent_is_an_error_that_says_how_long_to_wait(frontier: RedisFrontier, clock: Clock) -> None:
    async def case() -> None:
        borrowed = asyncio.ensure_future(frontier.borrow("b"))
        await asyncio.sleep(0)
        clock.now += redis_frontier.BORROW_SECONDS
        frontier.holdings.due_wishes()
        with pytest.raises(HostNotLent) as raised:
            await borrowed
        assert raised.value.wait == 30.0

    asyncio.run(case())


def confessing(frontier: RedisFrontier, case: Callable[[Callable[[bool], Awaitable[None]]], Awaitable[Any]]) -> None:
    """Run a case that is given what answers all confessions."""

    async def answer(held: bool) -> None:
        await asyncio.sleep(0.001)
        for confession in frontier.holdings.outbox.take().confessions:
            confession.held.set_result(held)
        await asyncio.sleep(0.001)

    asyncio.run(case(answer))  # type: ignore[arg-type]


def test_one_doubtful_page_goes_on_at_a_time(frontier: RedisFrontier) -> None:
    grant(frontier, "a", "/1")
    grant(frontier, "b", "/1")
    first, second = pop(frontier), pop(frontier)

    async def case(answer: Callable[[bool], Awaitable[None]]) -> None:
        confessions = [asyncio.ensure_future(frontier.confess(lease.page_id)) for lease in (first, second)]
        await answer(True)
        assert [confession.done() for confession in confessions] == [True, False]
        frontier.survived(second.page_id)  # it has not confessed: this frees nobody
        await answer(True)
        assert not confessions[1].done()
        frontier.survived(first.page_id)
        assert frontier.holdings.outbox.news.survived == {0}
        await answer(True)
        assert [await confession for confession in confessions] == [True, True]

    confessing(frontier, case)


def test_a_doubtful_page_that_is_not_held_any_more_holds_up_no_other(frontier: RedisFrontier) -> None:
    grant(frontier, "a", "/1")
    lease = pop(frontier)

    async def case(answer: Callable[[bool], Awaitable[None]]) -> None:
        assert not await frontier.confess(999)
        for held in (False, True):
            confession = asyncio.ensure_future(frontier.confess(lease.page_id))
            await answer(held)
            assert await confession is held

    confessing(frontier, case)


def test_a_doubtful_page_that_takes_too_long_holds_up_no_other(
    frontier: RedisFrontier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_frontier, "LONGEST_SUSPECTED", 0.01)
    grant(frontier, "a", "/1")
    grant(frontier, "b", "/1")
    first, second = pop(frontier), pop(frontier)

    async def case(answer: Callable[[bool], Awaitable[None]]) -> None:
        confessions = [asyncio.ensure_future(frontier.confess(lease.page_id)) for lease in (first, second)]
        await answer(True)
        await asyncio.sleep(0.02)
        await answer(True)
        assert [await confession for confession in confessions] == [True, True]

    confessing(frontier, case)
