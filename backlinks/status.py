"""`backlinks status [NAME]`: how a crawl of many workers stands, from whatever machine it is asked."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

import click

from backlink_spider.frontier_file import FrontierLost
from backlink_spider.frontier_report import CrawlReport, report
from backlink_spider.start_urls import StartUrls
from backlinks import status_table
from backlinks.buried_pages import buried_pages
from backlinks.redis_for_commands import asked, crawl_of, crawls, project_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy.settings import Settings

    from backlink_spider.redis_scripts import Scripts
    from backlinks.buried_pages import BuriedPage

REFRESH = 1.0  # seconds: workers say no more often how they are


@click.command()
@click.argument("name", required=False, metavar="[NAME]")
@click.option("--watch/--once", default=None, help="Renew it every second.  [default: on a terminal]")
@click.option("--dead-letters", is_flag=True, help="List the pages that were given up.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def status(name: str | None, watch: bool | None, dead_letters: bool, form: str) -> None:
    """Say how crawl NAME stands: its queue, its workers, those that went silent; without NAME, which crawls there are.

    Exit status 2 if there is no such crawl. JSON has the same facts in one object (one a line with --watch).

    \b
    backlinks status
    backlinks status news
    backlinks status news --format json
    backlinks status news --dead-letters
    """
    settings = project_settings()
    if name is None:
        _say(asked(_all, settings), form, status_table.crawls)
    elif dead_letters:
        _say(asked(lambda scripts: _letters(scripts, name), settings), form, status_table.dead_letters)
    elif form == "table" and (sys.stdout.isatty() if watch is None else watch):
        _watch(lambda: asked(lambda scripts: _report(scripts, name, settings), settings))
    else:
        _say(asked(lambda scripts: _report(scripts, name, settings), settings), form, status_table.crawl)
        while watch:
            time.sleep(REFRESH)
            _say(asked(lambda scripts: _report(scripts, name, settings), settings), form, status_table.crawl)


def _say(found: Any, form: str, table: Callable[[Any], str]) -> None:
    click.echo(json.dumps(found, default=_plain) if form == "json" else table(found))


def _plain(found: Any) -> Any:
    """What JSON has no form for: reports, and the pages that were given up."""
    return found.as_json()


def _watch(look: Callable[[], CrawlReport]) -> None:
    from rich.live import Live
    from rich.text import Text

    with Live(auto_refresh=False) as live:
        while True:
            live.update(Text(status_table.crawl(look())), refresh=True)
            time.sleep(REFRESH)


async def _report(scripts: Scripts, name: str, settings: Settings) -> CrawlReport:
    await crawl_of(scripts, name)
    key, _ = StartUrls.key_and_kind(settings, "backlinks")
    found = await report(scripts, name, key)
    if not found.state:
        raise FrontierLost(
            f"Redis holds no frontier of crawl {name} any more: run `backlinks frontier rebuild {name}`."
        )
    return found


async def _all(scripts: Scripts) -> list[CrawlReport]:
    return [await report(scripts, name) for name in await crawls(scripts)]


async def _letters(scripts: Scripts, name: str) -> list[BuriedPage]:
    return await buried_pages(scripts, await crawl_of(scripts, name))
