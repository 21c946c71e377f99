"""Charts as SVG: pure functions of numbers, coloured by the classes of report.css.

Every chart names itself and tells its numbers to whoever cannot see it (`role="img"`, title and desc: SVG 2, 5.8).
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from link_index.shown_text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from link_index.reports.sheet import Chart

WIDTH = 720
LONGEST_LABEL = 28  # characters

_COLUMN_HEIGHT = 180
_LEFT = 56  # of the scale's numbers
_LABELS = 220  # where the bars of named classes begin
_BAR = 11
_LETTER = 6.6  # width of a label's letter at its size


def svg(chart: Chart, name: str, title: str) -> str:
    """The chart; `name` tells its ids from those of the page's other charts."""
    drawn, height = _columns(chart) if chart.is_timeline else _bars(chart)
    legend = "".join(_legend(chart))
    return (
        f'<svg role="img" aria-labelledby="{name}-title {name}-desc" viewBox="0 0 {WIDTH} {height + 30}" '
        f'xmlns="http://www.w3.org/2000/svg"><title id="{name}-title">{_text(title)}</title>'
        f'<desc id="{name}-desc">{_text(description(chart))}</desc>{legend}'
        f'<g transform="translate(0 30)">{"".join(drawn)}</g></svg>'
    )


def description(chart: Chart) -> str:
    """The chart in a sentence: how many classes, and the largest number of each series with its label."""
    told = []
    for name, numbers in chart.series:
        most = max(numbers)
        told.append(f"most {name}: {most:,} ({chart.labels[numbers.index(most)]})")
    return f"{len(chart.labels)} bars; {'; '.join(told)}. The table beside it has all numbers."


def scale_end(most: int) -> int:
    """A round number the scale ends with: 1, 2 or 5 times a power of ten, the least that is not below `most`."""
    power: int = 10 ** (len(str(max(most, 1))) - 1)
    return next(times * power for times in (1, 2, 5, 10) if times * power >= most)


def _columns(chart: Chart) -> tuple[list[str], int]:
    """Columns from left to right, series beside one another."""
    end = scale_end(max(max(numbers) for _, numbers in chart.series))
    step = (WIDTH - _LEFT - 10) / len(chart.labels)
    width = step * 0.8 / len(chart.series)
    drawn = list(_scale(end))
    for which, (name, numbers) in enumerate(chart.series):
        for place, number in enumerate(numbers):
            height = number / end * _COLUMN_HEIGHT
            x, y = _LEFT + place * step + step * 0.1 + which * width, _COLUMN_HEIGHT - height
            hint = f"{chart.labels[place]}: {number:,} {name}"
            drawn.append(_rectangle(which, x, y, width, height, hint))
    every = -(-len(chart.labels) // 10)
    for place in range(0, len(chart.labels), every):
        x = _LEFT + place * step + step / 2
        drawn.append(_label(x, _COLUMN_HEIGHT + 16, "middle", chart.labels[place]))
    return drawn, _COLUMN_HEIGHT + 26


def _bars(chart: Chart) -> tuple[list[str], int]:
    """Bars from the label to the right, series below one another, each with its number behind it."""
    most = max(max(numbers) for _, numbers in chart.series) or 1
    step = _BAR * len(chart.series) + 8
    longest = WIDTH - _LABELS - 80
    drawn = []
    for place, label in enumerate(chart.labels):
        top = place * step
        drawn.append(_label(_LABELS - 8, top + step / 2, "end", label))
        for which, (name, numbers) in enumerate(chart.series):
            number, y = numbers[place], top + which * _BAR
            width = number / most * longest
            drawn.append(_rectangle(which, _LABELS, y, width, _BAR - 1, f"{label}: {number:,} {name}"))
            drawn.append(_label(_LABELS + width + 5, y + _BAR - 2, "start", f"{number:,}"))
    return drawn, len(chart.labels) * step + 4


def _scale(end: int) -> Iterator[str]:
    for number in sorted({0, end // 2, end}):
        y = _COLUMN_HEIGHT - number / end * _COLUMN_HEIGHT
        yield f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - 10}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield _label(_LEFT - 6, y + 4, "end", f"{number:,}")


def _legend(chart: Chart) -> Iterator[str]:
    x = 2.0
    for which, (name, _) in enumerate(chart.series):
        yield f'<rect class="series{which}" x="{x:.1f}" y="4" width="10" height="10"/>'
        yield _label(x + 15, 13, "start", name)
        x += 30 + len(name) * _LETTER


def _rectangle(which: int, x: float, y: float, width: float, height: float, hint: str) -> str:
    return (
        f'<rect class="series{which}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}">'
        f"<title>{_text(hint)}</title></rect>"
    )


def _label(x: float, y: float, anchor: str, label: str) -> str:
    shown = label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…"
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{_text(shown)}</text>'


def _text(text: str) -> str:
    return escape(visible(text))
