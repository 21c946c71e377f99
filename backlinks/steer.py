"""`backlinks pause|resume|drain|stop NAME`: what all workers of a crawl are to do, wherever they run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from backlink_spider.errors import CrawlError, UsageMistake
from backlink_spider.frontier_keys import run_key
from backlinks.redis_for_commands import asked, crawl_of
from backlinks.standard_streams import tell

if TYPE_CHECKING:
    from backlink_spider.redis_scripts import Scripts

_NAME = click.argument("name", metavar="NAME")
_DONE = {
    "pause": "is paused ({workers}): nothing is fetched until `backlinks resume {name}`",
    "resume": "goes on ({workers})",
    "drain": "drains ({workers}): what is under way is stored, and `backlinks resume {name}` lets workers in again",
    "stop": "is over ({workers} left to store what is under way): the next `backlinks crawl` begins it anew",
}


class CrawlIsOver(CrawlError):
    """The crawl has ended, so that nothing of it can be steered."""


@click.command()
@_NAME
def pause(name: str) -> None:
    """Let the workers of crawl NAME fetch nothing, and stay.

    Requests on the wire end and are stored; what was fetched ahead goes back into the queue. The frontier stays.

    \b
    backlinks pause news
    backlinks resume news
    """
    tell(asked(lambda scripts: _steered(scripts, name, "pause")))


@click.command()
@_NAME
def resume(name: str) -> None:
    """Let a crawl that was paused or drained go on.

    \b
    backlinks resume news
    """
    tell(asked(lambda scripts: _steered(scripts, name, "resume")))


@click.command()
@_NAME
@click.option("--worker", type=click.IntRange(min=1), metavar="W", help="This worker alone, by its number in status.")
def drain(name: str, worker: int | None) -> None:
    """Let the workers of crawl NAME finish what they are doing, store it and leave.

    The frontier stays, and nothing is fetched twice. Until `backlinks resume` new workers leave at once: it is the
    way to another version of the program. With --worker only that one leaves, and a new one may take its place.

    \b
    backlinks drain news
    backlinks drain news --worker 17
    """
    if worker is None:
        tell(asked(lambda scripts: _steered(scripts, name, "drain")))
    else:
        tell(asked(lambda scripts: _worker_drained(scripts, name, worker)))


@click.command()
@_NAME
def stop(name: str) -> None:
    """End crawl NAME: it is over, with reason `stopped`.

    The workers store what is under way and leave. What is queued is not fetched any more: the next `backlinks crawl`
    of the same name begins anew. To go on later with what is queued, use `backlinks drain`.

    \b
    backlinks stop news
    """
    tell(asked(lambda scripts: _steered(scripts, name, "stop")))


async def _steered(scripts: Scripts, name: str, verb: str) -> str:
    register = await crawl_of(scripts, name)
    before = await register.steer(verb)
    if before == "finished":
        reason = (await register.watch()).reason
        if verb == "stop":
            return f"Crawl {name} was over already ({reason})."
        raise CrawlIsOver(f"Crawl {name} is over ({reason}): `backlinks crawl SEED... --name {name}` begins it anew.")
    workers = (await register.watch()).workers
    told = _DONE[verb].format(name=name, workers=_workers(workers))
    if verb == "resume" and not workers:
        told += f": start some with `backlinks crawl --name {name}`"
    return f"Crawl {name} {told}."


async def _worker_drained(scripts: Scripts, name: str, worker: int) -> str:
    register = await crawl_of(scripts, name)
    (members,) = await scripts.commands(("ZRANGE", f"{run_key(register.run)}:workers", 0, -1))
    workers = [int(member) for member in members]
    if worker not in workers:
        there = f"it has {', '.join(map(str, workers))}" if workers else "it has none"
        raise UsageMistake(f"Crawl {name} has no worker {worker}: {there}.")
    await register.drain_worker(worker)
    return f"Worker {worker} of crawl {name} finishes what is under way, stores it and leaves."


def _workers(number: int) -> str:
    return {0: "no workers", 1: "1 worker"}.get(number, f"{number} workers")
