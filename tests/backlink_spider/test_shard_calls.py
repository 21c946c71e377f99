"""Every script of a shard by what it does, in a real server."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.redis_frontier_steps import Shard, urls_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.redis_server import RedisServer

A, B, C = "https://a.example.org/", "https://b.example.org/", "https://other.example/"


@pytest.fixture
def shard(redis_server: RedisServer) -> Iterator[Shard]:
    with asyncio.Runner() as runner, redis_server.client() as client:
        shard = Shard(redis_server, client, runner)
        shard.found()
        yield shard
        shard.close()


def test_a_url_is_queued_once(shard: Shard) -> None:
    assert shard.push(A + "1", A + "2") == 2
    assert shard.push(A + "2", A + "3") == 1
    assert urls_of(shard.lease()) == [A + "1", A + "2", A + "3"]
