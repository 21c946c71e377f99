"""The frontier in a Redis Cluster of two nodes."""

from __future__ import annotations

import asyncio
import re
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from redis import exceptions

from backlink_spider import shard_calls
from backlink_spider.crawl_register import CrawlRegister
from backlink_spider.errors import RedisUnfit
from backlink_spider.frontier_keys import taken
from backlink_spider.frontier_report import report
from backlink_spider.frontier_sweep import sweep
from backlink_spider.redis_address import check, connect
from backlink_spider.redis_scripts import CRAWL_SCRIPTS, RECOVERABLE, SHARD_SCRIPTS, Call, Scripts
from backlink_spider.shard_calls import Place, Release
from link_index.urls import target
from tests.redis_frontier_steps import ASK, group
from tests.redis_server import RedisServer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

SHARDS = 8
SLOTS = 16384


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[RedisServer]]:
    """Two primaries, half of the slots each."""
    options = ("--cluster-enabled", "yes", "--cluster-require-full-coverage", "no")
    servers = [RedisServer(tmp_path_factory.mktemp("node"), *options) for _ in range(2)]
    try:
        for server in servers:
            server.start()
        _make_one_cluster(servers)
        yield servers
    finally:
        for server in servers:
            server.kill()


def _make_one_cluster(servers: list[RedisServer]) -> None:
    first, second = (server.client() for server in servers)
    with first, second:
        first.execute_command("CLUSTER MEET", "127.0.0.1", servers[1].port)
        first.execute_command("CLUSTER ADDSLOTS", *range(SLOTS // 2))
        second.execute_command("CLUSTER ADDSLOTS", *range(SLOTS // 2, SLOTS))
        until = time.monotonic() + 20
        while time.monotonic() < until:
            states = [client.execute_command("CLUSTER INFO") for client in (first, second)]
            if all(state["cluster_state"] == "ok" and state["cluster_slots_ok"] == str(SLOTS) for state in states):
                return
            time.sleep(0.05)
    raise RuntimeError(f"The nodes made no cluster: {states}")


def with_cluster(nodes: list[RedisServer], case: Callable[[Scripts], Awaitable[Any]]) -> Any:
    for node in nodes:
        with node.client() as client:
            client.flushall()

    async def run() -> Any:
        scripts = Scripts(connect(f"redis+cluster://127.0.0.1:{nodes[0].port}", {}))
        try:
            return await case(scripts)
        finally:
            await scripts.close()

    return asyncio.run(run())


async def joined(scripts: Scripts) -> CrawlRegister:
    register = CrawlRegister(scripts, "news")
    await register.join(label="", options={}, pages=0, age=0, brings_seeds=True, most=0, about={}, shards=SHARDS)
    await register.lay_out()
    return register


async def every_call(scripts: Scripts) -> None:
    """All scripts once, on all shards side by side."""
    register = await joined(scripts)
    places = [Place(shard, register.run, register.session) for shard in range(SHARDS)]
    urls = [group([target(f"https://a.example/{number}") for number in range(9)], 1)]
    await scripts.run([shard_calls.push(place, urls) for place in places])
    leases = await scripts.run([shard_calls.lease(place, ASK) for place in places])
    tokens = [shard_calls.leased(lease).grants[0].token for lease in leases]
    await scripts.run([shard_calls.suspect(place, 2) for place in places])
    await scripts.run([shard_calls.bury(place, 3, "errors") for place in places])
    await scripts.run([shard_calls.traps(place, [("a.example", "[{},{},{}]")]) for place in places])
    releases = [[Release("a.example", token, 0, -1)] for token in tokens]
    calls = [shard_calls.settle(place, [1], True, each) for place, each in zip(places, releases, strict=True)]
    assert await scripts.run(calls) == [[1, 1]] * SHARDS
    assert await scripts.run([shard_calls.put_back_own(place, 0, [], []) for place in places]) == [[1, 6]] * SHARDS
    await scripts.run([shard_calls.put_back_dead(place, 0) for place in places])
    await scripts.run([shard_calls.borrow(place, "b.example") for place in places])
    await scripts.run([shard_calls.unspend(place) for place in places])
    await register.add_seeds(["https://a.example/"])
    await register.beat({}, seeded=True)
    await register.quota(1, 0)
    assert sum(counts.queued for counts in await register.look()) == 7 * SHARDS
    assert (await report(scripts, "news")).queued == 7 * SHARDS
    await scripts.run([Call("take_seeds", "news:start_urls", (9, "list", 1), (taken("news:start_urls"),))])
    await register.steer("pause")
    await register.finish("finished", 0, 0)
    while await sweep(scripts, register.run, SHARDS, 1000):
        pass


def test_every_call_runs_and_the_shards_are_spread(nodes: list[RedisServer]) -> None:
    async def case(scripts: Scripts) -> list[int]:
        await joined(scripts)
        servers: list[int] = await scripts.on_every_server("DBSIZE")
        await every_call(scripts)
        return servers

    assert min(with_cluster(nodes, case)) > 0


def test_every_key_a_script_touches_is_in_the_slot_of_the_key_it_names(nodes: list[RedisServer]) -> None:
    scripts, touched = set(), 0
    for node in nodes:
        with node.client() as client, client.monitor() as monitor:
            with_cluster(nodes, every_call)
            client.echo("all of it")
            slot = ""
            for said in iter(monitor.next_command, None):
                name, *words = said["command"].split(" ")
                if said["client_type"] != "lua":
                    if name == "ECHO":
                        break
                    if name == "EVALSHA":
                        slot = tag(words[2])
                        scripts.add(words[0])
                elif words:
                    touched += 1
                    keys = [words[0], *(word for word in words[1:] if re.match(r"\{(b\d|backlinks|news)", word))]
                    assert {tag(key) for key in keys} == {slot}, said["command"]
    assert (len(scripts), touched > 1000) == (len(SHARD_SCRIPTS) + len(CRAWL_SCRIPTS), True)


def tag(key: str) -> str:
    """What Redis Cluster takes the slot from."""
    found = re.search(r"\{([^}]+)\}", key)
    return found[1] if found else key


def test_a_slot_that_moves_is_trouble_that_goes_by_itself(nodes: list[RedisServer]) -> None:
    async def case(scripts: Scripts) -> list[Any]:
        calls = [shard_calls.found(Place(shard, 1, 0)) for shard in range(SHARDS)]
        await scripts.run(calls)
        with moved_slot(nodes, "{b3}"):
            with pytest.raises(RECOVERABLE) as error:
                await scripts.run(calls)
            assert isinstance(error.value, exceptions.MovedError)
            return await scripts.run(calls)

    assert with_cluster(nodes, case) == [0, 0, 0, 1, 0, 0, 0, 0]  # the keys did not move with it here


@contextmanager
def moved_slot(nodes: list[RedisServer], key: str) -> Iterator[None]:
    """The slot of a key is the other node's, and is its own again afterwards. The keys in it are gone."""
    clients = [node.client() for node in nodes]
    names = [client.execute_command("CLUSTER MYID") for client in clients]
    slot = clients[0].execute_command("CLUSTER KEYSLOT", key)
    home = 0 if slot < SLOTS // 2 else 1

    def give(to: int) -> None:
        for held in clients[1 - to].execute_command("CLUSTER GETKEYSINSLOT", slot, 1000):
            clients[1 - to].delete(held)
        for client in (clients[to], clients[1 - to]):
            client.execute_command("CLUSTER SETSLOT", slot, "NODE", names[to].decode())

    give(1 - home)
    try:
        yield
    finally:
        give(home)
        for client in clients:
            client.close()


def test_both_nodes_are_looked_at_before_a_crawl(nodes: list[RedisServer]) -> None:
    async def case() -> None:
        client = connect(f"redis+cluster://127.0.0.1:{nodes[0].port}", {})
        try:
            await check(client)
        finally:
            await client.aclose()

    asyncio.run(case())
    with nodes[1].client() as client:
        client.config_set("maxmemory-policy", "allkeys-random")
        try:
            with pytest.raises(RedisUnfit, match=rf"Redis at 127.0.0.1:{nodes[1].port} would evict"):
                asyncio.run(case())
        finally:
            client.config_set("maxmemory-policy", "noeviction")
