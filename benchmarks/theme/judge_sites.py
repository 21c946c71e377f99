"""Scores the pairs of the labelled sites as the product would."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmarks.theme import cases
from benchmarks.theme.sites import SITE_LANGUAGES, SITES, Page, Site, SitePair, site_pairs, sites
from link_index.rules.rule_file import rules
from link_index.theme.idf_table import DomainCounts
from link_index.theme.match import Match, Matcher
from link_index.theme.profile import Profile, Profiles
from link_index.theme.site_words import site_words

if TYPE_CHECKING:
    from pathlib import Path

    from link_index.theme.idf_table import IdfTable


class JudgedSites(NamedTuple):
    """A pair of pages and what the product says."""

    pair: SitePair
    match: Match

    @property
    def score(self) -> float:
        """0 where the pages cannot be compared."""
        return self.match.score or 0.0


def judge_sites(folder: Path = SITES) -> list[JudgedSites]:
    """All pairs. How rare words are is counted on all these sites and on the pages of the other labelled pairs."""
    webs = [web for language in SITE_LANGUAGES for web in sites(language, folder)]
    profiles, matcher = Profiles(_counts(webs)), Matcher()
    found = []
    for web in webs:
        themes = {site.domain: _themes(profiles, site) for site in web}
        for pair in site_pairs(web):
            source, target = themes[pair.source_site.domain], themes[pair.target_site.domain]
            found.append(JudgedSites(pair, matcher.match(source[pair.source.title], target[pair.target.title])))
    return found


def _themes(profiles: Profiles, site: Site) -> dict[str, Profile]:
    read = (profiles.site_page(page.title, page.headings, site.language, site.name) for page in site.pages)
    words = site_words(site.domain, read, rules("theme"))
    return {page.title: profiles.page(page.title, page.headings, site.language, words) for page in site.pages}


def _counts(webs: list[list[Site]]) -> IdfTable:
    counts, profiles = DomainCounts(), Profiles()

    def add(domain: str, language: str, page: Page | cases.Page) -> None:
        counts.add(domain, language, profiles.stems(page.title, page.headings, language))

    for site in (site for web in webs for site in web):
        for page in site.pages:
            add(site.domain, site.language, page)
    for number, case in enumerate(case for language in cases.LANGUAGES for case in cases.cases(language)):
        add(f"source{number}.example", case.language, case.source)
        add(f"target{number}.example", case.language, case.target)
    return counts.table()
