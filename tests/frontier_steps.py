"""What tests do with a frontier: fill it, empty it, let time pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from link_index.urls import Target, target

if TYPE_CHECKING:
    from backlink_spider.frontier import Frontier
    from backlink_spider.frontier_records import Lease


class Clock:
    """Time that passes when a test says so; stands in for the module `time`."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return 1_700_000_000 + self.now


def targets(*urls: str) -> list[Target]:
    return [target(f"http://{url}") for url in urls]


def fetch(frontier: Frontier) -> Lease | None:
    """Pop a page, end its request and be done with it."""
    lease = frontier.pop()
    if lease:
        frontier.ended(lease)
        frontier.done([lease.page_id])
    return lease


def fetched(frontier: Frontier) -> list[str]:
    """The URLs that can be fetched without waiting, in their order."""
    return [lease.url.removeprefix("http://") for lease in iter(lambda: fetch(frontier), None)]
