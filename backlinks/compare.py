"""`backlinks compare A B ...`: the referring domains of several targets side by side."""

from __future__ import annotations

from typing import Any

import click

from backlinks.answers import print_answer
from backlinks.reading_progress import reading_progress
from link_index import connection, output
from link_index.errors import UsageMistake
from link_index.filters import Filters
from link_index.questions import question
from link_index.reports.comparison import comparison
from link_index.targets import KINDS, read_target

ROWS = 20  # of each kind: what a screen holds
MOST_TARGETS = 20


@click.command()
@click.argument("targets", nargs=-1, required=True, metavar="OURS OTHER...")
@click.option("--as", "kind", type=click.Choice(KINDS), help="Read every target as this; do not guess.")
@click.option("--at-least", type=click.IntRange(min=2), metavar="N",
              help="The intersection holds who links to N of them.  [default: all]")  # fmt: skip
@click.option("--dofollow", is_flag=True, help="Count dofollow links alone.")
@click.option("--limit", type=click.IntRange(min=0), default=ROWS, show_default=True, metavar="N",
              help="Rows of each kind, 0 for all.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(output.FORMATS), default="table", show_default=True)
def compare(targets: tuple[str, ...], kind: Any, at_least: int | None, dofollow: bool, limit: int, form: str) -> None:
    """List the domains that link to all the targets, and those that link to another and not to the first: the gap.

    \b
    backlinks compare example.com rival.example other.example
    backlinks compare example.com rival.example other.example --at-least 2 --dofollow
    """
    ours, *others = (read_target(text, kind) for text in targets)
    if not others:
        raise UsageMistake("There is nothing to compare with; name another target behind the first.")
    if len(targets) > MOST_TARGETS:
        raise UsageMistake(f"At most {MOST_TARGETS} targets are compared at a time.")
    if len({target.name for target in (ours, *others)}) < len(targets):
        raise UsageMistake("The same target is named twice.")
    if (at_least or 0) > len(targets):
        raise UsageMistake(f"--at-least {at_least} asks for more targets than the {len(targets)} that are named.")
    asked = question("compare", ours, Filters(internal=False, dofollow=dofollow), sort="targets", limit=limit)
    db = connection.connect()
    with db.client, reading_progress("referring domains") as progress:
        answer = comparison(db, asked, others, at_least or len(targets), progress)
    print_answer(asked, answer, form)
