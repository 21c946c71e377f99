"""The first rows of a long stream are kept, and no more of them in memory than wanted."""

from __future__ import annotations

import random

from link_index.reports.best_rows import BestRows, highest


def kept(most: int, numbers: list[int]) -> tuple[list[int], int]:
    best = BestRows(most, lambda row: row["n"])
    largest = 0
    for number in numbers:
        best.add({"n": number})
        largest = max(largest, len(best._rows))
    assert best.seen == len(numbers)
    return [row["n"] for row in best.rows()], largest


def test_the_first_rows_are_kept_in_order_whatever_order_they_come_in() -> None:
    numbers = list(range(5000))
    random.Random(1).shuffle(numbers)
    rows, largest = kept(7, numbers)
    assert rows == list(range(7))
    assert largest < 1100


def test_no_limit_keeps_every_row() -> None:
    assert kept(0, [3, 1, 2])[0] == [1, 2, 3]


def test_what_has_no_score_comes_after_the_lowest() -> None:
    assert sorted([None, 0.0, 100.0, 3.5], key=highest) == [100.0, 3.5, 0.0, None]
