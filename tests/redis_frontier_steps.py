"""What tests do with the frontier in Redis: run calls of one shard and count what it holds."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from backlink_spider import frontier_entry, shard_calls
from backlink_spider.frontier_keys import counters, flight
from backlink_spider.redis_address import connect
from backlink_spider.redis_scripts import Call, Scripts
from backlink_spider.shard_calls import Ask, Group, Leased, Place, Release
from link_index.urls import Target, target

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator, Coroutine, Iterable

    import redis

    from tests.redis_server import RedisServer

ASK = Ask(60_000, is_new=True, hosts=64, pages=512, pages_a_host=8, busy_ms=5000, delay_ms=0, per_domain=0)


@asynccontextmanager
async def scripts_of(server: RedisServer) -> AsyncIterator[Scripts]:
    scripts = Scripts(connect(server.url, {}))
    try:
        yield scripts
    finally:
        await scripts.close()


class Shard:
    """Shard 7 of a server, asked by one call after the other."""

    def __init__(self, server: RedisServer, client: redis.Redis, runner: asyncio.Runner) -> None:
        self.redis, self._runner = client, runner
        self._scripts = Scripts(connect(server.url, {}))

    def place(self, session: int = 1, run: int = 1) -> Place:
        return Place(7, run, session)

    def run(self, call: Call) -> Any:
        return self._await(self._scripts.run([call]))[0]

    def found(self, run: int = 1) -> int:
        reply: int = self.run(shard_calls.found(self.place(run=run)))
        return reply

    def push(self, *urls: str, depth: int = 1, run: int = 1, mode: str = "new", expiry_ms: int = 0) -> int:
        """Push URLs; how many were queued."""
        groups = [group([target(url)], depth) for url in urls]
        return shard_calls.pushed(self.run(shard_calls.push(self.place(0, run), groups, mode, expiry_ms))).new

    def lease(self, session: int = 1, run: int = 1, **wanted: int) -> Leased:
        reply = self.run(shard_calls.lease(self.place(session, run), ASK._replace(**wanted)))
        if isinstance(reply, Exception):
            raise reply
        return shard_calls.leased(reply)

    def settle(
        self, session: int = 1, serials: Iterable[int] = (), *releases: Release, survived: bool = False, run: int = 1
    ) -> list[int]:
        """Pages acked and hosts released."""
        call = shard_calls.settle(self.place(session, run), serials, survived, releases)
        reply: list[int] = self.run(call)
        return reply

    def finish(self, leased: Leased, session: int = 1, run: int = 1, rest_ms: int = 0) -> list[int]:
        """Ack and release all that was leased."""
        serials = [grant.token + at for grant in leased.grants for at in range(len(grant.entries))]
        return self.settle(session, serials, *(Release(g.host, g.token, rest_ms, -1) for g in leased.grants), run=run)

    def end_leases(self, *sessions: int, delay_ms: int = 0) -> dict[int, int]:
        """Let the leases of sessions be over, as if their time had passed, and put their pages back."""
        for session in sessions:
            self.redis.zadd("{b7}w", {str(session): 1})
        return shard_calls.put_back(self.run(shard_calls.put_back_dead(self.place(0), delay_ms)))

    def counts(self, run: int = 1) -> dict[str, int]:
        return {name.decode(): int(value) for name, value in self.redis.hgetall(counters(7, run)).items()}

    def flight(self, session: int = 1) -> dict[bytes, bytes]:
        held: dict[bytes, bytes] = self.redis.hgetall(flight(7, session))
        return held

    def close(self) -> None:
        self._await(self._scripts.close())

    def _await(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self._runner.run(work)


def group(targets: Iterable[Target], depth: int, hops: str | None = None) -> Group:
    """A group of one host's URLs."""
    urls = list(targets)
    lines = "".join(frontier_entry.line(url, hops) for url in urls)
    return Group(urls[0].host, len(urls[0].domain), depth, lines)


def urls_of(leased: Leased) -> list[str]:
    """The URLs of a lease, host by host in the order they were granted."""
    return [frontier_entry.loads(entry, grant.host).url for grant in leased.grants for entry in grant.entries]
