"""A crawl as a whole, as all of its workers see it: who is in it, what it may fetch, whether it is over."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from backlink_spider.errors import CrawlDraining, CrawlFull, CrawlOver, OtherOptions, UnknownCrawl
from backlink_spider.frontier_file import FrontierLost
from backlink_spider.frontier_keys import CRAWLS, counters, run_key
from backlink_spider.redis_scripts import Call
from backlink_spider.shard_calls import Place, found

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Mapping

    from backlink_spider.redis_scripts import Scripts

SEEDS_AT_ONCE = 1000
SILENT_MS = 15_000  # a worker that has not been heard of for so long counts as gone
STEPS = {"pause": "paused", "resume": "running", "drain": "draining", "stop": "finished"}  # verb -> state
_COUNTERS = ("queued", "aside", "flying", "pushed", "fetched", "buried", "serial")


@dataclass(slots=True)
class Joined:
    """A worker's place in a crawl. `options` are those the crawl was begun with."""

    run: int
    shards: int
    session: int
    created: bool
    options: dict[str, Any]

    def place(self, shard: int) -> Place:
        """The worker's in a shard."""
        return Place(shard, self.run, self.session)


class Beat(NamedTuple):
    """What a worker is told: `workers` alive, `seeding` of them; `pages` is the budget (0: none), `taken` of it."""

    state: str
    reason: str
    workers: int
    seeding: int
    drain: bool
    pages: int
    taken: int


class ShardCounts(NamedTuple):
    """What a shard counts. URLs in flight are among `queued`, as are those set aside for their domain's budget."""

    queued: int
    aside: int
    flying: int
    pushed: int
    fetched: int
    buried: int
    serial: int


class CrawlRegister:
    """The crawl of this name; what needs its run's number works once `join` or `find` has returned."""

    def __init__(self, scripts: Scripts, name: str) -> None:
        self.run = self.shards = self.session = 0
        self.name = name
        self._scripts = scripts
        self._seeds_read = 0

    async def join(
        self,
        *,
        label: str,
        options: Mapping[str, Any] | None,
        pages: int,
        age: float,
        brings_seeds: bool,
        most: int,
        about: Mapping[str, Any],
        shards: int,
    ) -> Joined:
        """Become a worker of the crawl, which begins if there is none and begins anew if it is over.

        `options` None takes the crawl's own, and begins nothing; `age` is how many seconds ago the caller was started,
        `most` the most workers (0: any number). Raises CrawlOver, CrawlFull, CrawlDraining, OtherOptions or
        UnknownCrawl.
        """
        if options is None and not await self.find():  # registered, its name would stay
            raise UnknownCrawl(self.name)
        stored = "" if options is None else _json(options)
        replaces: int | str = ""
        while True:
            await self._register(replaces, shards)
            word, *rest = await self._crawl(
                "begin", self.name, label, stored, pages, int(age * 1000), int(brings_seeds), most, self.session,
                _json(about), SILENT_MS,
            )  # fmt: skip
            if word != b"anew":
                break
            replaces = self.run
        if word == b"joined":
            created, text, _ = rest
            return Joined(self.run, self.shards, self.session, bool(created), json.loads(text))
        raise self._refusal(word, rest, options)

    async def lay_out(self) -> None:
        """Make the run's counters in every shard, once: a shard that loses them later is noticed, not made anew."""
        key = run_key(self.run)
        (is_ready,) = await self._scripts.commands(("HEXISTS", key, "ready"))
        if not is_ready:
            places = [Place(shard, self.run, self.session) for shard in range(self.shards)]
            await self._scripts.run([found(place) for place in places])
            await self._scripts.commands(("HSET", key, "ready", 1))

    async def find(self) -> bool:
        """Look the crawl up without joining it; False if there is none."""
        run, shards = await self._scripts.commands(("HGET", CRAWLS, self.name), ("HGET", CRAWLS, "#shards"))
        if run is None:
            return False
        self.run, self.shards = int(run), int(shards)
        return True

    async def beat(self, about: Mapping[str, Any], *, seeded: bool = False, leaves: bool = False) -> Beat:
        """Say that the worker is alive; `seeded` once all of its seeds are queued. Raises FrontierLost."""
        return _beat(await self._crawl("beat", self.session, _json(about), int(seeded), SILENT_MS, int(leaves)))

    async def watch(self) -> Beat:
        """What a worker would be told, without being one."""
        return _beat(await self._crawl("beat", "", "", 0, SILENT_MS, 0))

    async def quota(self, wanted: int, given_back: int) -> int:
        """Take so many pages out of the crawl's budget; fewer are granted when it runs out."""
        return int(await self._crawl("quota", wanted, given_back))

    async def finish(self, reason: str, pages: int, idle_ms: int) -> str:
        """End the crawl: finished, or waiting or again if it is not over, else the state it is in.

        `pages`: fetched or in flight by the shards' own count; `idle_ms`: how long it is to be idle first, -1 for ever.
        """
        state: bytes = await self._crawl("finish", reason, pages, idle_ms)
        return state.decode()

    async def busy(self) -> None:
        """There is something to do again: the time of being idle begins anew."""
        await self._scripts.commands(("HDEL", run_key(self.run), "idle"))

    async def steer(self, verb: str) -> str:
        """pause, resume, drain or stop; the state before. A finished crawl stays finished."""
        state: bytes = await self._crawl("steer", STEPS[verb])
        return state.decode()

    async def drain_worker(self, session: int) -> None:
        """Tell one worker to end what it is doing and leave."""
        await self._scripts.commands(("SADD", f"{run_key(self.run)}:drain", session))

    async def add_seeds(self, urls: Collection[str]) -> None:
        """Note URLs as seeds for the scope; workers hear of it with their next lease."""
        if not urls:
            return
        given = list(urls)
        for at in range(0, len(given), SEEDS_AT_ONCE):
            await self._crawl("add_seeds", *given[at : at + SEEDS_AT_ONCE])
        shards = [("HINCRBY", counters(shard, self.run), "seeds", 1) for shard in range(self.shards)]
        await self._scripts.commands(*shards)

    async def new_seeds(self) -> AsyncIterator[str]:
        """The seeds that were not read here before, in the order in which they came."""
        while True:
            first = self._seeds_read
            command = ("ZRANGE", f"{run_key(self.run)}:seeds", first, first + SEEDS_AT_ONCE - 1)
            (urls,) = await self._scripts.commands(command)
            for url in urls:
                yield url.decode()
                self._seeds_read += 1
            if len(urls) < SEEDS_AT_ONCE:
                return

    def read_seeds_anew(self) -> None:
        """Redis may have lost seeds that were read, and have others in their places."""
        self._seeds_read = 0

    async def look(self) -> list[ShardCounts]:
        """The counters of every shard. Raises FrontierLost if one has none."""
        shards = [("HMGET", counters(shard, self.run), *_COUNTERS) for shard in range(self.shards)]
        rows = await self._scripts.commands(*shards)
        if any(row[0] is None for row in rows):
            raise FrontierLost(f"Redis holds no frontier of crawl {self.name} any more.")
        return [ShardCounts(*map(int, row)) for row in rows]

    async def _register(self, replaces: int | str, shards: int) -> None:
        ((self.run, self.shards, session),) = await self._scripts.run(
            [Call("register", CRAWLS, (self.name, replaces, shards))]
        )
        self.session = self.session or session

    async def _crawl(self, script: str, *args: str | int) -> Any:
        (reply,) = await self._scripts.run([Call(script, run_key(self.run), args)])
        return reply

    def _refusal(self, word: bytes, rest: list[Any], options: Mapping[str, Any] | None) -> Exception:
        if word == b"over":
            return CrawlOver(self.name, rest[0].decode())
        if word == b"full":
            return CrawlFull(self.name, rest[0])
        if word == b"draining":
            return CrawlDraining(self.name)
        if word == b"unknown":
            return UnknownCrawl(self.name)
        theirs, ours = json.loads(rest[0]), dict(options or {})
        names = sorted({*theirs, *ours})
        return OtherOptions(self.name, theirs, [name for name in names if theirs.get(name) != ours.get(name)])


def _beat(reply: list[Any]) -> Beat:
    state, reason, workers, seeding, drain, pages, taken = reply
    return Beat(state.decode(), reason.decode(), workers, seeding, bool(drain), pages, taken)


def _json(document: Mapping[str, Any]) -> str:
    """The same text for the same document: the options of two workers are compared by it."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"))
