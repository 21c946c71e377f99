"""`python -m tests.faults stores`: is the index of a crawl that was killed again and again that of one left alone?"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from tests.faults.index_copy import differences
from tests.faults.layered_web import LayeredWeb
from tests.faults.lone_crawl import LoneCrawl
from tests.faults.lone_faults import LoneFaults, kills

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable

SHOWN = 20  # differences
ANSWER_SECONDS = 0.08  # of the web, while there are kills: the crawl lasts long enough for them


class Verdict(NamedTuple):
    """`wrong` is a line for every document of the index, and for every file of the spool, that should not be so."""

    pages: int  # URLs of the web that the undisturbed crawl asked for
    documents: int  # of the index
    done: Counter[str]
    starts: int
    asked_again: int  # requests of the disturbed crawl beyond the first of each URL
    seconds: float
    wrong: list[str]


def compared(
    folder: Path,
    web: LayeredWeb,
    crawler_kills: int,
    database_kills: int,
    seed: int,
    minutes: float,
    say: Callable[[str], None],
) -> Verdict:
    """Crawl the web undisturbed, then with kills. Raises TimeoutError and RuntimeError as `LoneFaults.run`."""
    with LoneCrawl(folder / "undisturbed", web) as calm:
        LoneFaults(calm, 0, [], say).run(60 * minutes)
        expected, pages = calm.index(), len(calm.asked_for())
    say(f"Undisturbed: {pages:,} pages asked for, {len(expected):,} documents.")
    web.answer_seconds = ANSWER_SECONDS
    began = time.monotonic()
    with LoneCrawl(folder / "disturbed", web) as crawl:
        faults = LoneFaults(crawl, pages, kills(crawler_kills, database_kills, seed), say)
        faults.run(60 * minutes)
        seconds = time.monotonic() - began
        wrong = [f"{name} is left" for name in crawl.left_behind()] + differences(crawl.index(), expected)
        requests = [each.url for each in crawl.server.log if not each.url.endswith("/robots.txt")]
    again = len(requests) - len(set(requests))
    return Verdict(pages, len(expected), faults.done, crawl.starts, again, seconds, wrong)


@click.command(context_settings={"show_default": True})
@click.option("--kills", "crawler_kills", default=20, help="SIGKILLs of the crawler, started again at once.")
@click.option("--database-kills", default=5, help="SIGKILLs of the database, which the crawler starts again.")
@click.option("--hosts", default=12)
@click.option("--pages", default=200, help="Of each host.")
@click.option("--seed", default=1, help="Of the web and of the moments.")
@click.option("--minutes", default=15.0, help="After which it counts as hanging.")
@click.option("--keep", type=click.Path(path_type=Path), help="Folder to leave the logs and the two indexes in.")
def stores(
    crawler_kills: int, database_kills: int, hosts: int, pages: int, seed: int, minutes: float, keep: Path | None
) -> None:
    """Crawl a generated web undisturbed, and once more while the crawler and its database are killed.

    The two indexes have to be the same, document for document except times. Exit status: 1 if they are not.
    """
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="backlinks-faults-") as scratch:
        folder = keep or Path(scratch)
        try:
            verdict = compared(
                folder,
                LayeredWeb(hosts, pages, seed),
                crawler_kills,
                database_kills,
                seed,
                minutes,
                lambda text: click.echo(text, err=True),
            )
        except (TimeoutError, RuntimeError) as error:
            click.echo(str(error), err=True)
            sys.exit(1)
    click.echo(report(verdict, seed))
    click.echo(f"It took {time.monotonic() - began:.0f} s.", err=True)
    if verdict.wrong or verdict.done.total() != crawler_kills + database_kills:
        sys.exit(1)


def report(verdict: Verdict, seed: int) -> str:
    """The verdict as a person reads it, with the first differences."""
    done = ", ".join(f"{number} of the {what}" for what, number in sorted(verdict.done.items()))
    lines = [
        f"Kills: {done or 'none'} (--seed {seed}); the crawler was started {verdict.starts} times",
        f"Pages: {verdict.pages:,} asked for, {verdict.asked_again:,} requests again, in {verdict.seconds:.0f} s",
        f"Index: {verdict.documents:,} documents, {len(verdict.wrong):,} differences",
    ]
    lines += [f"  {each[:500]}" for each in verdict.wrong[:SHOWN]]
    return "\n".join(lines)
