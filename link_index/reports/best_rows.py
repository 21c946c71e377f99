"""The first rows of a stream in some order, in memory for as many as are wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from link_index.questions import Row

_SLACK = 1000  # rows more than wanted before they are sorted and cut: sorting each time would cost more


class BestRows:
    """Keeps the `most` rows that sort first by `key`; every row where `most` is 0."""

    def __init__(self, most: int, key: Callable[[Row], Any]) -> None:
        self.seen = 0  # rows added, kept or not
        self._most = most
        self._key = key
        self._rows: list[Row] = []

    def add(self, row: Row) -> None:
        self.seen += 1
        self._rows.append(row)
        if self._most and len(self._rows) >= self._most + _SLACK:
            self._cut()

    def rows(self) -> list[Row]:
        """Those kept, in order."""
        self._cut()
        return self._rows

    def _cut(self) -> None:
        self._rows.sort(key=self._key)
        if self._most:
            del self._rows[self._most :]


def highest(value: float | None) -> tuple[bool, float]:
    """A sort key that puts the highest number first and what has none last."""
    return value is None, -(value or 0)
