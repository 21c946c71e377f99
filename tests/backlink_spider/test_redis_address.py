from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from redis.asyncio.cluster import RedisCluster

from backlink_spider.errors import RedisUnavailable, RedisUnfit, UsageMistake
from backlink_spider.redis_address import check, connect, redis_url, without_secrets
from tests.redis_server import RedisServer, free_port

if TYPE_CHECKING:
    from pathlib import Path


def checked(url: str) -> None:
    async def case() -> None:
        client = connect(url, {})
        try:
            await check(client)
        finally:
            await client.aclose()

    asyncio.run(case())


def test_the_settings_come_before_the_environment_and_that_before_scrapy_redis_names() -> None:
    environ = {"REDIS_URL": "redis://environment"}
    assert redis_url({"REDIS_URL": "redis://settings", "REDIS_HOST": "h"}, environ) == "redis://settings"
    assert redis_url({"REDIS_URL": None, "REDIS_HOST": "h"}, environ) == "redis://environment"
    assert redis_url({"REDIS_HOST": "h"}, {}) == "redis://h:6379"
    assert redis_url({"REDIS_PORT": 7000}, {}) == "redis://localhost:7000"
    assert redis_url({"REDIS_URL": ""}, {"REDIS_URL": ""}) is None


def test_an_address_is_shown_without_its_password() -> None:
    assert without_secrets("rediss://user:word@host:7000/3?password=word") == "rediss://host:7000/3"


def test_what_is_no_address_of_redis_is_a_mistake_without_its_password() -> None:
    with pytest.raises(UsageMistake, match=r"http://host/ is no address") as error:
        connect("http://user:word@host/", {})
    assert "word" not in str(error.value)
    with pytest.raises(UsageMistake):
        connect("redis://host", {"no_such_parameter": 1})
    with pytest.raises(UsageMistake):
        connect("redis://host:port", {})


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("redis://:wo#rd@host:6379", "'#' of a password is written %23"),
        ("redis://:wo/rd@host:6379/0", "'/' %2F"),
        ("redis://:word@host/first", "redis://host/first names no database of Redis"),
        ("redis://:word@host/-1", "names no database"),
        ("redis://[::1", "cannot be read: Invalid IPv6 URL"),
        ("redis+cluster://:word@host:7000/3", "'db' must be 0"),
    ],
)
def test_what_the_client_would_read_otherwise_is_refused(url: str, told: str) -> None:
    with pytest.raises(UsageMistake) as error:
        connect(url, {})
    assert told in str(error.value)
    assert "word@" not in str(error.value)


def test_a_cluster_is_named_by_its_scheme() -> None:
    async def case() -> bool:
        client = connect("redis+cluster://127.0.0.1:7000", {"socket_timeout": 9})
        await client.aclose()
        return isinstance(client, RedisCluster)

    assert asyncio.run(case())


def test_parameters_cannot_make_the_client_repeat_a_command(redis_server: RedisServer) -> None:
    client = connect(redis_server.url, {"retry_on_timeout": True, "decode_responses": True, "socket_timeout": 9})
    options = client.connection_pool.connection_kwargs
    assert (options["retry"].get_retries(), options["decode_responses"], options["socket_timeout"]) == (0, False, 9)


def test_a_redis_that_would_evict_keys_is_unfit(redis_server: RedisServer) -> None:
    with redis_server.client() as client:
        client.config_set("maxmemory-policy", "allkeys-lru")
        try:
            with pytest.raises(RedisUnfit, match=r"would evict frontier keys \(maxmemory-policy allkeys-lru\)"):
                checked(redis_server.url)
        finally:
            client.config_set("maxmemory-policy", "noeviction")


def test_a_redis_without_an_append_only_file_is_warned_of(
    redis_server: RedisServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    checked(redis_server.url)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    caplog.clear()
    server = RedisServer(tmp_path, "--appendonly", "yes")
    server.start()
    try:
        checked(server.url)
    finally:
        server.kill()
    assert not caplog.records


def test_a_redis_that_is_away_is_one_sentence() -> None:
    with pytest.raises(RedisUnavailable):
        checked(f"redis://127.0.0.1:{free_port()}")
