"""Scores the labelled pairs as the product would, and counts what it gets right."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from benchmarks.theme.cases import FOLDER, LANGUAGES, Case, cases
from link_index.theme.idf_table import DomainCounts
from link_index.theme.match import Match, Matcher
from link_index.theme.profile import Profile, Profiles

if TYPE_CHECKING:
    from pathlib import Path

THRESHOLD = 0.5  # what counts as related here; the product keeps the score


class Judged(NamedTuple):
    """A labelled pair and what the product says."""

    case: Case
    match: Match

    @property
    def said_related(self) -> bool:
        return (self.match.score or 0.0) >= THRESHOLD


class Tally(NamedTuple):
    """Right and wrong, of pairs that are related and pairs that are not."""

    found: int
    related: int
    wrong: int
    unrelated: int

    @property
    def precision(self) -> float:
        return self.found / max(1, self.found + self.wrong)

    @property
    def recall(self) -> float:
        return self.found / max(1, self.related)


def judge(folder: Path = FOLDER, *, crawled: bool = True) -> list[Judged]:
    """All pairs of all languages. How rare words are is counted on these pages, each of a domain of its own.

    A target that was not `crawled` has the words of its title in its URL, and its first heading as the one anchor.
    """
    every = [case for language in LANGUAGES for case in cases(language, folder)]
    profiles, matcher = Profiles(_counts(every).table()), Matcher()
    target = _crawled if crawled else _unseen
    return [Judged(case, matcher.match(_referring(profiles, case), target(profiles, case))) for case in every]


def tally(judged: list[Judged]) -> Tally:
    related = [each for each in judged if each.case.is_related]
    others = [each for each in judged if not each.case.is_related]
    return Tally(
        sum(each.said_related for each in related),
        len(related),
        sum(each.said_related for each in others),
        len(others),
    )


def _counts(every: list[Case]) -> DomainCounts:
    counts, profiles = DomainCounts(), Profiles()
    pages = {(case.language, *page[:2]): page for case in every for page in (case.source, case.target)}
    for number, ((language, *_), page) in enumerate(pages.items()):
        counts.add(f"site{number}.example", language, profiles.stems(page.title, page.headings, language))
    return counts


def _referring(profiles: Profiles, case: Case) -> Profile:
    page = case.source
    return profiles.with_near(profiles.page(page.title, page.headings, case.language), page.near)


def _crawled(profiles: Profiles, case: Case) -> Profile:
    return profiles.page(case.target.title, case.target.headings, case.language)


def _unseen(profiles: Profiles, case: Case) -> Profile:
    name = quote("-".join(case.target.title.casefold().split()))
    return profiles.unseen(f"https://www.site.example/{name}.html", case.target.headings[:1])
