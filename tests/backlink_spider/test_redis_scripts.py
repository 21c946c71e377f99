from __future__ import annotations

import asyncio
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
from redis import exceptions

from backlink_spider import shard_calls
from backlink_spider.frontier_file import FrontierLost
from backlink_spider.redis_address import connect
from backlink_spider.redis_scripts import CRAWL_SCRIPTS, RECOVERABLE, SHARD_SCRIPTS, Call, Scripts, SessionLost
from backlink_spider.shard_calls import Place
from link_index.urls import target
from tests.redis_frontier_steps import ASK, group, scripts_of
from tests.redis_server import RedisServer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

PLACES = [Place(shard, 1, 1) for shard in range(4)]


def with_scripts(server: RedisServer, case: Callable[[Scripts], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with scripts_of(server) as scripts:
            return await case(scripts)

    return asyncio.run(run())


def test_every_script_has_a_file_and_every_file_is_a_script() -> None:
    found = {path.name.removesuffix(".lua") for path in (files("backlink_spider") / "lua").iterdir()}
    assert found == {*SHARD_SCRIPTS, *CRAWL_SCRIPTS, "prelude"}


def test_replies_come_in_the_order_of_the_calls(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> list[Any]:
        await scripts.run([shard_calls.found(place) for place in PLACES[:3]])
        return await scripts.run([shard_calls.found(place) for place in reversed(PLACES)])

    assert with_scripts(redis_server, case) == [1, 0, 0, 0]


def test_after_a_restart_of_redis_only_what_did_not_run_is_sent_again(redis_server: RedisServer) -> None:
    urls = group([target("https://example.org/")], 1)

    async def case(scripts: Scripts) -> list[Any]:
        await scripts.run([shard_calls.found(PLACES[0])])
        with redis_server.client() as client:
            client.script_flush()
        await scripts.run([shard_calls.found(PLACES[1])])  # Redis knows this one again, and not the next
        calls = [shard_calls.found(PLACES[2]), shard_calls.push(PLACES[2], [urls]), shard_calls.found(PLACES[2])]
        return await scripts.run(calls)

    assert with_scripts(redis_server, case) == [1, [1, 1, 1], 0]


def test_a_session_that_ended_is_told_in_the_place_of_a_reply(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> list[Any]:
        await scripts.run([shard_calls.found(place) for place in PLACES])
        asks = [ASK._replace(is_new=True), ASK._replace(is_new=False)]
        return await scripts.run([shard_calls.lease(place, ask) for place, ask in zip(PLACES, asks, strict=False)])

    leased, lost = with_scripts(redis_server, case)
    assert (shard_calls.leased(leased).pages, type(lost)) == (0, SessionLost)


def test_the_first_error_is_raised_when_all_have_run(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        lease = shard_calls.lease(PLACES[0], ASK)
        await scripts.run([lease, shard_calls.found(PLACES[1])])

    with pytest.raises(FrontierLost):
        with_scripts(redis_server, case)
    with redis_server.client() as client:
        assert client.exists("{b1}1:m")


def test_a_mistake_in_a_call_is_no_trouble_that_goes_by_itself(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        await scripts.run([Call("quota", "{backlinks:1}", ("many", "none"))])

    with redis_server.client() as client:
        client.hset("{backlinks:1}", "taken", 0)
    with pytest.raises(exceptions.ResponseError) as error:
        with_scripts(redis_server, case)
    assert not isinstance(error.value, RECOVERABLE)


def test_plain_commands_are_sent_together(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> list[Any]:
        return await scripts.commands(("SADD", "{x}a", "1"), ("SCARD", "{x}a"), ("HGET", "h", "none"))

    assert with_scripts(redis_server, case) == [1, 1, None]


def test_a_full_redis_is_waited_for_and_holds_no_half_of_a_push(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        await scripts.run([shard_calls.found(PLACES[0])])
        with redis_server.client() as client:
            client.config_set("maxmemory", 1)
            try:
                await scripts.run([shard_calls.push(PLACES[0], [group([target("https://example.org/")], 1)])])
            finally:
                client.config_set("maxmemory", 0)

    with pytest.raises(RECOVERABLE) as error:
        with_scripts(redis_server, case)
    assert isinstance(error.value, exceptions.OutOfMemoryError)
    with redis_server.client() as client:
        assert client.keys("{b0}1:*") == [b"{b0}1:m"]


def test_a_redis_that_went_away_and_came_back_is_used_again(tmp_path: Path) -> None:
    server = RedisServer(tmp_path, "--appendonly", "yes")
    server.start()

    async def case() -> Any:
        scripts = Scripts(connect(server.url, {}))
        await scripts.run([shard_calls.found(PLACES[0])])
        server.kill()
        with pytest.raises(RECOVERABLE):
            await scripts.run([shard_calls.found(PLACES[0])])
        server.start()
        replies = await scripts.run([shard_calls.found(place) for place in PLACES[:2]])
        await scripts.close()
        return replies

    try:
        assert asyncio.run(case()) == [0, 1]
    finally:
        server.kill()


def test_a_redis_that_stands_still_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    server = RedisServer(tmp_path)
    server.start()

    async def case() -> None:
        scripts = Scripts(connect(server.url, {"socket_timeout": 0.2}))
        await scripts.run([shard_calls.found(PLACES[0])])
        server.pause()
        try:
            await scripts.run([shard_calls.found(PLACES[1])])
        finally:
            server.go_on()
            await scripts.close()

    try:
        with pytest.raises(exceptions.TimeoutError):
            asyncio.run(case())
    finally:
        server.kill()
