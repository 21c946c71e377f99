"""How many links a second the theme match takes, on pages as long as real ones."""

from __future__ import annotations

import time
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from benchmarks import prose
from link_index.theme.idf_table import DomainCounts
from link_index.theme.match import Matcher
from link_index.theme.profile import Profiles

if TYPE_CHECKING:
    from collections.abc import Callable

PAGES = 400
ROUNDS = 50


class Speed(NamedTuple):
    """Of one core, per second."""

    counted: float  # pages whose words are counted
    profiles: float  # pages
    links: float  # the text near the link read, and matched
    matches: float  # of profiles alone


def measure(language: str = "en") -> Speed:
    random = Random(1)
    pages = [(_text(random, 8), [_text(random, 5) for _ in range(12)]) for _ in range(PAGES)]
    near = [f"{_text(random, 10)}. {_text(random, 10)}" for _ in range(PAGES)]
    counts, matcher = DomainCounts(), Matcher()
    stems = [Profiles().stems(title, headings, language) for title, headings in pages]
    counted = _per_second(lambda at: counts.add(f"site{at}.example", language, stems[at]))
    profiles = Profiles(counts.table())
    made = [profiles.page(title, headings, language) for title, headings in pages]
    return Speed(
        counted,
        _per_second(lambda at: profiles.page(*pages[at], language)),
        _per_second(lambda at: matcher.match(profiles.with_near(made[at], near[at]), made[at - 1])),
        _per_second(lambda at: matcher.match(made[at], made[at - 1])),
    )


def _per_second(work: Callable[[int], object]) -> float:
    start = time.process_time()
    for _ in range(ROUNDS):
        for at in range(PAGES):
            work(at)
    return ROUNDS * PAGES / (time.process_time() - start)


def _text(random: Random, number: int) -> str:
    return prose.words(random, number, number)
