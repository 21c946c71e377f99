"""`backlinks seed SEED... --name NAME`: queue URLs in a crawl of many workers, whether any of them runs or not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from backlink_spider.crawl_register import CrawlRegister
from backlink_spider.errors import CrawlError
from backlink_spider.options import read_options, rules_of
from backlink_spider.scope import Scope
from backlinks.crawl_guest import guest, run_of
from backlinks.frontier_push import Found, push
from backlinks.redis_for_commands import asked, project_settings
from backlinks.standard_streams import tell

if TYPE_CHECKING:
    from scrapy.settings import Settings

    from backlink_spider.options import CrawlOptions
    from backlink_spider.redis_scripts import Scripts


class Seeded(NamedTuple):
    """What became of the seeds; `began` if the crawl did with them."""

    queued: int
    known: int
    kept_out: int
    began: bool


@click.command()
@click.argument("seeds", nargs=-1, required=True, metavar="SEED...")
@click.option("--name", required=True, metavar="NAME", help="The crawl; it is made if there is none.")
@click.option("--again", is_flag=True, help="Queue what was fetched or is queued already, too.")
def seed(seeds: tuple[str, ...], name: str, again: bool) -> None:
    """Queue SEEDS in crawl NAME, which need not be running.

    A SEED is a domain (example.com), a URL, or a file with one of these a line. They count as seeds for the crawl's
    scope, too. A crawl that does not exist begins with them, its scope as the settings say, and one that is over begins
    anew; workers then join it with `backlinks crawl --name NAME`.

    \b
    backlinks seed example.com https://example.org/blog/ --name news
    backlinks seed seeds.txt --name news
    backlinks seed https://example.com/changed --name news --again
    """
    settings = project_settings()
    options = read_options({"seeds": list(seeds), "name": name}, settings)
    done = asked(lambda scripts: _seeded(scripts, options, settings, again), settings)
    told = f"{done.queued:,} queued, {done.known:,} known"
    if done.known and not again:
        told += " (--again queues them all the same)"
    if done.kept_out:
        told += f", {done.kept_out:,} kept out by the domains that the crawl denies"
    tell(f"{told}.")
    if done.began:
        tell(f"Crawl {name} begins with them: `backlinks crawl --name {name}` starts a worker.")


async def _seeded(scripts: Scripts, options: CrawlOptions, settings: Settings, again: bool) -> Seeded:
    register = CrawlRegister(scripts, options.name)
    run = await run_of(scripts, register)
    rules: dict[str, Any] = json.loads(run.rules) if run else options.rules_document()
    scope = Scope(rules_of(rules), options.seeds)
    within = [target for target in options.seeds if scope.refusal(target, 0) is None]
    expiry_ms = int(settings.getfloat("BACKLINKS_SEEN_EXPIRY") * 1000)

    async def queued() -> int:
        await register.add_seeds([target.url for target in within])
        found = (Found(target, 0) for target in within)
        new = await push(scripts, register, found, "again" if again else "new", expiry_ms)
        await register.busy()
        return new

    if run is None or run.state == "finished":
        pages, shards = run.pages if run else options.pages or 0, settings.getint("BACKLINKS_FRONTIER_SHARDS")
        async with guest(register, rules=rules, pages=pages, shards=shards):
            new = await queued()
    else:
        new = await queued()
        if (await register.watch()).state == "finished":
            raise CrawlError(f"Crawl {options.name} ended at this very moment: the same command begins it anew.")
    return Seeded(new, len(within) - new, len(options.seeds) - len(within), run is None or run.state == "finished")
