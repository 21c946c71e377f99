"""A report in Markdown, as GitHub and CommonMark read it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from link_index.shown_text import visible
from link_index.tables import is_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from link_index.reports.sheet import Sheet, Table

# Each of them may be written with a backslash before it (CommonMark 0.31, 2.4), and is then no markup.
_MARKUP = re.compile(r"[\\`*_{}\[\]<>#|!~&$@^+=]")
_PLAIN_URL = re.compile(r"https?://[!-~]+")
_UNSAFE_IN_URL = re.compile(r"[<>|`\\\"{}^]")


def markdown_lines(sheet: Sheet) -> Iterator[str]:
    """The lines; whatever the texts hold is text there, no markup and no HTML."""
    yield f"# {escaped(sheet.title)}"
    for sentence in sheet.sentences:
        yield from ("", escaped(sentence))
    for section in sheet.sections:
        yield from ("", f"## {escaped(section.title)}")
        for sentence in section.sentences:
            yield from ("", escaped(sentence))
        if section.table and section.table.rows:
            yield ""
            yield from _table(section.table)


def escaped(text: str) -> str:
    """The text as Markdown that shows it; a URL as a link in angle brackets, which is to itself and nothing else."""
    if _PLAIN_URL.fullmatch(text):
        return f"<{_UNSAFE_IN_URL.sub(lambda found: f'%{ord(found[0]):02X}', text)}>"
    return _MARKUP.sub(lambda found: "\\" + found[0], visible(text))


def _table(table: Table) -> Iterator[str]:
    yield _row([escaped(heading) for heading in table.headings])
    columns = zip(*table.rows, strict=True)
    yield _row(["---:" if all(map(is_number, column)) else "---" for column in columns])
    for row in table.rows:
        yield _row([escaped(cell) for cell in row])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
