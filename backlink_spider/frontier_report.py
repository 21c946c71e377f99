"""What can be told of a crawl in Redis without being in it: counters of its shards, its workers, its servers."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from backlink_spider.crawl_register import CrawlRegister
from backlink_spider.errors import UnknownCrawl
from backlink_spider.frontier_keys import counters, dead_letters, run_key, sessions, taken, waiting_hosts
from backlink_spider.redis_scripts import Call
from backlink_spider.worker_about import RATES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from backlink_spider.redis_scripts import Scripts

COUNTED = ("queued", "flying", "aside", "fetched", "pushed", "buried", "seen")
SILENT_SECONDS = 5.0  # a worker says once a second that it is alive
_SIZES = {b"list": "LLEN", b"set": "SCARD", b"zset": "ZCARD"}


@dataclass(slots=True)
class Worker:
    """A worker by its session. `about`: what it says of itself; `lease_ends`: in how many seconds its leases end."""

    session: int
    beat_age: float
    is_silent: bool
    is_seeding: bool
    is_draining: bool
    about: dict[str, Any]
    lease_ends: float | None = None

    def number(self, name: str) -> float:
        """What it says of itself, 0 if that is no number."""
        value = self.about.get(name)
        return value if isinstance(value, int | float) else 0.0


@dataclass(slots=True)
class LostWorker:
    """A worker that went silent, and how many seconds ago it was given up."""

    session: int
    age: float
    about: dict[str, Any]


@dataclass(slots=True)
class Server:
    """A server of Redis; `max_bytes` 0: no limit."""

    version: str
    used_bytes: int
    max_bytes: int
    policy: str
    appends: bool
    keys: int


@dataclass(slots=True)
class CrawlReport:
    """A crawl at one moment. Times are Unix seconds by the clock of Redis.

    URLs in flight (`flying`) and those set aside for their domain's budget are among the queued.
    """

    name: str
    run: int
    state: str
    reason: str
    label: str
    now: float
    started: float
    finished: float | None
    options: dict[str, Any]
    pages: int  # the budget; 0: none
    taken: int
    seeds: int
    workers: list[Worker]
    lost: list[LostWorker]
    queued: int = 0
    flying: int = 0
    aside: int = 0
    fetched: int = 0
    pushed: int = 0
    buried: int = 0
    seen: int = 0
    dead_letters: int = 0
    hosts_waiting: int = 0
    start_urls: int = 0
    servers: list[Server] = field(default_factory=list)

    def rates(self) -> dict[str, float]:
        """Pages, links and errors a second, of the workers that are not silent."""
        heard = [worker for worker in self.workers if not worker.is_silent]
        return {name: sum(worker.number(name) for worker in heard) for name in RATES}

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {name: round(rate, 1) for name, rate in self.rates().items()}


async def report(scripts: Scripts, name: str, start_urls: str | None = None) -> CrawlReport:
    """`start_urls`: scrapy-redis' key whose URLs the crawl takes. Raises UnknownCrawl. No key is scanned."""
    register = CrawlRegister(scripts, name)
    if not await register.find():
        raise UnknownCrawl(name)
    (reply,) = await scripts.run([Call("report", run_key(register.run), ())])
    found = _crawl(register, reply)
    await _count(scripts, register, found)
    found.servers = [_server(info) for info in await scripts.on_every_server("INFO")]
    if start_urls:
        found.start_urls = await waiting_start_urls(scripts, start_urls)
    return found


async def waiting_start_urls(scripts: Scripts, key: str) -> int:
    """How many URLs scrapy-redis' key holds, those included that were taken and are not queued yet."""
    kind, rest = await scripts.commands(("TYPE", key), ("ZCARD", taken(key)))
    if kind in _SIZES:
        (size,) = await scripts.commands((_SIZES[kind], key))
        rest += size
    return int(rest)


def _crawl(register: CrawlRegister, reply: list[Any]) -> CrawlReport:
    now, pairs, seeds, *_, lost = reply
    fields = {name.decode(): value.decode() for name, value in _pairs(pairs)}
    finished = fields.get("finished")
    return CrawlReport(
        name=register.name,
        run=register.run,
        state=fields.get("state", ""),
        reason=fields.get("reason", ""),
        label=fields.get("label", ""),
        now=now / 1000,
        started=int(fields.get("started", 0)) / 1000,
        finished=int(finished) / 1000 if finished else None,
        options=json.loads(fields.get("options", "{}")),
        pages=int(fields.get("pages", 0)),
        taken=int(fields.get("taken", 0)),
        seeds=seeds,
        workers=_workers(reply),
        lost=[_lost_worker(row, now) for row in lost],
    )


def _workers(reply: list[Any]) -> list[Worker]:
    now, _, _, beats, abouts, seeding, draining, _ = reply
    about = {session: json.loads(text) for session, text in _pairs(abouts)}
    workers = []
    for session, beat in _pairs(beats):
        age = max(0.0, (now - float(beat)) / 1000)
        workers.append(
            Worker(
                session=int(session),
                beat_age=age,
                is_silent=age > SILENT_SECONDS,
                is_seeding=session in seeding,
                is_draining=session in draining,
                about=about.get(session, {}),
            )
        )
    return sorted(workers, key=lambda worker: worker.session)


def _lost_worker(row: bytes, now: int) -> LostWorker:
    at, session, about = row.split(b" ", 2)
    return LostWorker(int(session), (now - int(at)) / 1000, json.loads(about))


async def _count(scripts: Scripts, register: CrawlRegister, found: CrawlReport) -> None:
    """Add up the shards."""
    run, commands = register.run, []
    for shard in range(register.shards):
        commands += [
            ("HMGET", counters(shard, run), *COUNTED),
            ("HLEN", waiting_hosts(shard, run)),
            ("LLEN", dead_letters(shard, run)),
            ("ZRANGE", sessions(shard), 0, -1, "WITHSCORES"),
        ]
    replies = await scripts.commands(*commands)
    ends: dict[int, float] = {}
    for at in range(0, len(replies), 4):
        counts, hosts, letters, leases = replies[at : at + 4]
        for name, value in zip(COUNTED, counts, strict=True):
            setattr(found, name, getattr(found, name) + int(value or 0))
        found.hosts_waiting += hosts
        found.dead_letters += letters
        for session, end in _pairs(leases):
            ends[int(session)] = max(ends.get(int(session), 0.0), float(end) / 1000)
    for worker in found.workers:
        if worker.session in ends:
            worker.lease_ends = ends[worker.session] - found.now


def _server(info: Mapping[str, Any]) -> Server:
    return Server(
        version=str(info.get("redis_version", "")),
        used_bytes=int(info.get("used_memory", 0)),
        max_bytes=int(info.get("maxmemory", 0)),
        policy=str(info.get("maxmemory_policy", "")),
        appends=bool(info.get("aof_enabled")),
        keys=sum(int(value["keys"]) for name, value in info.items() if name.startswith("db") and name[2:].isdigit()),
    )


def _pairs(flat: list[bytes]) -> Iterable[tuple[bytes, bytes]]:
    return zip(flat[::2], flat[1::2], strict=True)
