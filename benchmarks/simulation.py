"""`python -m benchmarks.simulation`: what a frontier of very many URLs costs Redis, in memory and in waiting."""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path
from statistics import quantiles
from typing import TYPE_CHECKING, NamedTuple

import click

from backlink_spider import shard_calls
from backlink_spider.frontier_keys import shard_of
from backlink_spider.redis_address import connect
from backlink_spider.redis_scripts import Scripts
from backlink_spider.shard_calls import Ask, Group, Place, Release
from tests.redis_server import RedisServer

if TYPE_CHECKING:
    from collections.abc import Iterator

RUN, SESSION, SHARDS = 1, 1, 16
URLS_AT_ONCE = 20  # of a host: about what one page's links bring
GROUPS_AT_ONCE = 200  # in one exchange
LOOKS = 10  # rows of the table
ROUNDS = 100  # leases timed for each row
DEPTHS = 3
ASK = Ask(
    lease_ms=60_000, is_new=True, hosts=4, pages=32, pages_a_host=8, busy_ms=5000, delay_ms=500, per_domain=0
)  # of one shard, in a worker's round


class Look(NamedTuple):
    """The frontier at one size. Latencies are of a round of a worker: a lease, then its settlement, in ms."""

    urls: int
    megabytes: float
    pushes: float  # URLs a second
    median: float
    slowest: float  # the 99th of 100


@click.command(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.option("--urls", default=10_000_000, help="URLs queued in the end; 100,000,000 need 7 GB and half an hour.")
@click.option("--hosts", default=100_000, help="Hosts they are spread over, each a domain of its own.")
def main(urls: int, hosts: int) -> None:
    """Fill a frontier with URLs that are all new, and time a worker's rounds while it grows.

    Memory is all that Redis uses for data (`used_memory_dataset`), seen URLs and hosts included.
    """
    with tempfile.TemporaryDirectory(prefix="backlinks-simulation-") as folder:
        server = RedisServer(Path(folder), "--maxmemory-policy", "noeviction")
        server.start()
        try:
            asyncio.run(_fill(server, urls, hosts))
        finally:
            server.kill()


async def _fill(server: RedisServer, urls: int, hosts: int) -> None:
    scripts = Scripts(connect(server.url, {}))
    await scripts.run([shard_calls.found(Place(shard, RUN, SESSION)) for shard in range(SHARDS)])
    click.echo("       URLs        MB   bytes/URL   pushed/s   lease + settle: median ms   99th ms")
    done, said, started = 0, 0, time.monotonic()
    for batch in _batches(urls, hosts):
        calls = [shard_calls.push(Place(shard, RUN, SESSION), groups) for shard, groups in batch.items()]
        done += sum(reply[0] for reply in await scripts.run(calls))
        if done >= (said + 1) * urls // LOOKS:
            seconds = time.monotonic() - started
            look = await _look(scripts, server, done, (done - said * urls // LOOKS) / seconds)
            click.echo(
                f"{look.urls:11,} {look.megabytes:9,.0f} {look.megabytes * 1e6 / look.urls:11.1f} {look.pushes:10,.0f}"
                f" {look.median:26.2f} {look.slowest:9.2f}"
            )
            said, started = said + 1, time.monotonic()
    await scripts.close()


def _batches(urls: int, hosts: int) -> Iterator[dict[int, list[Group]]]:
    """Pushes of one exchange by shard; hosts come in turns, so that all of them grow together."""
    batch: dict[int, list[Group]] = {}
    groups = 0
    for start in range(0, -(-urls // hosts), URLS_AT_ONCE):
        numbers = range(start, min(start + URLS_AT_ONCE, -(-urls // hosts)))
        for host in range(hosts):
            domain = f"site-{host:07}.example"
            lines = "".join(
                f"{_fingerprint(host, number)} /section-{number % 20:02}/article-{host:07}-{number:05}-title.html\n"
                for number in numbers
            )
            group = Group(f"www.{domain}", len(domain), 1 + start // URLS_AT_ONCE % DEPTHS, lines)
            batch.setdefault(shard_of(domain, SHARDS), []).append(group)
            groups += 1
            if groups == GROUPS_AT_ONCE:
                yield batch
                batch, groups = {}, 0
    yield batch


def _fingerprint(host: int, number: int) -> int:
    """64 well mixed bits, signed, as a URL's hash gives them (splitmix64's last step)."""
    z = (host * 1_000_003 + number) * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & 0xFFFFFFFFFFFFFFFF
    z = (z ^ z >> 27) * 0x94D049BB133111EB & 0xFFFFFFFFFFFFFFFF
    z ^= z >> 31
    return z - (1 << 64) if z >= 1 << 63 else z


async def _look(scripts: Scripts, server: RedisServer, urls: int, pushes: float) -> Look:
    """What is leased is put back, so that the frontier stays as large as it is."""
    times = []
    for number in range(ROUNDS):
        place = Place(number % SHARDS, RUN, SESSION)
        began = time.perf_counter()
        (reply,) = await scripts.run([shard_calls.lease(place, ASK)])
        grants = shard_calls.leased(reply).grants
        releases = [Release(grant.host, grant.token, 0, -1) for grant in grants]
        await scripts.run([shard_calls.settle(place, (), survived=False, releases=releases)])
        times.append((time.perf_counter() - began) * 1000)
        await scripts.run([shard_calls.put_back_own(place, 0, (), ())])
    with server.client() as client:
        memory = client.info("memory")["used_memory_dataset"] / 1e6
    cuts = quantiles(times, n=100)
    return Look(urls, memory, pushes, cuts[49], cuts[98])


if __name__ == "__main__":
    main()
