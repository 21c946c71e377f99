"""Days become spans, as short ones as fit."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from link_index.reports.timeline import MOST_SPANS, timeline

MONDAY = date(2025, 11, 3)


def over(days: int) -> Counter[date]:
    return Counter({MONDAY: 1, MONDAY + timedelta(days=days): 2})


@pytest.mark.parametrize(
    ("days", "span", "rows"),
    [(0, "day", 1), (35, "day", 36), (36, "week", 6), (251, "week", 36), (252, "month", 9), (1092, "month", 36),
     (1094, "year", 4), (40_000, "year", 36)],
)  # fmt: skip
def test_the_shortest_span_that_fits_is_taken(days: int, span: str, rows: int) -> None:
    name, found = timeline(over(days), Counter())
    assert (name, len(found)) == (span, rows)
    assert len(found) <= MOST_SPANS


def test_spans_without_links_are_there_and_none_is_counted_twice() -> None:
    found, lost = Counter({MONDAY: 3, MONDAY + timedelta(days=3): 1}), Counter({MONDAY + timedelta(days=2): 5})
    assert timeline(found, lost) == (
        "day",
        [("2025-11-03", 3, 0), ("2025-11-04", 0, 0), ("2025-11-05", 0, 5), ("2025-11-06", 1, 0)],
    )


def test_weeks_begin_on_monday_and_hold_their_sunday() -> None:
    found = Counter({MONDAY: 1, MONDAY + timedelta(days=6): 1, MONDAY + timedelta(days=60): 1})
    assert timeline(found, Counter())[1][0] == ("2025-11-03", 2, 0)


def test_no_links_are_no_rows() -> None:
    assert timeline(Counter(), Counter()) == ("day", [])
