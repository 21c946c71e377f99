"""The gate over a frontier file: what a trap keeps out, and what has to wait for its turn."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from backlink_spider.frontier import Frontier
from backlink_spider.trap_gate import WAIT, TrapGate
from backlink_spider.trap_memory import NEW_AT_ONCE
from backlink_spider.trap_rules import TrapRules
from backlink_spider.trap_watch import TrapBudgets, TrapWatch
from link_index.urls import target
from tests.crawled import page

if TYPE_CHECKING:
    from pathlib import Path

    from backlink_spider.frontier_contract import PageLease


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def popped(gate: TrapGate) -> list[PageLease]:
    return [found[0] for found in iter(lambda: gate.pop(()), None)]


def test_subdomains_that_have_to_wait_come_when_others_were_read_and_none_is_lost(tmp_path: Path) -> None:
    clock = Clock()
    frontier = Frontier(tmp_path / "frontier.sqlite", clock=clock)
    watch = TrapWatch(TrapRules(latest_year=2031), TrapBudgets(), frontier.traps, lambda _: None, clock)
    gate = TrapGate(frontier, watch, lambda call, *args: call(*args))
    urls = [f"http://x{n}.blogs.example/" for n in range(30)]
    frontier.push(map(target, urls), 1)
    frontier.push([target("http://other.example/")], 2)
    fetched: list[str] = []
    while leases := popped(gate):
        if not fetched:
            assert leases.pop().url == "http://other.example/", "who is behind them does not wait"
        assert len(leases) == NEW_AT_ONCE + len(fetched) // 8 or len(fetched) + len(leases) == len(urls)
        assert frontier.leased == len(leases) + 1, "who waits is not in flight, and takes nothing of a budget"
        for lease in leases:
            text = "".join(Random(lease.url).choices("abcdefghij ", k=400))
            gate.read(page(lease.url, page_id=lease.page_id), f"<p>{text}".encode())
            frontier.ended(lease)
            frontier.done([lease.page_id])
            fetched.append(lease.url)
        assert (frontier.pending(), frontier.queued) == (len(fetched) < len(urls), len(urls) - len(fetched) + 1)
        clock.now += WAIT
    assert sorted(fetched) == sorted(urls)
    frontier.close()
