"""Prints an answer of the index: a table for a person, or rows for a program with what is said of them beside."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from link_index import output
from link_index.shown_text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from link_index.questions import Answer, Question

COUNTING = {"summary", "anchor-profile"}  # verbs whose rows count all there is, be it nothing
_ROWS_ARE = {
    "show": "backlinks",
    "summary": "backlinks",
    "anchor-profile": "backlinks",
    "domains": "referring domains",
    "pages": "linked pages",
    "compare": "referring domains",
}


def print_answer(asked: Question, answer: Answer, form: str) -> None:
    """The answer in that format of output.FORMATS."""
    _print_table(asked, answer) if form == "table" else _print_for_programs(asked, answer, form)


def _scope(asked: Question, answer: Answer) -> str:
    """What is shown of how many, in which order, and which links were let in."""
    of = asked.filters.sentence()
    what = _ROWS_ARE.get(asked.verb, asked.verb)
    if isinstance(answer.rows, list) and not answer.rows:
        return f"No{' more' if asked.after else ''} {what}: {of}."
    if asked.verb in COUNTING:
        return f"Counted: {of}."
    shown = f"{len(answer.rows):,}" if isinstance(answer.rows, list) else "all"
    of_how_many = "" if answer.total is None else f" of {answer.total:,}{'+' if answer.capped else ''}"
    more = " more" if asked.after else ""
    return f"{shown}{more}{of_how_many} {what}, {asked.order.said}; {of}."


def _print_table(asked: Question, answer: Answer) -> None:
    # Rich takes a tenth of a second to import: not for a script's answers.
    from rich.console import Console

    from link_index import tables

    click.echo(visible(asked.target.sentence()))
    rows = answer.rows = list(answer.rows)
    for sentence in (_scope(asked, answer), *answer.notes):
        click.echo(visible(sentence))
    if rows:
        headings, body = tables.table(asked, rows)
        click.echo()
        if sys.stdout.isatty():
            console = Console()
            console.print(tables.fitted(headings, body, console.width))
        else:
            click.echo("\n".join(tables.plain_lines(headings, body)))
    if asked.verb == "anchor-profile" and answer.more:
        from link_index.anchors.profile_text import profile_lines

        click.echo("\n".join(profile_lines(answer.more)))
    if answer.cursor:
        click.echo(f"\nmore: --cursor {answer.cursor}")


def _print_for_programs(asked: Question, answer: Answer, form: str) -> None:
    for sentence in (asked.target.sentence(), _scope(asked, answer), *answer.notes):
        click.echo(visible(sentence), err=True)
    _print(output.written(asked, answer, form))
    if answer.cursor and form != "json":
        click.echo(f"more: --cursor {answer.cursor}", err=True)


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stdout.write(line + "\n")
