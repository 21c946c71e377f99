"""A report as one HTML file: style and charts inside, no script, nothing that is fetched.

The Content Security Policy forbids what is not the page's own style, should a text ever find a way into the markup.
"""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from link_index.reports.svg_charts import svg
from link_index.shown_text import visible
from link_index.tables import is_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from link_index.reports.sheet import Section, Sheet, Table

_LINKED = re.compile(r"https?://[!-~]+")  # URLs as the index normalises them


def html_lines(sheet: Sheet) -> Iterator[str]:
    """The lines of the file, UTF-8; every text in it is escaped."""
    style = files(__package__).joinpath("report.css").read_text("utf-8")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="referrer" content="no-referrer">\n<meta name="color-scheme" content="light dark">'
    yield f"<title>{text(sheet.title)}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>"
    yield f"<h1>{text(sheet.title)}</h1>"
    yield from _sentences(sheet.sentences)
    for number, section in enumerate(sheet.sections):
        yield from _section(section, f"s{number}")
    yield "</main>\n</body>\n</html>"


def text(value: str) -> str:
    """The text as HTML that shows it, in content and in quoted attributes, invisible characters written out."""
    return escape(visible(value))


def cell(value: str) -> str:
    """A cell's content: a URL of http or https is a link that tells nobody where it was followed."""
    if _LINKED.fullmatch(value):
        return f'<a href="{text(value)}" rel="noopener noreferrer nofollow">{text(value)}</a>'
    return text(value)


def _section(section: Section, name: str) -> Iterator[str]:
    yield f'<section aria-labelledby="{name}">\n<h2 id="{name}">{text(section.title)}</h2>'
    yield from _sentences(section.sentences)
    if section.chart:
        yield f"<figure>{svg(section.chart, name, section.title)}</figure>"
    if section.table and section.table.rows:
        yield from _table(section.table, name)
    yield "</section>"


def _sentences(sentences: tuple[str, ...]) -> Iterator[str]:
    return (f"<p>{text(sentence)}</p>" for sentence in sentences)


def _table(table: Table, name: str) -> Iterator[str]:
    """A table that scrolls for itself where the screen is too narrow for it, by keyboard too."""
    classes = [' class="number"' if all(map(is_number, column)) else "" for column in zip(*table.rows, strict=True)]
    headed = zip(table.headings, classes, strict=True)
    heads = "".join(f'<th scope="col"{kind}>{text(heading)}</th>' for heading, kind in headed)
    yield f'<div class="scrolled" role="region" tabindex="0" aria-labelledby="{name}">\n<table>'
    yield f"<thead><tr>{heads}</tr></thead>"
    yield "<tbody>"
    for first, *others in table.rows:
        cells = "".join(f"<td{kind}>{cell(value)}</td>" for value, kind in zip(others, classes[1:], strict=True))
        yield f'<tr><th scope="row">{cell(first)}</th>{cells}</tr>'
    yield "</tbody>\n</table>\n</div>"
