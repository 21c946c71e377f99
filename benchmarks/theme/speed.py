"""How many links a second the theme match takes, on pages as long as real ones."""

from __future__ import annotations

import time
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from benchmarks import prose
from link_index.rules.rule_file import rules
from link_index.theme.idf_table import DomainCounts
from link_index.theme.match import Matcher
from link_index.theme.profile import Profiles
from link_index.theme.site_words import NO_SITE, SiteWords, site_words

if TYPE_CHECKING:
    from collections.abc import Callable

PAGES = 400
ROUNDS = 50
_BOXES = ["Customers who bought this also bought", "Gift vouchers"]


class Speed(NamedTuple):
    """Of one core, per second."""

    counted: float  # pages whose words are counted
    profiles: float  # pages
    links: float  # the text near the link read, and matched
    matches: float  # of profiles alone


def measure(language: str = "en", *, of_sites: bool = False) -> Speed:
    """`of_sites`: all pages are of two sites of one software, each about one thing, which link to each other."""
    random = Random(1)
    pages = [(_text(random, 8), [_text(random, 5) for _ in range(12)]) for _ in range(PAGES)]
    if of_sites:
        pages = [
            (f"{_text(random, 4)} kettle | Fast delivery and friendly advisers", [*headings[:10], *_BOXES])
            for _, headings in pages
        ]
    near = [f"{_text(random, 10)}. {_text(random, 10)}" for _ in range(PAGES)]
    counts, matcher = DomainCounts(), Matcher()
    stems = [Profiles().stems(title, headings, language) for title, headings in pages]
    counted = _per_second(lambda at: counts.add(f"site{at}.example", language, stems[at]))
    profiles = Profiles(counts.table())
    site = _site(pages, language) if of_sites else NO_SITE
    made = [profiles.page(title, headings, language, site) for title, headings in pages]
    return Speed(
        counted,
        _per_second(lambda at: profiles.page(*pages[at], language, site)),
        _per_second(lambda at: matcher.match(profiles.with_near(made[at], near[at], site), made[at - 1])),
        _per_second(lambda at: matcher.match(made[at], made[at - 1])),
    )


def _site(pages: list[tuple[str, list[str]]], language: str) -> SiteWords:
    read = (Profiles().site_page(title, headings, language) for title, headings in pages)
    return site_words("site.example", read, rules("theme"))


def _per_second(work: Callable[[int], object]) -> float:
    start = time.process_time()
    for _ in range(ROUNDS):
        for at in range(PAGES):
            work(at)
    return ROUNDS * PAGES / (time.process_time() - start)


def _text(random: Random, number: int) -> str:
    return prose.words(random, number, number)
