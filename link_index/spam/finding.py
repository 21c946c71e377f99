"""What a signal says of a domain: points, a sentence and the evidence, so that no score stands alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_NAMES = 10  # domains that a piece of evidence names; it says how many there are


class Finding(NamedTuple):
    """One signal at one domain, by its number."""

    domain: int
    points: float
    said: str
    evidence: dict[str, Any]


def graded(value: float, least: float, full: float) -> float:
    """The share of a signal's points: half of them where its threshold is just met, all of them from `full` on."""
    if full <= least:
        return 1.0
    return 0.5 + 0.5 * min(1.0, max(0.0, (value - least) / (full - least)))


def some(names: Sequence[str], numbers: Iterable[int]) -> list[str]:
    """The names of the first of these domains, as many as evidence holds."""
    return [names[number] for number, _ in zip(numbers, range(MOST_NAMES), strict=False)]
