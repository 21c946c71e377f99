"""A frontier on a file of the test's own, in a time of its own; event loops, and their silence."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
import uvloop

from backlink_spider import frontier_cold, frontier_hosts
from backlink_spider.frontier import Frontier
from tests.frontier_steps import Clock
from tests.redis_frontier_steps import Shard

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from pathlib import Path

    from tests.redis_server import RedisServer

pytest.register_assert_rewrite("tests.scheduler_promises")


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


@pytest.fixture(params=[asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Callable[[Coroutine[Any, Any, None]], None]:
    """Runs a coroutine to its end, on one event loop and on the other."""
    return request.param


@pytest.fixture
def nothing_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """By an event loop, say, of an exception that nobody took."""
    yield
    assert [record.getMessage() for record in caplog.get_records("call") if record.levelname != "DEBUG"] == []


@pytest.fixture
def shard(redis_server: RedisServer) -> Iterator[Shard]:
    """A shard of a real Redis in which run 1 is laid out."""
    with asyncio.Runner() as runner, redis_server.client() as client:
        shard = Shard(redis_server, client, runner)
        shard.found()
        yield shard
        shard.close()
