"""`backlinks report TARGET`: everything the index can say of a target's backlinks on a few pages."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

import click

from backlinks.reading_progress import reading_progress
from backlinks.standard_streams import tell
from link_index import connection
from link_index.reports.html_report import html_lines
from link_index.reports.markdown_report import markdown_lines
from link_index.reports.profile_reading import read_profile
from link_index.reports.report_sections import report as written
from link_index.reports.terminal_report import terminal_lines
from link_index.tables import fitted_lines
from link_index.targets import KINDS, read_target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from link_index.reports.sheet import Sheet

_WRITTEN_BY: dict[str, Callable[[Sheet], Iterator[str]]] = {
    "terminal": terminal_lines,
    "markdown": markdown_lines,
    "html": html_lines,
}


@click.command()
@click.argument("target", metavar="TARGET")
@click.option("--as", "kind", type=click.Choice(KINDS), help="Read TARGET as this; do not guess.")
@click.option("--format", "form", type=click.Choice(list(_WRITTEN_BY)), default="terminal", show_default=True)
@click.option("-o", "--output", "file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Write to this file.  [default: standard output]")  # fmt: skip
def report(target: str, kind: Any, form: str, file: Path | None) -> None:
    """Report on the backlinks of TARGET: totals, growth, value, best pages and domains, anchors, themes, spam.

    The HTML is one file with its charts inside, and asks for nothing else. Without scores the report leaves out what
    they judge.

    \b
    backlinks report example.com
    backlinks report example.com --format html -o example.html
    """
    asked = read_target(target, kind)
    db = connection.connect()
    with db.client, reading_progress("links") as progress:
        profile = read_profile(db, asked, progress)
    write = _to_terminal if form == "terminal" and file is None and sys.stdout.isatty() else _WRITTEN_BY[form]
    lines = write(written(asked, profile))
    if file is None:
        sys.stdout.writelines(f"{line}\n" for line in lines)
        return
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")
    tell(f"Written to {file}.", err=True)


def _to_terminal(sheet: Sheet) -> Iterator[str]:
    """Tables as wide as the terminal is."""
    return terminal_lines(sheet, partial(fitted_lines, width=get_terminal_size().columns))
