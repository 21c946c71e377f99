"""Scores links a batch at a time: theme, class of the anchor, sitewide or not, redirection script, value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from link_index.anchors.anchor_class import anchor_class
from link_index.anchors.target_words import target_words
from link_index.redirect_scripts.redirect_script import redirect_script
from link_index.scoring.facts_builder import link_facts
from link_index.scoring.known_targets import known_targets
from link_index.scoring.page_themes import final_url

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pymongo.database import Database

    from link_index.documents import Document
    from link_index.graph.web_arrays import WebArrays
    from link_index.scoring.known_targets import KnownTarget
    from link_index.scoring.link_value import LinkValue
    from link_index.scoring.page_themes import PageThemes
    from link_index.scoring.referring_pages import ReferringPage, ReferringPages
    from link_index.scoring.sitewide import SitewideLinks
    from link_index.theme.profile import Profile

Scores = dict[str, Any]


class LinkScorer:
    """Holds what all batches need."""

    def __init__(
        self,
        db: Database[Document],
        web: WebArrays,
        referring: ReferringPages,
        sitewide: SitewideLinks,
        themes: PageThemes,
        value: LinkValue,
    ) -> None:
        self._db, self._web, self._referring, self._sitewide = db, web, referring, sitewide
        self._themes, self._value = themes, value

    def scores(self, links: Sequence[Mapping[str, Any]]) -> list[Scores]:
        """The `scores` of each of these links, but for the number of the run."""
        keys = [link["target_key"] for link in links]
        numbers = self._web.index_of(keys)
        domains = self._web.domain_index_of([link["source_domain"] for link in links])
        targets = known_targets(self._db, keys, self._web.links_of(keys, numbers))
        batch = _Batch(self._themes, self._value, self._referring.of(links), targets)
        sitewide = self._sitewide.are(numbers, domains).tolist()
        return [batch.scores(link, is_sitewide=every) for link, every in zip(links, sitewide, strict=True)]


class _Batch:
    """What the links of a batch have in common: pages and targets are looked at once."""

    def __init__(
        self,
        themes: PageThemes,
        value: LinkValue,
        pages: Mapping[str, ReferringPage],
        targets: Mapping[str, KnownTarget],
    ) -> None:
        self._themes, self._value, self._pages, self._targets = themes, value, pages, targets
        self._page_themes: dict[str, Profile] = {}
        self._target_themes: dict[tuple[str, str], Profile] = {}
        self._words: dict[str, Any] = {}

    def scores(self, link: Mapping[str, Any], *, is_sitewide: bool) -> Scores:
        target = self._targets[link["target_key"]]
        scores: Scores = {"anchor": self._anchor(link, target)}
        theme = self._theme(link, target)
        if theme is not None:
            scores["theme"] = round(theme, 2)
        if is_sitewide:
            scores["sitewide"] = True
        if script := redirect_script(link["target_url"]):
            scores["script"] = {"rule": script.rule} | ({"target": script.target} if script.target else {})
        if status := target.errors.get(final_url(link)):
            scores["target_status"] = status
        facts = link_facts(link, scores, self._pages[link["source_url"]].referrer, target.language)
        return scores | {"value": self._value.value(facts)}

    def _anchor(self, link: Mapping[str, Any], target: KnownTarget) -> str:
        key = link["target_key"]
        words = self._words.get(key)
        if words is None:
            words = self._words[key] = target_words(final_url(link), target.page)
        language = self._pages[link["source_url"]].referrer.language
        return anchor_class(link["anchor"], link["link_type"], words, language).name

    def _theme(self, link: Mapping[str, Any], target: KnownTarget) -> float | None:
        source = link["source_url"]
        page = self._page_themes.get(source)
        if page is None:
            page = self._themes.of_page(self._pages[source].page, link["source_domain"])
            self._page_themes[source] = page
        here = self._themes.at_link(page, link)
        return self._themes.matcher.match(here, self._target_theme(link, target)).score

    def _target_theme(self, link: Mapping[str, Any], target: KnownTarget) -> Profile:
        """Of a page that was not crawled it depends on who links: one's own anchor says nothing of the target."""
        whose = (link["target_key"], "" if target.page is not None else link["source_domain"])
        theme = self._target_themes.get(whose)
        if theme is None:
            theme = self._themes.of_target(link, target)
            self._target_themes[whose] = theme
        return theme
