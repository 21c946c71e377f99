"""A frontier on a file of the test's own, in a time of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from backlink_spider import frontier_cold, frontier_hosts
from backlink_spider.frontier import Frontier
from tests.frontier_steps import Clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(frontier_cold, "time", clock)
    monkeypatch.setattr(frontier_hosts, "time", clock)
    return clock


@pytest.fixture
def opened(tmp_path: Path, clock: Clock) -> Iterator[Callable[..., Frontier]]:
    """Opens the same file again and again; what was open before is as if killed."""
    frontiers: list[Frontier] = []

    def reopen(**values: int | float) -> Frontier:
        if frontiers:
            frontiers.pop().abandon()
        frontiers.append(Frontier(tmp_path / "crawl" / "frontier.sqlite", clock=clock.monotonic, **values))
        return frontiers[-1]

    yield reopen
    for frontier in frontiers:
        frontier.abandon()
