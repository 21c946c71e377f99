"""`backlinks frontier rebuild|drop|retry`: repairs of a crawl's frontier in Redis."""

from __future__ import annotations

import json
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from backlink_spider.errors import CrawlError
from backlink_spider.frontier_file import FrontierLost
from backlink_spider.frontier_keys import run_key
from backlink_spider.frontier_sweep import drop, sweep
from backlinks.buried_pages import retry
from backlinks.frontier_rebuild import Rebuilt, rebuild
from backlinks.redis_for_commands import asked, crawl_of, project_settings
from backlinks.standard_streams import tell
from link_index.connection import connect, data_dir

if TYPE_CHECKING:
    from backlink_spider.redis_scripts import Scripts

SAY_SECONDS = 5.0
SWEPT_AT_ONCE = 5000  # keys


class CrawlBusy(CrawlError):
    """The crawl has workers, which would find nothing any more."""


@click.group()
def frontier() -> None:
    """Rebuild, drop or repair the frontier of a crawl of many workers.

    \b
    backlinks frontier rebuild news
    backlinks frontier retry news
    backlinks frontier drop news
    """


@frontier.command("rebuild")
@click.argument("name", metavar="NAME")
def rebuild_(name: str) -> None:
    """Make the frontier of crawl NAME anew from what MongoDB holds.

    For a Redis that was emptied, lost a node, or its last writes. Pages that the crawl has fetched are noted as seen,
    what they link to is queued. Workers may run meanwhile, and are started by the same command as ever. What is lost:
    attempts, delays, dead letters, and seeds of `backlinks seed` that were not fetched yet.

    \b
    backlinks frontier rebuild news
    """
    settings = project_settings()
    database = connect(settings["MONGODB_URI"], data_dir(settings["BACKLINKS_DATA_DIR"]))
    shards, began, said = settings.getint("BACKLINKS_FRONTIER_SHARDS"), time.monotonic(), time.monotonic()

    def say(progress: str) -> None:
        nonlocal said
        if time.monotonic() - said >= SAY_SECONDS:
            said = time.monotonic()
            sys.stderr.write(f"{progress}\n")

    with database.client:
        done: Rebuilt = asked(lambda scripts: rebuild(scripts, database, name, shards, say), settings)
    seconds = time.monotonic() - began
    click.echo(f"{done.pages:,} pages are noted as fetched, {done.queued:,} URLs queued, in {seconds:,.1f} s.")


@frontier.command("drop")
@click.argument("name", metavar="NAME")
def drop_(name: str) -> None:
    """Forget crawl NAME: its queue, what it has seen, its dead letters.

    Only a crawl without workers (`backlinks drain NAME` sends them home). What is in the index stays.

    \b
    backlinks frontier drop news
    """
    asked(lambda scripts: _dropped(scripts, name))
    tell(f"Crawl {name} is forgotten: nothing of it is left in Redis.")


@frontier.command("retry")
@click.argument("name", metavar="NAME")
@click.argument("url", required=False, metavar="[URL]")
def retry_(name: str, url: str | None) -> None:
    """Queue again the pages that crawl NAME gave up, or the one of this URL.

    `backlinks status NAME --dead-letters` lists them: pages that killed three workers, or failed in this program.

    \b
    backlinks frontier retry news
    backlinks frontier retry news https://example.com/page
    """
    queued = asked(lambda scripts: _retried(scripts, name, url))
    if url and not queued:
        raise CrawlError(f"{url} is not among the dead letters of crawl {name}.")
    click.echo(f"{queued:,} given up {'page is' if queued == 1 else 'pages are'} queued again.")


async def _dropped(scripts: Scripts, name: str) -> None:
    register = await crawl_of(scripts, name)
    with suppress(FrontierLost):  # then there is nobody, either
        workers = (await register.watch()).workers
        if workers:
            raise CrawlBusy(
                f"Crawl {name} has {workers} worker{'' if workers == 1 else 's'}: `backlinks drain {name}` first."
            )
    await drop(scripts, name)
    while await sweep(scripts, register.run, register.shards, SWEPT_AT_ONCE):
        pass


async def _retried(scripts: Scripts, name: str, url: str | None) -> int:
    register = await crawl_of(scripts, name)
    if (await register.watch()).state == "finished":
        raise CrawlError(
            f"Crawl {name} is over: `backlinks crawl SEED... --name {name}` begins it anew, with all of its pages."
        )
    (rules,) = await scripts.commands(("HGET", run_key(register.run), "options"))
    limit = json.loads(rules)["depth"]
    return await retry(scripts, register, 1 if limit is None else limit, url)
