"""`python -m benchmarks.frontier`: what the frontier in Redis weighs and does, beside scrapy-redis' own parts."""

from __future__ import annotations

import os
import platform
import random
import sys
import tempfile
import time
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import click
import uvloop
from scrapy import Request, Spider

from backlink_spider import frontier_entry, shard_calls
from backlink_spider.frontier_keys import shard_of
from backlink_spider.redis_address import connect
from backlink_spider.redis_scripts import Scripts
from backlink_spider.shard_calls import Ask, Group, Place, Release
from benchmarks.report import Requirement, table
from link_index.urls import Target
from tests.redis_server import RedisServer

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # scrapy-redis calls what Scrapy is about to remove
    from scrapy_redis.dupefilter import RFPDupeFilter
    from scrapy_redis.queue import PriorityQueue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backlink_spider.redis_scripts import Call

SHARDS = 16
OF_A_HOST = 25  # URLs pushed together: what a page links on one site
GROUPS = 16  # of hosts in one exchange
DEPTHS = 3


@dataclass(slots=True)
class Figures:
    """URLs a second, and bytes a URL while it is queued, and for ever."""

    pushed: float
    duplicates: float
    popped: float
    queued_bytes: float
    seen_bytes: float


@click.command(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.option("--urls", default=1_000_000, help="URLs in our frontier.")
@click.option(
    "--theirs", default=20_000, help="Requests in scrapy-redis' queue: its rates and sizes do not depend on it."
)
@click.option("--repeats", default=3, help="Rounds; medians are shown.")
def main(urls: int, theirs: int, repeats: int) -> None:
    """Fill and empty both on the same server program, by turns.

    Ours pushes deduplicated URLs, 25 of a host together, 16 groups in an exchange, at three depths; it is emptied by
    leases of 8 pages a host (of 512 where there is one host), which are decoded, acked and released. Theirs is
    PriorityQueue and RFPDupeFilter as a spider uses them: a request after the other. Making a Target or a Request is
    not counted. Bytes are `used_memory`, looked at when the client has gone; what is left when all is popped is what
    was seen, with the politeness records of the hosts.

    \b
    python -m benchmarks.frontier                                                   some minutes
    python -m benchmarks.frontier --urls 50000 --theirs 4000 --repeats 1            a first look

    Exit status: 1 if a figure that is required was missed. Below 1,000,000 URLs bytes a URL say little.
    """
    click.echo(f"{_machine()}\n")
    found: dict[str, list[Figures]] = {}
    for hosts, of_host in ((max(1, urls // 100), 100), (1, urls)):
        name = f"{urls:,} URLs on {hosts:,} host{'s' * (hosts > 1)}"
        for repeat in range(repeats):
            for who in (name, f"scrapy-redis, {name}"):
                figures = _ours(hosts, of_host) if who == name else _theirs(theirs, hosts)
                found.setdefault(who, []).append(figures)
                click.echo(f"{repeat + 1}/{repeats} {_line(who, [figures])}", err=True)
    click.echo(_table(found))
    required = _requirements(found)
    click.echo(f"\n{table(required)}")
    if not all(each.met for each in required):
        sys.exit(1)


@contextmanager
def _server() -> Iterator[RedisServer]:
    with tempfile.TemporaryDirectory(prefix="backlinks-frontier-") as folder:
        server = RedisServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.kill()


def _used(server: RedisServer) -> int:
    with server.client() as client:
        return int(client.info("memory")["used_memory"])


def _url(host: int, number: int) -> str:
    """78 characters, of which 47 are the path."""
    article = f"article-{host % 1000:03d}-{number:07d}-some-title.html"
    return f"https://www.site-{host:06d}.example/section-{number % 17:02d}/{article}"


def _ours(hosts: int, of_host: int) -> Figures:
    urls = hosts * of_host
    each = 8 if hosts > 1 else 512
    with _server() as server:
        uvloop.run(_lay_out(server))
        empty = _used(server)
        pushing = uvloop.run(_push(server, hosts, of_host))
        full = _used(server)
        again = min(hosts, 2000), min(of_host, 10_000)
        repeating = uvloop.run(_push(server, *again))
        popping = uvloop.run(_pop(server, urls, each))
        left = _used(server)
    return Figures(
        urls / pushing, again[0] * again[1] / repeating, urls / popping, (full - left) / urls, (left - empty) / urls
    )


async def _lay_out(server: RedisServer) -> None:
    scripts = Scripts(connect(server.url, {}))
    await scripts.run([shard_calls.found(Place(shard, 1, 1)) for shard in range(SHARDS)])
    await scripts.close()


async def _push(server: RedisServer, hosts: int, of_host: int) -> float:
    """Seconds in which the URLs were pushed, all hosts in turn."""
    scripts = Scripts(connect(server.url, {}))
    seconds, waiting = 0.0, []
    starts = [(host, start) for start in range(0, of_host, OF_A_HOST) for host in range(hosts)]
    for at, (host, start) in enumerate(starts):
        numbers = range(start, min(start + OF_A_HOST, of_host))
        waiting.append((1 + start // OF_A_HOST % DEPTHS, [Target(_url(host, number)) for number in numbers]))
        if len(waiting) == GROUPS or at == len(starts) - 1:
            began = time.perf_counter()
            await _push_groups(scripts, waiting)
            seconds += time.perf_counter() - began
            waiting = []
    await scripts.close()
    return seconds


async def _push_groups(scripts: Scripts, waiting: list[tuple[int, list[Target]]]) -> None:
    groups: dict[int, list[Group]] = {}
    for depth, targets in waiting:
        first = targets[0]
        lines = "".join([frontier_entry.line(target) for target in targets])
        group = Group(first.host, len(first.domain), depth, lines)
        groups.setdefault(shard_of(first.domain, SHARDS), []).append(group)
    await scripts.run([shard_calls.push(Place(shard, 1, 1), of_it) for shard, of_it in groups.items()])


async def _pop(server: RedisServer, urls: int, each: int) -> float:
    """Seconds in which all were leased, decoded, acked and given back."""
    scripts = Scripts(connect(server.url, {}))
    ask = Ask(60_000, is_new=True, hosts=4, pages=4 * each, pages_a_host=each, busy_ms=5000, delay_ms=0, per_domain=0)
    places = [Place(shard, 1, 1) for shard in range(SHARDS)]
    settles: list[Call] = []
    popped, began = 0, time.perf_counter()
    while popped < urls or settles:
        asked = [shard_calls.lease(place, ask) for place in places] if popped < urls else []
        replies = await scripts.run([*settles, *asked])
        settles, first = [], len(settles)
        for place, reply in zip(places, replies[first:], strict=False):
            grants = shard_calls.leased(reply).grants
            for grant in grants:
                popped += len([frontier_entry.loads(entry, grant.host) for entry in grant.entries])
            if grants:
                serials = [grant.token + at for grant in grants for at in range(len(grant.entries))]
                releases = [Release(grant.host, grant.token, 0, -1) for grant in grants]
                settles.append(shard_calls.settle(place, serials, survived=False, releases=releases))
    seconds = time.perf_counter() - began
    await scripts.close()
    return seconds


def _theirs(requests: int, hosts: int) -> Figures:
    with _server() as server:
        empty = _used(server)
        order = random.Random(1)
        made = [Request(_url(order.randrange(hosts), number), meta={"depth": 1}) for number in range(requests)]
        with server.client() as client, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            queue = PriorityQueue(client, Spider("theirs"), "%(spider)s:requests")
            seen = RFPDupeFilter(client, "theirs:dupefilter")
            pushing = _pushed(queue, seen, made)
            full = _used(server)
            repeating = _pushed(queue, seen, made)
            began = time.perf_counter()
            while queue.pop():
                pass
            popping = time.perf_counter() - began
            left = _used(server)
    return Figures(
        requests / pushing,
        requests / repeating,
        requests / popping,
        (full - left) / requests,
        (left - empty) / requests,
    )


def _pushed(queue: PriorityQueue, seen: RFPDupeFilter, made: list[Request]) -> float:
    began = time.perf_counter()
    for request in made:
        if not seen.request_seen(request):
            queue.push(request)
    return time.perf_counter() - began


def _table(found: dict[str, list[Figures]]) -> str:
    head = f"{'median of the runs':45}{'push/s':>10}{'known/s':>10}{'pop/s':>10}{'queued B':>10}{'seen B':>8}"
    return "\n".join([head, *(_line(name, figures) for name, figures in found.items())])


def _line(name: str, figures: list[Figures]) -> str:
    of = {field: median(getattr(each, field) for each in figures) for field in Figures.__slots__}
    return (
        f"{name:45}{of['pushed']:10,.0f}{of['duplicates']:10,.0f}{of['popped']:10,.0f}"
        f"{of['queued_bytes']:10.1f}{of['seen_bytes']:8.1f}"
    )


def _requirements(found: dict[str, list[Figures]]) -> list[Requirement]:
    """The figures of every pair of ours and theirs, which follow each other."""
    required, runs = [], list(found.items())
    for (name, ours), (_, theirs) in zip(runs[::2], runs[1::2], strict=True):
        for what, field in (("push and dedupe", "pushed"), ("pop and ack against their pop", "popped")):
            ratio = median(getattr(a, field) / getattr(b, field) for a, b in zip(ours, theirs, strict=True))
            required.append(Requirement(f"{what}, {name}", ">= 10x", f"{ratio:.1f}x", ratio >= 10))
        for what, field, most in (("a queued URL", "queued_bytes", 60), ("a seen URL", "seen_bytes", 12)):
            used = median(getattr(each, field) for each in ours)
            required.append(Requirement(f"{what}, {name}", f"<= {most} B", f"{used:.1f} B", used <= most))
    return required


def _machine() -> str:
    with _server() as server, server.client() as client:
        info = client.info()
    return (
        f"Redis {info['redis_version']} ({info['mem_allocator']}), Python {platform.python_version()}, "
        f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}"
    )


if __name__ == "__main__":
    main()
