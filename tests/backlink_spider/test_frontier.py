from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from backlink_spider import frontier as frontier_module
from backlink_spider.items import Hop
from link_index.urls import target
from tests.frontier_steps import Clock, fetch, fetched, targets

if TYPE_CHECKING:
    from collections.abc import Callable

    from backlink_spider.frontier import Frontier


class TestWhatIsQueued:
    def test_a_url_is_queued_once(self, opened: Callable[..., Frontier]) -> None:
        frontier = opened()
        assert frontier.push(targets("a.com/", "a.com/1", "a.com/"), 0) == 2
        assert frontier.push(targets("a.com/1", "b.com/"), 3) == 1
        assert fetched(frontier) == ["a.com/", "a.com/1", "b.com/"]
        assert frontier.push(targets("a.com/", "b.com/"), 0) == 0
        assert (frontier.queued, frontier.fetched, frontier.leased) == (0, 3, 0)

    def test_a_url_is_known_however_long_ago_it_was_found(
        self, opened: Callable[..., Frontier], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(frontier_module, "RECENT", 8)
        frontier = opened()
        urls = targets(*(f"a.com/{n}" for n in range(100)))
        for start in range(0, 100, 5):
            assert frontier.push(urls[start : start + 5], 0) == 5
        assert frontier.unseen(urls) == urls[:90]  # the last ten are remembered
        for start in range(0, 100, 5):
            assert frontier.push(urls[start : start + 5], 0) == 0

    def test_unseen_filters_what_was_found_lately(self, opened: Callable[..., Frontier]) -> None:
        frontier = opened()
        first, second = targets("a.com/", "a.com/1")
        frontier.push([first], 0)
        assert frontier.unseen([first, second]) == [second]

    def test_urls_that_differ_in_scheme_or_port_are_two(self, opened: Callable[..., Frontier]) -> None:
        frontier = opened()
        assert frontier.push([target("http://a.com/"), target("https://a.com/"), target("http://a.com:8080/")], 0) == 3

    def test_redirect_hops_and_depth_come_back_with_the_page(self, opened: Callable[..., Frontier]) -> None:
        hops = (Hop("http://a.com/", 301, "http", "http://b.com/"),)
        frontier = opened()
        frontier.push(targets("b.com/"), 2, hops)
        frontier.flush()
        lease = opened().pop()
        assert lease is not None
        assert lease.depth == 2
        assert lease.hops == '[["http://a.com/", 301, "http", "http://b.com/"]]'


class TestWhatIsSkipped:
    def test_a_page_that_is_skipped_is_gone_and_neither_counted_nor_waited_for(
        self, opened: Callable[..., Frontier]
    ) -> None:
        frontier = opened(delay=5, max_pages=1, max_pages_per_domain=1, max_pages_per_host=1)
        frontier.push(targets("a.com/1", "a.com/2", "a.com/3"), 0)
        for _ in range(2):
            lease = frontier.pop()
            assert lease is not None
            frontier.skip(lease)
            frontier.skip(lease)
        assert (frontier.queued, frontier.fetched, frontier.leased) == (1, 0, 0)
        assert fetched(frontier) == ["a.com/3"]
        frontier.close()
        assert opened().queued == 0

    def test_a_page_that_is_postponed_is_not_in_flight_and_comes_first_of_its_host(
        self, opened: Callable[..., Frontier], clock: Clock
    ) -> None:
        frontier = opened(delay=5, max_pages=1, max_pages_per_domain=1, max_pages_per_host=1)
        frontier.push(targets("a.com/1", "a.com/2", "b.com/3"), 0)
        lease = frontier.pop()
        assert lease is not None
        frontier.postpone(lease, 1.0)
        frontier.postpone(lease, 1.0)
        assert (frontier.queued, frontier.leased, frontier.spent, frontier.next_due()) == (3, 0, False, clock.now + 1)
        clock.now += 1
        frontier.max_pages = 0
        assert fetched(frontier) == ["b.com/3", "a.com/1"]

    def test_what_is_known_of_traps_is_kept_with_the_next_commit(self, opened: Callable[..., Frontier]) -> None:
        frontier = opened()
        frontier.traps.set_trap_memory("a.com", "first", is_trap=False)
        frontier.traps.set_trap_memory("a.com", "second", is_trap=True)
        frontier.traps.set_trap_memory("b.com", "third", is_trap=False)
        frontier.close()
        traps = opened().traps
        assert [traps.trap_memory(name) for name in ("a.com", "b.com", "c.com")] == ["second", "third", None]
        assert traps.trapped() == ["a.com"]


class TestAtLeastOnce:
    def test_after_a_kill_what_was_not_done_is_queued_again(self, opened: Callable[..., Frontier]) -> None:
        frontier = opened()
        frontier.push(targets(*(f"{host}/{n}" for host in "abc" for n in range(12))), 0)
        stored, _in_flight = [frontier.pop(), frontier.pop()], frontier.pop()
        frontier.done([lease.page_id for lease in stored if lease])
        frontier.push(targets("d/lost"), 0)  # not committed: its page is not done either
        frontier = opened()
        assert frontier.was_killed
        assert (frontier.queued, frontier.fetched) == (34, 2)
        again = fetched(frontier)
        assert len(again) == len(set(again)) == 34
        assert not {"a/0", "b/0"} & set(again)

    def test_after_a_kill_the_last_pages_of_a_host_are_queued_again_too(self, opened: Callable[..., Frontier]) -> None:
        frontier = opened()
        frontier.push(targets("a/1", "b/1", "b/2"), 0)
        in_flight = frontier.pop()
        assert in_flight is not None
        frontier.ended(in_flight)  # its host has nothing left to hand out, and it is not stored yet
        assert [fetch(frontier) is not None for _ in range(3)] == [True, True, False]
        frontier = opened()
        assert frontier.queued == 1
        assert fetched(frontier) == ["a/1"]

    def test_a_closed_frontier_goes_on_where_it_was(self, opened: Callable[..., Frontier]) -> None:
        frontier = opened()
        frontier.push(targets("a/1", "a/2", "a/3"), 0)
        fetch(frontier)
        frontier.pop()
        frontier.close()
        frontier = opened()
        assert not frontier.was_killed
        assert frontier.push(targets("a/1", "a/3"), 0) == 0
        assert fetched(frontier) == ["a/2", "a/3"]

    def test_a_page_in_flight_is_not_handed_out_again(self, opened: Callable[..., Frontier]) -> None:
        frontier = opened()
        frontier.push(targets("a/1", "a/2"), 5)
        lease = frontier.pop()
        assert lease is not None
        frontier.ended(lease)
        frontier.push(targets("a/top"), 1)  # makes the frontier read the host's pages again
        assert fetched(frontier) == ["a/top", "a/2"]

    def test_pages_that_are_not_in_flight_cannot_be_done(self, opened: Callable[..., Frontier]) -> None:
        frontier = opened()
        frontier.push(targets("a/1"), 0)
        frontier.done([0, 1, 77])
        assert fetched(frontier) == ["a/1"]

    def test_a_page_put_back_comes_first_after_a_pause(self, opened: Callable[..., Frontier], clock: Clock) -> None:
        frontier = opened(delay=1, max_pages=1)
        frontier.push(targets("a/1", "a/2", "b/1"), 0)
        lease = frontier.pop()
        assert lease is not None
        frontier.put_back(lease, 8)
        frontier.put_back(lease, 8)  # says nothing new
        assert frontier.next_due() == clock.now + 8
        clock.now += 8
        assert frontier.pending()  # although the budget is spent: this page was counted
        assert frontier.pop() is lease
        assert frontier.pop() is None
        frontier.done([lease.page_id])
        frontier.put_back(lease)
        assert not frontier.pending()

    def test_a_page_is_put_back_while_its_host_is_busy_with_another(self, opened: Callable[..., Frontier]) -> None:
        frontier = opened()
        frontier.push(targets("a/1", "a/2"), 0)
        first = frontier.pop()
        assert first is not None
        frontier.ended(first)
        second = frontier.pop()
        assert second is not None
        frontier.failed(first.page_id)
        assert frontier.pop() is None
        frontier.ended(second)
        assert frontier.pop() is first

    def test_a_page_put_back_is_done_if_it_is_stored_after_all(self, opened: Callable[..., Frontier]) -> None:
        frontier = opened()
        frontier.push(targets("a/1", "a/2"), 0)
        lease = frontier.pop()
        assert lease is not None
        frontier.put_back(lease)
        frontier.done([lease.page_id])
        assert fetched(frontier) == ["a/2"]

    def test_a_page_is_put_back_whose_host_has_left_the_memory(
        self, opened: Callable[..., Frontier], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        frontier = opened()
        frontier.push(targets("a/1"), 0)
        lease = frontier.pop()
        assert lease is not None
        frontier.ended(lease)
        assert not frontier.pending()
        frontier.put_back(lease)
        assert frontier.pop() is lease

    def test_starting_over_forgets_everything(self, opened: Callable[..., Frontier]) -> None:
        frontier = opened()
        frontier.push(targets("a/1", "a/2"), 0)
        fetch(frontier)
        frontier.set_note("finished", "finished")
        frontier.start_over()
        assert (frontier.queued, frontier.fetched, frontier.note("finished")) == (0, 0, None)
        assert frontier.push(targets("a/1"), 0) == 1
        assert fetched(frontier) == ["a/1"]


class TestFailures:
    def test_a_page_is_given_up_after_three_errors_of_our_own(self, opened: Callable[..., Frontier]) -> None:
        frontier = opened()
        frontier.push(targets("a/poison", "a/2"), 0)
        for _ in range(3):
            lease = frontier.pop()
            assert lease is not None
            assert lease.url == "http://a/poison"
            frontier.ended(lease)
            frontier.failed(lease.page_id)
        assert frontier.given_up == 1
        assert fetched(frontier) == ["a/2"]
        frontier.failed(lease.page_id)
        assert (frontier.queued, frontier.given_up) == (0, 1)

    def test_errors_are_counted_over_all_runs(self, opened: Callable[..., Frontier]) -> None:
        frontier = opened()
        frontier.push(targets("a/poison"), 0)
        for _ in range(3):
            lease = frontier.pop()
            assert lease is not None
            frontier.failed(lease.page_id)
            frontier.flush()
            given_up = frontier.given_up
            frontier = opened()
        assert given_up == 1
        assert not frontier.queued

    def test_a_page_that_kills_the_process_is_given_up_in_the_end(self, opened: Callable[..., Frontier]) -> None:
        frontier = opened()
        frontier.push(targets("a/poison", "a/2"), 0)
        frontier.flush()
        for deaths in range(5):
            frontier = opened()
            lease = frontier.pop()
            assert lease is not None, deaths
            frontier.suspect(lease.page_id)
        assert fetched(opened()) == ["a/2"]

    def test_a_page_that_is_in_flight_whenever_the_process_is_killed_is_not(
        self, opened: Callable[..., Frontier]
    ) -> None:
        frontier = opened()
        frontier.push(targets("a/slow"), 0)
        frontier.flush()
        for _ in range(9):
            frontier = opened()
            lease = frontier.pop()
            assert lease is not None
            frontier.suspect(lease.page_id)
            frontier.survived(lease.page_id)
            frontier.flush()
        assert fetched(opened()) == ["a/slow"]


class TestBudgets:
    def test_pages_in_all(self, opened: Callable[..., Frontier]) -> None:
        frontier = opened(max_pages=2)
        frontier.push(targets("a/1", "a/2", "b/1"), 0)
        assert fetched(frontier) == ["a/1", "b/1"]
        assert frontier.spent
        assert not frontier.pending()
        assert fetched(opened(max_pages=2)) == []
        assert fetched(opened(max_pages=3)) == ["a/2"]

    def test_pages_of_a_registrable_domain(self, opened: Callable[..., Frontier]) -> None:
        frontier = opened(max_pages_per_domain=2)
        pages = targets("a.x.com/1", "a.x.com/2", "b.x.com/1", "b.x.com/2", "y.com/1", "y.com/2", "y.com/3")
        frontier.push(pages, 0)
        assert fetched(frontier) == ["a.x.com/1", "b.x.com/1", "y.com/1", "y.com/2"]
        assert not frontier.pending()
        assert frontier.refused_by_budget() == (3, 0)
        frontier.push(targets("a.x.com/3", "c.x.com/1"), 0)
        assert fetched(frontier) == []
        assert frontier.refused_by_budget() == (5, 0)
        frontier.flush()
        assert fetched(opened(max_pages_per_domain=2)) == []
        assert fetched(opened(max_pages_per_domain=3)) == ["a.x.com/2", "y.com/3"]

    def test_pages_of_a_host(self, opened: Callable[..., Frontier]) -> None:
        frontier = opened(max_pages_per_host=2, max_pages_per_domain=3)
        pages = targets(*(f"{host}.x.com/{n}" for host in "ab" for n in range(4)), *(f"y.com/{n}" for n in range(3)))
        frontier.push(pages, 0)
        assert fetched(frontier) == ["a.x.com/0", "b.x.com/0", "y.com/0", "a.x.com/1", "y.com/1"]
        assert not frontier.pending()
        assert frontier.refused_by_budget() == (2 + 3, 1)
        frontier.push(targets("y.com/new"), 0)
        assert fetched(frontier) == []
        assert frontier.refused_by_budget() == (5, 2)
        frontier.flush()
        assert fetched(opened(max_pages_per_host=2)) == ["b.x.com/1"]
        assert sorted(fetched(opened(max_pages_per_host=3))) == ["a.x.com/2", "b.x.com/2", "y.com/2"]

    def test_pages_in_flight_count_for_a_host_that_was_out_of_memory(self, opened: Callable[..., Frontier]) -> None:
        frontier = opened(max_pages_per_host=2)
        frontier.push(targets("a/0", "a/1"), 0)
        in_flight = []
        while lease := frontier.pop():  # fetched, not stored yet; then the host has no pages, and leaves the memory
            frontier.ended(lease)
            in_flight.append(lease.page_id)
        frontier.push(targets("a/2"), 0)
        assert (len(in_flight), frontier.pop()) == (2, None)
        frontier.done(in_flight)
        assert frontier.refused_by_budget() == (0, 1)

    @pytest.mark.parametrize("budget", ["max_pages_per_domain", "max_pages_per_host"])
    def test_nobody_waits_for_a_host_to_rest_whose_budget_is_used_up(
        self, opened: Callable[..., Frontier], budget: str
    ) -> None:
        frontier = opened(**{budget: 1}, delay=60)
        frontier.push(targets("a/1", "a/2"), 0)
        fetch(frontier)
        assert not frontier.pending()

    def test_pages_in_flight_count_once_after_a_kill(self, opened: Callable[..., Frontier]) -> None:
        frontier = opened(max_pages=2, max_pages_per_domain=2, max_pages_per_host=1)
        frontier.push(targets("a.x.com/1", "b.x.com/1", "c.x.com/1"), 0)
        frontier.flush()
        assert [frontier.pop() is None for _ in range(3)] == [False, False, True]
        assert fetched(opened(max_pages=2, max_pages_per_domain=2)) == ["a.x.com/1", "b.x.com/1"]
