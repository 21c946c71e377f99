"""A report as headings, sentences, tables and charts, before it is a terminal's, Markdown's or a browser's.

Texts are as the index holds them: whoever writes a sheet out escapes every one of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells below headings, all of them as long."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Numbers to be drawn: for each label one of each series. `is_timeline`: the labels follow one another."""

    labels: tuple[str, ...]
    series: tuple[tuple[str, tuple[int, ...]], ...]
    is_timeline: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """What is said on one matter. A chart says nothing that the table beside it does not."""

    title: str
    sentences: tuple[str, ...] = ()
    table: Table | None = None
    chart: Chart | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole report."""

    title: str
    sentences: tuple[str, ...] = ()
    sections: list[Section] = field(default_factory=list)
