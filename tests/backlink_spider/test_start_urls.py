"""scrapy-redis' start-urls key in a real Redis: whatever somebody put there, what is a URL becomes a seed, once."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from scrapy.settings import Settings

from backlink_spider import start_urls
from backlink_spider.frontier_keys import taken
from backlink_spider.start_urls import StartUrls
from tests.cluster_commands import with_scripts

if TYPE_CHECKING:
    from backlink_spider.redis_scripts import Scripts
    from tests.redis_server import RedisServer

KEY = "news:start_urls"
KINDS = ("list", "set", "zset")


class Inbox:
    """What was accepted and counted."""

    def __init__(self, scripts: Scripts, kind: str = "list") -> None:
        self.accepted: list[str] = []
        self.counts: Counter[str] = Counter()
        self.start_urls = StartUrls(
            scripts,
            KEY,
            kind,
            lambda seed: self.accepted.append(seed.url),
            lambda name, n: self.counts.update({name: n}),
        )


def add(server: RedisServer, kind: str, *members: str | bytes) -> None:
    with server.client() as client:
        if kind == "zset":
            client.zadd(KEY, dict.fromkeys(members, 1))
        else:
            (client.rpush if kind == "list" else client.sadd)(KEY, *members)


def taken_by(server: RedisServer, kind: str, *members: str | bytes) -> Inbox:
    """All members, as a worker takes and queues them."""
    add(server, kind, *members)

    async def take(scripts: Scripts) -> Inbox:
        inbox = Inbox(scripts, kind)
        while await inbox.start_urls.take():
            await inbox.start_urls.queued()
        assert await inbox.start_urls.is_empty()
        return inbox

    found: Inbox = with_scripts(server, take)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_urls_and_scrapy_redis_json_are_seeds(redis_server: RedisServer, kind: str) -> None:
    inbox = taken_by(
        redis_server, kind, " http://a.example \n", '{"url": "http://b.example/x", "meta": {"n": 1}, "v": 2}'
    )
    assert sorted(inbox.accepted) == ["http://a.example/", "http://b.example/x"]
    assert inbox.counts == {"start_urls/ignored_fields": 2}
    with redis_server.client() as client:
        assert client.keys() == []


BAD: dict[str, str | bytes] = {
    "nothing": "",
    "blank": "  ",
    "no URL": "not a url",
    "no host": "http://",
    "another scheme": "ftp://a.example/",
    "a script": "javascript:alert(1)",
    "binary": bytes(range(256)),
    "pickle": b"\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00\x8c\x07builtin\x94.",
    "broken JSON": '{"url": "http://a.example/"',
    "JSON without a URL": '{"meta": {}}',
    "JSON with another type": '{"url": ["http://a.example/"]}',
    "JSON with null": '{"url": null}',
    "a bad port": "http://a.example:99999/",
    "JSON too deep": '{"url":' * 200_000,
    "JSON arrays too deep": '{"url":' + "[" * 200_000,
    "JSON with a huge number": '{"url": "http://a.example/", "n": ' + "9" * 5000 + "}",
    "JSON with half a character in the host": '{"url": "http://a\\ud800.example/"}',
    "JSON with half a character in the path": '{"url": "http://a.example/\\ud800"}',
    "too long": "http://a.example/" + "x" * 3_000_000,
    "too long as it is asked for": "http://a.example/" + "\u00fc" * 1000,
    "too long in JSON": json.dumps({"url": "http://a.example/" + "x" * 3_000_000}),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("what", BAD)
def test_what_is_no_url_is_counted_and_holds_up_nothing(redis_server: RedisServer, kind: str, what: str) -> None:
    inbox = taken_by(redis_server, kind, BAD[what], "http://good.example/")
    assert inbox.accepted == ["http://good.example/"]
    assert inbox.counts["start_urls/refused"] == 1


def test_more_than_are_taken_at_once_are_taken_in_turns(redis_server: RedisServer) -> None:
    urls = [f"http://a.example/{n}" for n in range(start_urls.AT_ONCE * 2 + 1)]
    assert taken_by(redis_server, "list", *urls).accepted == urls


def test_what_was_taken_and_not_queued_is_taken_again(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start_urls, "TAKEN_AGAIN_MS", 0)
    add(redis_server, "list", "http://a.example/", b"\xff")

    async def case(scripts: Scripts) -> None:
        died = Inbox(scripts)
        assert await died.start_urls.take()
        other = Inbox(scripts)
        assert not await other.start_urls.is_empty()
        assert await other.start_urls.take()
        assert other.accepted == died.accepted == ["http://a.example/"]
        await other.start_urls.queued()
        assert not await other.start_urls.take()
        assert await other.start_urls.is_empty()

    with_scripts(redis_server, case)
    with redis_server.client() as client:
        assert not client.exists(KEY, taken(KEY))


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({}, ("backlinks:start_urls", "list")),
        ({"REDIS_START_URLS_KEY": "%(name)s:in", "REDIS_START_URLS_AS_SET": True}, ("backlinks:in", "set")),
        ({"REDIS_START_URLS_KEY": "in", "REDIS_START_URLS_AS_ZSET": "1"}, ("in", "zset")),
    ],
)
def test_key_and_kind_are_scrapy_redis_settings(values: dict[str, Any], found: tuple[str, str]) -> None:
    assert StartUrls.key_and_kind(Settings(values), "backlinks") == found
