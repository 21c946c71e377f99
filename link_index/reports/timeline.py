"""Days of finding and losing links, summed to as many spans as a chart can hold."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_SPANS = 36

_SPANS: tuple[tuple[str, Callable[[date], date]], ...] = (
    ("day", lambda day: day),
    ("week", lambda day: day - timedelta(days=day.weekday())),
    ("month", lambda day: day.replace(day=1)),
    ("year", lambda day: day.replace(month=1, day=1)),
)


def timeline(found: Counter[date], lost: Counter[date]) -> tuple[str, list[tuple[str, int, int]]]:
    """(what a span is, its rows of (first day, links found, links lost) without a gap between first and last).

    A span is the shortest of day, week, month and year that leaves no more than MOST_SPANS.
    """
    days = found.keys() | lost.keys()
    if not days:
        return "day", []
    fitting = ((name, start) for name, start in _SPANS if len(_spans(min(days), max(days), start)) <= MOST_SPANS)
    name, start = next(fitting, _SPANS[-1])
    found_in, lost_in = _summed(found, start), _summed(lost, start)
    spans = _spans(min(days), max(days), start)[-MOST_SPANS:]
    return name, [(span.isoformat(), found_in[span], lost_in[span]) for span in spans]


def _spans(first: date, last: date, start: Callable[[date], date]) -> list[date]:
    """The first days of the spans from the last one backwards, at most one more than are wanted; in order."""
    spans = [start(last)]
    while spans[-1] > start(first) and len(spans) <= MOST_SPANS:
        spans.append(start(spans[-1] - timedelta(days=1)))
    return spans[::-1]


def _summed(dated: Counter[date], start: Callable[[date], date]) -> Counter[date]:
    summed: Counter[date] = Counter()
    for day, links in dated.items():
        summed[start(day)] += links
    return summed
