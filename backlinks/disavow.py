"""`backlinks disavow TARGET`: a list of links to disavow, for a person to review."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from backlinks.reading_progress import reading_progress
from backlinks.standard_streams import tell
from link_index import connection
from link_index.errors import UsageMistake
from link_index.filters import HYPERLINKS, Filters
from link_index.questions import question
from link_index.reports.disavow_file import disavow_lines
from link_index.reports.unwanted import unwanted
from link_index.targets import KINDS, read_target

SPAM = 30.0  # of 100: no innocent domain of benchmarks.spam_signals has as much


@click.command()
@click.argument("target", metavar="TARGET")
@click.option("--as", "kind", type=click.Choice(KINDS), help="Read TARGET as this; do not guess.")
@click.option("--spam", type=click.FloatRange(0, 100), default=SPAM, show_default=True, metavar="SCORE",
              help="Name domains whose spam score is SCORE or more.")  # fmt: skip
@click.option("--value", type=click.FloatRange(0, 100), metavar="VALUE",
              help="Of others, name pages whose links are all worth VALUE or less.  [default: none]")  # fmt: skip
@click.option("-o", "--output", "file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE.txt",
              help="Write to this file.  [default: standard output]")  # fmt: skip
def disavow(target: str, kind: Any, spam: float, value: float | None, file: Path | None) -> None:
    """Write a list of links to TARGET to disavow, in the format Google documents, each entry with its reasons.

    Nothing is sent anywhere: read the list, take out what you trust, and hand it in yourself or not at all. Looked at
    are live dofollow links of other domains.

    \b
    backlinks disavow example.com -o disavow.txt
    backlinks disavow example.com --spam 80 --value 2 -o disavow.txt
    """
    if file is not None and file.suffix != ".txt":
        raise UsageMistake("Google's tool takes a file only if its name ends in .txt.")
    filters = Filters(internal=False, dofollow=True, link_types=HYPERLINKS)
    asked = question("domains", read_target(target, kind), filters, sort="name", limit=0)
    db = connection.connect()
    with db.client, reading_progress("domains and pages") as progress:
        if not db["domain_scores"].find_one({}, {"_id": 1}):
            raise UsageMistake("No domain has a spam score yet; `backlinks score` computes them.")
        blocks = unwanted(db, asked, spam, value, progress)
    said = replace(asked.target, guessed=False).sentence()
    lines, left_out = disavow_lines(_header(said, spam, value, len(blocks)), blocks)
    text = "\n".join(lines) + "\n"
    if file is None:
        click.echo(text, nl=False)
    else:
        file.write_text(text, encoding="utf-8", newline="\n")
    where = f" to {file}" if file else ""
    tell(f"{len(blocks) - left_out:,} entries written{where}, {left_out:,} left out. Review them.", err=True)


def _header(target: str, spam: float, value: float | None, entries: int) -> list[str]:
    pages = f"; pages of other domains whose links are all worth {value:g} or less" if value is not None else ""
    return [
        f"Links to disavow, for a person to review: {target}, {datetime.now(UTC):%Y-%m-%d}.",
        f"Domains with a spam score of {spam:g} or more out of 100{pages}. {entries:,} found.",
        "Nothing was sent anywhere. A score is no verdict: review every entry, and remove those you trust.",
    ]
