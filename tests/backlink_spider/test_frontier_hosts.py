from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from backlink_spider import frontier_cold, frontier_hosts
from tests.frontier_steps import Clock, fetch, fetched, targets

if TYPE_CHECKING:
    from collections.abc import Callable

    from backlink_spider.frontier import Frontier


class TestOrder:
    @pytest.mark.parametrize(
        ("pushes", "order"),
        [
            pytest.param([(1, "a/1 a/2"), (0, "a/0")], "a/0 a/1 a/2", id="by depth within a host"),
            pytest.param([(1, "a/1"), (1, "a/3 a/2")], "a/1 a/3 a/2", id="then by discovery"),
            pytest.param([(2, "a/1"), (1, "b/1")], "b/1 a/1", id="by depth between hosts"),
            pytest.param([(1, "a/1 a/2 a/3 b/1 b/2 c/1")], "a/1 b/1 c/1 a/2 b/2 a/3", id="then in turn"),
            pytest.param([(1, "a/1 a/2"), (2, "b/1")], "a/1 a/2 b/1", id="depth before turn"),
            pytest.param([(0, "a/0 b/0"), (1, "a/1 b/1 b/2")], "a/0 b/0 a/1 b/1 b/2", id="level by level"),
        ],
    )
    def test_pages_come(self, opened: Callable[..., Frontier], pushes: list[tuple[int, str]], order: str) -> None:
        frontier = opened()
        for depth, urls in pushes:
            frontier.push(targets(*urls.split()), depth)
        assert " ".join(fetched(frontier)) == order

    def test_a_page_found_later_goes_before_deeper_ones_in_memory(self, opened: Callable[..., Frontier]) -> None:
        frontier = opened()
        frontier.push(targets(*(f"a/{n}" for n in range(20))), 5)
        fetch(frontier)
        frontier.push(targets("a/top"), 1)
        frontier.push(targets("a/deep"), 9)
        assert fetched(frontier) == ["a/top", *(f"a/{n}" for n in range(1, 20)), "a/deep"]

    def test_a_host_with_many_pages_does_not_hold_up_the_others(self, opened: Callable[..., Frontier]) -> None:
        frontier = opened()
        frontier.push(targets(*(f"big/{n}" for n in range(2000))), 1)
        frontier.push(targets(*(f"small{n}/" for n in range(50))), 1)
        first = fetched(frontier)[:51]
        assert sum(url.startswith("small") for url in first) == 50

    @pytest.mark.parametrize("seed", range(5))
    def test_it_is_the_same_with_next_to_nothing_in_memory(
        self, opened: Callable[..., Frontier], monkeypatch: pytest.MonkeyPatch, seed: int
    ) -> None:
        """Against a model that looks at all pages for each pop."""
        for name, value in (("LOADED_AT_ONCE", 2), ("IN_MEMORY", 4), ("PAGES_IN_MEMORY", 2)):
            monkeypatch.setattr(frontier_hosts, name, value)
        monkeypatch.setattr(frontier_cold, "NAMES_IN_MEMORY", 3)
        chance, frontier, model = random.Random(seed), opened(), Model()
        for step in range(300):
            urls = [f"{chance.choice('abcdefghijklmnop')}/{chance.randrange(400)}" for _ in range(chance.randrange(5))]
            depth = chance.randrange(4)
            assert frontier.push(targets(*urls), depth) == model.push(urls, depth)
            if chance.random() < 0.1:
                frontier.flush()
            for _ in range(chance.randrange(4)):
                lease = fetch(frontier)
                assert (lease and lease.url.removeprefix("http://")) == model.pop(), f"step {step}"
        assert fetched(frontier) == list(iter(model.pop, None))


class Model:
    """The order the frontier promises, in the plainest words."""

    def __init__(self) -> None:
        self.found: dict[str, tuple[int, int]] = {}
        self.queue: set[str] = set()
        self.turns: dict[str, int] = {}
        self.hosts: list[str] = []
        self.asked = 0

    def push(self, urls: list[str], depth: int) -> int:
        before = len(self.found)
        by_host = sorted(urls, key=lambda url: [u[0] for u in urls].index(url[0]))  # as the frontier groups a batch
        for url in by_host:
            if url not in self.found:
                self.found[url] = (depth, len(self.found))
                self.queue.add(url)
                if url[0] not in self.turns:
                    self.turns[url[0]] = self.asked - 1
                    self.hosts.append(url[0])
        return len(self.found) - before

    def pop(self) -> str | None:
        if not self.queue:
            return None
        best = {
            host: min((self.found[u], u) for u in self.queue if u[0] == host) for host in {u[0] for u in self.queue}
        }
        host = min(best, key=lambda h: (best[h][0][0], self.turns[h], self.hosts.index(h)))
        self.asked += 1
        self.turns[host] = self.asked
        url = best[host][1]
        self.queue.remove(url)
        return url


class TestPoliteness:
    def test_a_host_has_one_request_at_a_time(self, opened: Callable[..., Frontier]) -> None:
        frontier = opened()
        frontier.push(targets("a/1", "a/2", "b/1"), 0)
        first, second = frontier.pop(), frontier.pop()
        assert first is not None
        assert second is not None
        assert (first.host.name, second.host.name) == ("a", "b")
        assert frontier.pop() is None
        frontier.ended(first)
        frontier.ended(first)  # says nothing new
        assert frontier.pop() is not None
        assert frontier.pop() is None

    def test_a_host_rests_from_the_end_of_its_request(self, opened: Callable[..., Frontier], clock: Clock) -> None:
        frontier = opened(delay=2)
        frontier.push(targets("a/1", "a/2"), 0)
        lease = frontier.pop()
        assert lease is not None
        clock.now += 10
        frontier.ended(lease)
        assert frontier.next_due() == clock.now + 2
        clock.now += 1.9
        assert frontier.pop() is None
        assert frontier.pending()
        clock.now += 0.2
        assert frontier.pop() is not None

    def test_a_host_rests_though_it_has_nothing_queued(self, opened: Callable[..., Frontier], clock: Clock) -> None:
        frontier = opened(delay=2)
        frontier.push(targets("a/1"), 0)
        fetch(frontier)
        assert not frontier.pending()
        frontier.push(targets("a/2"), 0)
        assert frontier.pending()
        assert frontier.pop() is None
        clock.now += 2
        assert fetched(frontier) == ["a/2"]

    @pytest.mark.parametrize(("own", "rest"), [(5.0, 5.0), (0.5, 2.0)])
    def test_a_delay_of_its_own_counts_if_it_is_longer(
        self, opened: Callable[..., Frontier], clock: Clock, own: float, rest: float
    ) -> None:
        frontier = opened(delay=2)
        frontier.push(targets("a/1", "a/2", "a/3"), 0)
        lease = frontier.pop()
        assert lease is not None
        frontier.set_delay("a", own)
        frontier.set_delay("unknown", own)
        frontier.ended(lease)
        assert frontier.next_due() == clock.now + rest
        frontier.flush()
        again = opened(delay=2).pop()
        assert again is not None
        assert again.host.delay == own

    @pytest.mark.parametrize("seconds", [10, 1000])
    def test_a_deferred_host_is_left_alone_wherever_it_is(
        self, opened: Callable[..., Frontier], clock: Clock, seconds: float
    ) -> None:
        frontier = opened()
        frontier.push(targets("busy/1", "ready/1", "busy/2"), 0)
        frontier.push(targets("cold/1"), 0)
        frontier.defer("cold", seconds)
        frontier.defer("unknown", seconds)
        lease = frontier.pop()
        assert lease is not None
        for host in ("busy", "ready"):
            frontier.defer(host, seconds)
        frontier.done([lease.page_id])
        assert fetched(frontier) == []
        assert frontier.pending()
        assert clock.now + seconds - 1 <= frontier.next_due() <= clock.now + seconds + 1
        clock.now += seconds + 1.1
        assert sorted(fetched(frontier)) == ["busy/2", "cold/1", "ready/1"]

    def test_a_long_rest_outlasts_the_process(self, opened: Callable[..., Frontier], clock: Clock) -> None:
        frontier = opened()
        frontier.push(targets("a/1", "b/1"), 0)
        frontier.defer("a", 3600)
        frontier.flush()
        frontier = opened()
        assert fetched(frontier) == ["b/1"]
        assert frontier.pending()
        clock.now += 3601
        assert fetched(frontier) == ["a/1"]
        assert not frontier.pending()

    def test_a_long_rest_of_a_host_without_pages_holds_up_nothing(self, opened: Callable[..., Frontier]) -> None:
        frontier = opened()
        frontier.push(targets("a/1"), 0)
        fetch(frontier)
        frontier.defer("a", 3600)
        assert not frontier.pending()
