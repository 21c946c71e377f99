"""Pausing, resuming, draining and stopping a crawl in a real Redis."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cluster_commands import AWAY, begin, run, state

if TYPE_CHECKING:
    from tests.redis_server import RedisServer

VERBS = ["pause", "resume", "drain", "stop"]


@pytest.mark.parametrize(
    ("verb", "becomes", "told"),
    [
        ("pause", "paused", "Crawl news is paused (1 worker): nothing is fetched until `backlinks resume news`.\n"),
        ("resume", "running", "Crawl news goes on (1 worker).\n"),
        ("drain", "draining", "Crawl news drains (1 worker): what is under way is stored, and `backlinks resume news`"),
        ("stop", "finished", "Crawl news is over (1 worker left to store what is under way): the next"),
    ],
)
def test_a_verb_sets_the_state_and_says_what_follows(
    redis_server: RedisServer, verb: str, becomes: str, told: str
) -> None:
    begin(redis_server)

    status, said = run(redis_server, verb, "news")

    assert (status, said[: len(told)]) == (0, told)
    assert state(redis_server)["state"] == becomes


def test_a_drained_crawl_is_resumed(redis_server: RedisServer) -> None:
    begin(redis_server)
    run(redis_server, "drain", "news")

    assert run(redis_server, "resume", "news")[0] == 0
    assert state(redis_server)["state"] == "running"


def test_resuming_without_workers_says_how_to_start_one(redis_server: RedisServer) -> None:
    begin(redis_server)
    with redis_server.client() as client:
        client.delete("{backlinks:1}:workers")

    assert run(redis_server, "resume", "news")[1] == (
        "Crawl news goes on (no workers): start some with `backlinks crawl --name news`.\n"
    )


def test_a_crawl_that_is_over_stays_over(redis_server: RedisServer) -> None:
    begin(redis_server)
    run(redis_server, "stop", "news")

    assert run(redis_server, "stop", "news") == (0, "Crawl news was over already (stopped).\n")
    for verb in ("pause", "resume", "drain"):
        status, said = run(redis_server, verb, "news")
        assert (status, said) == (
            1,
            "Error: Crawl news is over (stopped): `backlinks crawl SEED... --name news` begins it anew.\n",
        )
    assert state(redis_server)["state"] == "finished"


def test_one_worker_is_drained_and_the_crawl_goes_on(redis_server: RedisServer) -> None:
    worker = begin(redis_server).session

    status, said = run(redis_server, "drain", "news", "--worker", str(worker))

    assert (status, said[:27]) == (0, f"Worker {worker} of crawl news fini")
    assert state(redis_server)["state"] == "running"
    with redis_server.client() as client:
        assert client.smembers("{backlinks:1}:drain") == {str(worker).encode()}


def test_a_worker_that_is_not_there_is_told_with_those_that_are(redis_server: RedisServer) -> None:
    worker = begin(redis_server).session

    status, said = run(redis_server, "drain", "news", "--worker", "99")

    assert (status, said) == (2, f"Error: Crawl news has no worker 99: it has {worker}.\n")


@pytest.mark.parametrize("verb", VERBS)
def test_a_wrong_name_is_told_with_the_crawls_that_are_there(redis_server: RedisServer, verb: str) -> None:
    assert run(redis_server, verb, "#run") == (
        2,
        "Error: There is no crawl '#run' in Redis, and no other: `backlinks crawl` or `backlinks seed` makes one.\n",
    )
    begin(redis_server)
    begin(redis_server, name="docs")
    assert run(redis_server, verb, "nwes\x1b[2J") == (
        2,
        "Error: There is no crawl 'nwes<U+001B>[2J' in Redis; there are: docs, news.\n",
    )


@pytest.mark.parametrize(
    ("url", "status", "told"),
    [
        (AWAY, 1, "does not answer"),
        ("redis+cluster://127.0.0.1:1", 1, "does not answer"),
        ("http://127.0.0.1", 2, "is no address of Redis"),
        ("", 2, "REDIS_URL is not set"),
    ],
)
def test_a_redis_that_is_away_or_wrong_is_one_sentence(url: str, status: int, told: str) -> None:
    for verb in VERBS:
        ended, said = run(url, verb, "news")
        assert (ended, said.count("\n")) == (status, 1)
        assert told in said
        assert "s3cret" not in said


def test_a_redis_that_would_evict_is_refused(redis_server: RedisServer) -> None:
    with redis_server.client() as client:
        client.config_set("maxmemory-policy", "allkeys-lru")
        try:
            status, said = run(redis_server, "pause", "news")
        finally:
            client.config_set("maxmemory-policy", "noeviction")
    assert (status, "set it to noeviction" in said) == (2, True)


@pytest.mark.parametrize("verb", VERBS)
def test_help_has_an_example(verb: str) -> None:
    status, said = run(AWAY, verb, "--help")
    assert (status, f"backlinks {verb} news" in said) == (0, True)
