"""A crawl as a whole: when it begins, who may join it, how it ends."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import pytest

from backlink_spider.crawl_register import SILENT_MS, Beat, CrawlRegister, Joined, ShardCounts
from backlink_spider.errors import CrawlDraining, CrawlFull, CrawlOver, OtherOptions, UnknownCrawl
from backlink_spider.frontier_file import FrontierLost
from backlink_spider.frontier_keys import CRAWLS, DROPPED, taken
from backlink_spider.redis_scripts import Call, Scripts
from tests.redis_frontier_steps import scripts_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.redis_server import RedisServer

OPTIONS = {"depth": 3, "deny": ["b.example", "a.example"]}


def with_crawl(server: RedisServer, case: Callable[[Scripts], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with scripts_of(server) as scripts:
            return await case(scripts)

    return asyncio.run(run())


async def join(scripts: Scripts, name: str = "news", **given: Any) -> tuple[CrawlRegister, Joined]:
    register = CrawlRegister(scripts, name)
    values = {"label": "", "options": OPTIONS, "pages": 0, "age": 0.0, "brings_seeds": False, "most": 0, "about": {}}
    return register, await register.join(**{**values, "shards": 4, **given})


async def ended(scripts: Scripts, reason: str = "finished", pages: int = 0, **given: Any) -> CrawlRegister:
    """A crawl that has come to its end."""
    register, _ = await join(scripts, brings_seeds=True, **given)
    await register.beat({}, seeded=True)
    assert await register.finish(reason, pages, 0) == "finished"
    return register


def test_the_first_worker_begins_the_crawl_and_the_others_join_it(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        _, first = await join(scripts)
        _, second = await join(scripts, shards=16)
        _, third = await join(scripts, options=None)
        assert first == Joined(run=1, shards=4, session=1, created=True, options=OPTIONS)
        assert second == Joined(run=1, shards=4, session=2, created=False, options=OPTIONS)
        assert third == Joined(run=1, shards=4, session=3, created=False, options=OPTIONS)

    with_crawl(redis_server, case)


def test_crawls_of_different_names_are_different_runs(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        assert [(await join(scripts, name))[1].run for name in ("news", "blogs", "news")] == [1, 2, 1]

    with_crawl(redis_server, case)


def test_other_options_are_named_and_those_of_a_new_crawl_must_be_given(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        with pytest.raises(UnknownCrawl, match="no crawl news yet"):
            await join(scripts, options=None)
        await join(scripts)
        with pytest.raises(OtherOptions, match=r"other options \(depth, follow\)") as error:
            await join(scripts, options={**OPTIONS, "depth": 4, "follow": True})
        assert error.value.theirs == OPTIONS

    with_crawl(redis_server, case)


def test_who_brings_no_options_begins_nothing(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        with pytest.raises(UnknownCrawl):
            await join(scripts, options=None)
        assert await scripts.commands(("EXISTS", CRAWLS)) == [0]
        await ended(scripts)
        await asyncio.sleep(0.002)
        with pytest.raises(CrawlOver, match="finished"):
            await join(scripts, options=None)
        assert await scripts.commands(("HGET", CRAWLS, "news")) == [b"1"]

    with_crawl(redis_server, case)


def test_no_more_workers_join_than_the_crawl_is_to_have(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        register, _ = await join(scripts, most=2)
        await join(scripts, most=2)
        with pytest.raises(CrawlFull, match="2 workers"):
            await join(scripts, most=2)
        await register.beat({}, leaves=True)
        await join(scripts, most=2)

    with_crawl(redis_server, case)


def test_a_crawl_that_is_over_begins_anew_for_who_was_started_later(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        await ended(scripts)
        with pytest.raises(CrawlOver, match="finished"):
            await join(scripts, age=60.0)
        await asyncio.sleep(0.002)
        _, again = await join(scripts)
        assert (again.run, again.created) == (2, True)
        assert await scripts.commands(("SMEMBERS", DROPPED)) == [{b"1"}]

    with_crawl(redis_server, case)


def test_workers_that_find_the_crawl_over_at_once_begin_one_new_run(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        await ended(scripts)
        await asyncio.sleep(0.002)
        joined = [joined for _, joined in await asyncio.gather(*(join(scripts) for _ in range(4)))]
        assert {each.run for each in joined} == {2}
        assert sorted(each.created for each in joined) == [False, False, False, True]
        assert len({each.session for each in joined}) == 4

    with_crawl(redis_server, case)


def test_a_label_is_crawled_once(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        await ended(scripts, label="2026-11-23")
        await asyncio.sleep(0.002)
        with pytest.raises(CrawlOver):
            await join(scripts, label="2026-11-23")
        _, tomorrow = await join(scripts, label="2026-11-24")
        assert (tomorrow.run, tomorrow.created) == (2, True)

    with_crawl(redis_server, case)


def test_a_raised_budget_goes_on_with_the_same_run(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        register, _ = await join(scripts, pages=100, brings_seeds=True)
        await register.beat({}, seeded=True)
        assert [await register.quota(60, 0), await register.quota(60, 10), await register.quota(9, 0)] == [60, 50, 0]
        assert await register.finish("limit_pages", 90, 0) == "again"  # ten pages were never fetched
        assert await register.quota(60, 0) == 10
        assert await register.finish("limit_pages", 100, 0) == "finished"
        await asyncio.sleep(0.002)
        register, joined = await join(scripts, pages=150)
        assert (joined.run, joined.created, await register.quota(999, 0)) == (1, False, 50)

    with_crawl(redis_server, case)


def test_a_crawl_does_not_end_before_its_seeds_are_queued(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        register, _ = await join(scripts)
        assert await register.finish("finished", 0, 0) == "waiting"  # nobody has brought a seed
        seeding, _ = await join(scripts, brings_seeds=True)
        assert (await seeding.beat({})).seeding == 1
        assert await register.finish("finished", 0, 0) == "waiting"
        assert (await seeding.beat({}, seeded=True)).seeding == 0
        assert await register.finish("finished", 0, 0) == "finished"
        assert (await seeding.beat({}))[:2] == ("finished", "finished")

    with_crawl(redis_server, case)


def test_a_crawl_may_stay_open_while_it_is_idle(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        register, _ = await join(scripts, brings_seeds=True)
        await register.beat({}, seeded=True)
        assert [await register.finish("finished", 0, -1), await register.finish("finished", 0, 40)] == ["waiting"] * 2
        await register.busy()
        await asyncio.sleep(0.05)
        assert await register.finish("finished", 0, 40) == "waiting"
        await asyncio.sleep(0.05)
        assert await register.finish("finished", 0, 40) == "finished"

    with_crawl(redis_server, case)


def test_a_silent_worker_counts_as_gone_and_is_remembered(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        silent, joined = await join(scripts, brings_seeds=True, about={"host": "crawl-2"})
        register, _ = await join(scripts)
        with redis_server.client() as client:
            client.zadd("{backlinks:1}:workers", {str(joined.session): time.time() * 1000 - SILENT_MS - 1})
            assert await register.beat({}) == Beat("running", "", 1, 0, False, 0, 0)
            assert client.lrange("{backlinks:1}:lost", 0, -1)[0].split(b" ", 1)[1] == b'1 {"host":"crawl-2"}'
        assert (await silent.beat({})).workers == 2  # it was only slow

    with_crawl(redis_server, case)


def test_a_crawl_is_paused_resumed_drained_and_stopped(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        register, _ = await join(scripts)
        assert [await register.steer(verb) for verb in ("pause", "resume", "drain")] == ["running", "paused", "running"]
        with pytest.raises(CrawlDraining):
            await join(scripts)
        assert await register.steer("resume") == "draining"
        await join(scripts)
        assert await register.steer("stop") == "running"
        assert (await register.watch())[:2] == ("finished", "stopped")
        assert await register.steer("resume") == "finished"
        assert (await register.watch()).state == "finished"

    with_crawl(redis_server, case)


def test_who_joins_a_paused_crawl_does_not_wake_it(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        register, _ = await join(scripts)
        await register.steer("pause")
        await join(scripts)
        assert (await register.watch()).state == "paused"

    with_crawl(redis_server, case)


def test_one_worker_can_be_told_to_leave(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        first, joined = await join(scripts)
        second, _ = await join(scripts)
        await second.drain_worker(joined.session)
        assert [(await register.beat({})).drain for register in (first, second)] == [True, False]

    with_crawl(redis_server, case)


def test_seeds_are_read_by_every_worker_and_their_version_grows(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        register, _ = await join(scripts)
        await register.lay_out()
        urls = {f"https://example.org/{number}" for number in range(2500)}
        await register.add_seeds(urls)
        await register.add_seeds([])
        other, _ = await join(scripts)
        assert {url async for url in other.new_seeds()} == urls
        with redis_server.client() as client:
            assert [client.hget(f"{{b{shard}}}1:m", "seeds") for shard in range(4)] == [b"1"] * 4

    with_crawl(redis_server, case)


def test_only_seeds_that_were_not_read_before_are_read(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        register, _ = await join(scripts)
        await register.lay_out()
        first, more = ([f"https://{host}.example/{number}" for number in range(1000)] for host in "ab")
        await register.add_seeds(first)
        assert [url async for url in register.new_seeds()] == first
        await register.add_seeds([first[3], *more, first[0], "https://c.example/"])
        assert [url async for url in register.new_seeds()] == [*more, "https://c.example/"]
        assert [url async for url in register.new_seeds()] == []
        register.read_seeds_anew()
        assert len([url async for url in register.new_seeds()]) == 2001

    with_crawl(redis_server, case)


def test_a_shard_that_was_lost_is_noticed_and_not_made_anew(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        register, _ = await join(scripts)
        await register.lay_out()
        assert await register.look() == [ShardCounts(0, 0, 0, 0, 0, 0, 1)] * 4
        with redis_server.client() as client:
            client.delete("{b2}1:m")
        await register.lay_out()
        with pytest.raises(FrontierLost, match="crawl news"):
            await register.look()

    with_crawl(redis_server, case)


def test_an_emptied_redis_is_noticed_by_the_next_beat(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        register, _ = await join(scripts)
        with redis_server.client() as client:
            client.flushall()
        for asked in (
            register.beat({}),
            register.quota(1, 0),
            register.finish("finished", 0, 0),
            register.steer("stop"),
        ):
            with pytest.raises(FrontierLost):
                await asked
        assert not await register.find()

    with_crawl(redis_server, case)


@pytest.mark.parametrize(
    ("kind", "put", "expected"),
    [("list", "rpush", [b"c", b"a", b"b"]), ("set", "sadd", [b"a", b"b", b"c"]), ("zset", "zadd", [b"b", b"c", b"a"])],
)
def test_start_urls_are_taken_at_least_once(
    redis_server: RedisServer, kind: str, put: str, expected: list[bytes]
) -> None:
    key = "news:start_urls"

    async def take(scripts: Scripts, count: int, again_after_ms: int = 60_000) -> list[bytes]:
        (members,) = await scripts.run([Call("take_seeds", key, (count, kind, again_after_ms), (taken(key),))])
        return list(members)

    async def case(scripts: Scripts) -> None:
        first, rest = await take(scripts, 2), await take(scripts, 9)
        got = first + rest
        assert (len(first), len(rest), await take(scripts, 9)) == (2, 1, [])
        assert (sorted(got) if kind == "set" else got) == expected
        await asyncio.sleep(0.002)
        assert sorted(await take(scripts, 9, 1)) == [b"a", b"b", b"c"]
        await scripts.commands(("ZREM", taken(key), *got))
        assert await take(scripts, 9, 0) == []

    with redis_server.client() as client:
        members: Any = {"a": 1, "b": 3, "c": 2} if kind == "zset" else ["c", "a", "b"]
        getattr(client, put)(key, *([members] if kind == "zset" else members))
    with_crawl(redis_server, case)
