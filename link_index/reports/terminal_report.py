"""A report for a terminal or a file of plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from link_index.shown_text import visible
from link_index.tables import plain_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from link_index.reports.sheet import Section, Sheet

BAR = 20  # cells of the longest bar: no column of a fitted table that is wrapped


def terminal_lines(sheet: Sheet, laid_out: Callable[..., Iterable[str]] = plain_lines) -> Iterator[str]:
    """The lines, nothing cut, no character that a terminal obeys; `laid_out` makes lines of headings and body."""
    yield visible(sheet.title)
    yield from map(visible, sheet.sentences)
    for section in sheet.sections:
        yield ""
        yield visible(section.title)
        yield "-" * len(visible(section.title))
        yield from map(visible, section.sentences)
        if section.table and section.table.rows:
            yield ""
            yield from laid_out(*_with_bars(section))


def _with_bars(section: Section) -> tuple[list[str], list[list[str]]]:
    """The table of a section, and a bar behind each row that the first series of its chart has a number for."""
    assert section.table
    headings = [visible(heading) for heading in section.table.headings]
    body = [[visible(cell) for cell in row] for row in section.table.rows]
    if section.chart is None:
        return headings, body
    _, numbers = section.chart.series[0]
    most = max(numbers) or 1
    bars = ["█" * -(-BAR * number // most) for number in numbers]
    bars += [""] * (len(body) - len(bars))
    return [*headings, ""], [[*row, bar] for row, bar in zip(body, bars, strict=True)]
