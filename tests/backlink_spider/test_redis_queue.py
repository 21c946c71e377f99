from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy_redis.queue import Base

from backlink_spider import frontier_entry
from backlink_spider.redis_queue import HostQueue


class Frontier:
    """Remembers what is pushed."""

    queued = 3

    def __init__(self) -> None:
        self.pushed: list[tuple[str, int, Any]] = []

    def push(self, targets: Any, depth: int, hops: Any) -> None:
        self.pushed += [(target.url, depth, hops) for target in targets]


@pytest.fixture
def queue() -> HostQueue:
    queue = HostQueue(None, SimpleNamespace(name="backlinks"), "%(spider)s:requests", frontier_entry)
    queue.frontier = Frontier()  # type: ignore[assignment]
    return queue


def test_a_request_is_queued_as_its_url(queue: HostQueue) -> None:
    assert isinstance(queue, Base)
    queue.push(Request("http://a/x#part", meta={"depth": 2}))
    assert queue.frontier.pushed == [("http://a/x", 2, ())]  # type: ignore[attr-defined]
    assert len(queue) == 3


@pytest.mark.parametrize("values", [{"method": "POST"}, {"body": b"x"}])
def test_a_request_that_is_more_than_a_url_is_refused(queue: HostQueue, values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="GET"):
        queue.push(Request("http://a/", **values))


def test_no_worker_empties_the_queue_of_all(queue: HostQueue) -> None:
    with pytest.raises(NotImplementedError):
        queue.clear()
