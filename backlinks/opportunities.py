"""`backlinks opportunities TARGET`: links to mend, by what that would bring."""

from __future__ import annotations

from typing import Any

import click

from backlinks.answers import print_answer
from backlinks.reading_progress import reading_progress
from link_index import connection, output
from link_index.filters import HYPERLINKS, Filters
from link_index.questions import question
from link_index.reports.opportunities import KINDS
from link_index.reports.opportunities import opportunities as found_in
from link_index.targets import KINDS as TARGET_KINDS
from link_index.targets import read_target

ROWS = 20  # what a screen holds


@click.command()
@click.argument("target", metavar="TARGET")
@click.option("--as", "kind", type=click.Choice(TARGET_KINDS), help="Read TARGET as this; do not guess.")
@click.option("--kind", "kinds", type=click.Choice(KINDS), multiple=True, help="Of this kind alone (repeat).")
@click.option("--limit", type=click.IntRange(min=0), default=ROWS, show_default=True, metavar="N",
              help="Rows, 0 for all.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(output.FORMATS), default="table", show_default=True)
def opportunities(target: str, kind: Any, kinds: tuple[str, ...], limit: int, form: str) -> None:
    """List the links to TARGET that are worth mending, most to gain first.

    broken: links to a page of yours that does not answer; redirected: links over redirects that could lead straight to
    it; lost: links that are gone and may be asked for again. Links of other domains, of type text, image and area.

    \b
    backlinks opportunities example.com
    backlinks opportunities example.com --kind lost --limit 100 --format csv
    """
    filters = Filters(state="any", internal=False, link_types=HYPERLINKS)
    asked = question("opportunities", read_target(target, kind), filters, sort="gain", limit=limit)
    db = connection.connect()
    with db.client, reading_progress("links") as progress:
        answer = found_in(db, asked, kinds or KINDS, progress)
    print_answer(asked, answer, form)
