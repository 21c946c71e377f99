"""Dropping a crawl's frontier, and queueing again what was given up, in a real Redis."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from backlink_spider.frontier_keys import shard_of
from backlink_spider.shard_calls import Ask, Place, bury, lease, leased
from tests.cluster_commands import AWAY, begin, counted, run, with_scripts

if TYPE_CHECKING:
    from backlink_spider.crawl_register import CrawlRegister
    from backlink_spider.redis_scripts import Scripts
    from tests.redis_server import RedisServer

A, B = "https://a.example/x", "http://b.example/"


def buried(server: RedisServer, register: CrawlRegister) -> None:
    """Lease everything and give it up."""

    async def work(scripts: Scripts) -> None:
        for shard in range(register.shards):
            place = Place(shard, register.run, register.session)
            (reply,) = await scripts.run([lease(place, Ask(60_000, True, 64, 512, 8, 5000, 0, 0))])
            for grant in leased(reply).grants:
                serials = range(grant.token, grant.token + len(grant.entries))
                await scripts.run([bury(place, serial, "errors") for serial in serials])

    with_scripts(server, work)


def without_workers(server: RedisServer) -> None:
    with server.client() as client:
        client.delete("{backlinks:1}:workers")


def queues(server: RedisServer) -> set[bytes]:
    with server.client() as client:
        return set(client.scan_iter("{b*}1:q*"))


def test_dropping_leaves_no_key_of_the_crawl(redis_server: RedisServer) -> None:
    begin(redis_server, *(f"https://h{n}.example/{n}" for n in range(300)))
    begin(redis_server, A, name="docs")
    without_workers(redis_server)

    assert run(redis_server, "frontier", "drop", "news") == (
        0,
        "Crawl news is forgotten: nothing of it is left in Redis.\n",
    )
    with redis_server.client() as client:
        left = [key for key in client.scan_iter() if b"}1:" in key or key.startswith(b"{backlinks:1}")]
        assert left == []
        assert client.hget("backlinks:crawls", "docs") == b"2"


def test_a_crawl_with_workers_is_not_dropped(redis_server: RedisServer) -> None:
    begin(redis_server, A)

    assert run(redis_server, "frontier", "drop", "news") == (
        1,
        "Error: Crawl news has 1 worker: `backlinks drain news` first.\n",
    )
    assert queues(redis_server)


def test_a_crawl_of_which_redis_holds_the_name_alone_is_dropped(redis_server: RedisServer) -> None:
    with redis_server.client() as client:
        client.hset("backlinks:crawls", mapping={"news": 1, "#shards": 4})

    assert run(redis_server, "frontier", "drop", "news")[0] == 0


def test_what_was_given_up_is_queued_again(redis_server: RedisServer) -> None:
    buried(redis_server, begin(redis_server, A, B, depth=5))
    assert (counted(redis_server, "queued"), counted(redis_server, "fetched")) == (0, 2)

    assert run(redis_server, "frontier", "retry", "news") == (0, "2 given up pages are queued again.\n")

    assert queues(redis_server) == {
        f"{{b{shard_of(host, 4)}}}1:q5:{host}".encode() for host in ("a.example", "b.example")
    }
    counts = {name: counted(redis_server, name) for name in ("queued", "fetched", "buried")}
    assert counts == {"queued": 2, "fetched": 0, "buried": 0}
    assert run(redis_server, "frontier", "retry", "news") == (0, "0 given up pages are queued again.\n")


def test_one_page_is_queued_again_by_its_url(redis_server: RedisServer) -> None:
    buried(redis_server, begin(redis_server, A, B))

    assert run(redis_server, "frontier", "retry", "news", "HTTPS://A.example/x#top") == (
        0,
        "1 given up page is queued again.\n",
    )
    assert queues(redis_server) == {f"{{b{shard_of('a.example', 4)}}}1:q1:a.example".encode()}


def test_a_url_that_was_not_given_up_is_told(redis_server: RedisServer) -> None:
    begin(redis_server, A)

    assert run(redis_server, "frontier", "retry", "news", B) == (
        1,
        f"Error: {B} is not among the dead letters of crawl news.\n",
    )


def test_nothing_is_queued_in_a_crawl_that_is_over(redis_server: RedisServer) -> None:
    buried(redis_server, begin(redis_server, A))
    run(redis_server, "stop", "news")

    status, said = run(redis_server, "frontier", "retry", "news")

    assert (status, said[:28]) == (1, "Error: Crawl news is over: `")
    assert not queues(redis_server)


def test_what_is_no_entry_stays_where_it_is(redis_server: RedisServer) -> None:
    begin(redis_server)
    with redis_server.client() as client:
        client.lpush("{b0}1:dead", b"1 0 0 errors a.example \xff")

    assert run(redis_server, "frontier", "retry", "news")[1][:18] == "0 given up pages a"


@pytest.mark.parametrize("verb", ["drop", "retry"])
def test_a_wrong_name_or_redis_is_one_sentence(redis_server: RedisServer, verb: str) -> None:
    begin(redis_server)
    assert run(redis_server, "frontier", verb, "nwes") == (
        2,
        "Error: There is no crawl 'nwes' in Redis; there are: news.\n",
    )
    status, said = run(AWAY, "frontier", verb, "news")
    assert (status, said.count("\n"), "does not answer" in said) == (1, 1, True)


@pytest.mark.parametrize("verb", ["rebuild", "drop", "retry"])
def test_help_has_an_example(verb: str) -> None:
    assert f"backlinks frontier {verb} news" in run(AWAY, "frontier", verb, "--help")[1]
