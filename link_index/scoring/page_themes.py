"""The themes of the pages that a run meets, told from what all pages of their site say."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from link_index.language.language_tag import primary
from link_index.rules.rule_file import rules
from link_index.theme.match import Matcher
from link_index.theme.profile import Profiles
from link_index.theme.site_words import MAX_PAGES, NO_SITE, SiteWords, site_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pymongo.database import Database

    from link_index.documents import Document
    from link_index.scoring.known_targets import KnownTarget
    from link_index.theme.idf_table import IdfTable
    from link_index.theme.match import Match
    from link_index.theme.profile import Profile
    from link_index.theme.site_words import SitePage

SITES = 50_000  # whose words are remembered
_FIELDS = {"title": 1, "headings": 1, "language": 1, "site_name": 1}


class PageThemes:
    """Profiles of pages as the index stores them."""

    def __init__(self, db: Database[Document], idf: IdfTable | None, pages_of: Callable[[str], int]) -> None:
        """`pages_of` says how many pages of a domain were crawled: most have too few to tell what all pages say."""
        self._db, self._pages_of = db, pages_of
        self._rules = rules("theme")
        self.profiles = Profiles(idf, self._rules)
        self.matcher = Matcher(self._rules)
        self.site = lru_cache(SITES)(self._site)

    def of_page(self, page: Mapping[str, Any], domain: str) -> Profile:
        title, headings = page.get("title", ""), page.get("headings", ())
        return self.profiles.page(title, headings, primary(page.get("language")), self.site(domain))

    def at_link(self, page: Profile, link: Mapping[str, Any]) -> Profile:
        """A referring page's theme at one of its links: the text near it counts; its anchor is made to fit."""
        near = " ".join((link["text_before"], link["text_after"]))
        return self.profiles.with_near(page, near, self.site(link["source_domain"]))

    def of_target(self, link: Mapping[str, Any], known: KnownTarget) -> Profile:
        """Of the target's page, else of its URL and the anchors that others than this referring domain give it."""
        if known.page is not None:
            return self.of_page(known.page, link["target_domain"])
        others = {each.domain: each.text for each in known.anchors if each.domain != link["source_domain"]}
        return self.profiles.unseen(final_url(link), others.values())

    def match(self, link: Mapping[str, Any], page: Mapping[str, Any], known: KnownTarget) -> Match:
        """How well the themes of a link's two pages match."""
        here = self.at_link(self.of_page(page, link["source_domain"]), link)
        return self.matcher.match(here, self.of_target(link, known))

    def _site(self, domain: str) -> SiteWords:
        if self._pages_of(domain) < self._rules["template"]["pages"]:
            return NO_SITE
        pages = self._db["pages"].find({"domain": domain, "outcome": "page"}, _FIELDS).limit(MAX_PAGES)
        return site_words(domain, map(self._site_page, pages), self._rules)

    def _site_page(self, page: Mapping[str, Any]) -> SitePage:
        title, headings = page.get("title", ""), page.get("headings", ())
        return self.profiles.site_page(title, headings, primary(page.get("language")), page.get("site_name", ""))


def final_url(link: Mapping[str, Any]) -> str:
    """The URL a link ends at."""
    final: str = link.get("final_url", link["target_url"])
    return final
