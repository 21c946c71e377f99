"""The theme of a page as a bag of weighted stems: prepared once, compared for each link."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

from link_index.language.guess import guess
from link_index.language.stems import stems
from link_index.language.stop_words import stop_words
from link_index.rules.rule_file import rules
from link_index.theme.compounds import compound_parts
from link_index.theme.site_words import NO_SITE, SitePage, SiteWords, segments, text_key
from link_index.theme.terms import MAX_REMEMBERED, Terms, is_pair
from link_index.urls import readable_label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from link_index.rules.rule_file import Rules
    from link_index.theme.idf_table import IdfTable

MAX_HEADINGS = 20
MAX_ANCHORS = 100
MAX_URL = 2083


class Profile:
    """A weight above 0 and up to 1 by stem, the word that each stem stands for, and the language; not to be changed.

    `title` are the stems that stand where a page says what it is about, `near` those that stand near a link alone;
    `parts` the beginnings and ends of long words in languages that write compounds as one word, each with its stem.
    `site` are the stems that most pages of its site have: each with the key of the text that most pages have too, or
    with 0 if the page says it in a text of its own. `total` is the weight of all words but the former.
    """

    __slots__ = ("language", "near", "parts", "site", "title", "total", "weights", "words")

    def __init__(
        self,
        language: str | None,
        weights: dict[str, float],
        words: dict[str, str],
        title: frozenset[str],
        near: frozenset[str] = frozenset(),
        parts: dict[str, str] | None = None,
        site: dict[str, int] | None = None,
    ) -> None:
        self.language = language
        self.weights = weights
        self.words = words
        self.title = title
        self.near = near
        self.site = site or {}
        of_template = sum(weights[stem] for stem, text in site.items() if text) if site else 0.0
        self.total = (sum(weights.values()) - of_template) or of_template
        self.parts = compound_parts(weights, language) if parts is None else parts

    def __repr__(self) -> str:
        return f"Profile({self.language}, {self.weights})"

    def spelled(self, language: str | None) -> Profile:
        """The same with the stems that its words have in another language, without its stop words; words for None."""
        dropped = stop_words(language)
        kept = {stem: word for stem, word in self.words.items() if word not in dropped}
        other = dict(zip(kept, stems(kept.values(), language), strict=True))
        return Profile(
            language,
            {other[stem]: self.weights[stem] for stem in kept},
            {other[stem]: word for stem, word in kept.items()},
            frozenset(other[stem] for stem in self.title & kept.keys()),
            frozenset(other[stem] for stem in self.near & kept.keys()),
            site={other[stem]: text for stem, text in self.site.items() if stem in kept},
        )


def language_of(title: str, headings: Iterable[str], declared: str | None) -> str | None:
    """The language a page declares (`language_tag.primary`), unless its words make clear that it is another one."""
    return guess(" . ".join((title, *headings)), declared)


class _Bag(NamedTuple):
    """What a profile is made of while its texts are read."""

    weights: dict[str, float]
    words: dict[str, str]
    site: dict[str, int]


class Profiles:
    """Makes profiles by a set of rules (`link_index/rules/theme.toml`) and the word counts of an index."""

    def __init__(self, idf: IdfTable | None = None, values: Rules | None = None) -> None:
        self._rules = values or rules("theme")
        self._fields: dict[str, float] = self._rules["fields"]
        self._template: dict[str, float] = self._rules["template"]
        self._idf = idf
        self._weight = lru_cache(MAX_REMEMBERED)(self._full_weight)
        self.terms = Terms(self._rules)

    def page(
        self, title: str, headings: Iterable[str] = (), language: str | None = None, site: SiteWords = NO_SITE
    ) -> Profile:
        """The theme of a crawled page; `language` as it declares it (`language_tag.primary`).

        `site` holds what most pages of its site say (`site_words`).
        """
        headings = list(headings)[:MAX_HEADINGS]
        titles = segments(title) if site.texts else [title]
        texts = [*(("title", each) for each in titles), *(("heading", heading) for heading in headings)]
        return self._profile(texts, language_of(title, headings, language), site)

    def unseen(self, url: str, anchors: Iterable[str] = (), language: str | None = None) -> Profile:
        """The theme of a target that was not crawled: the words of its URL, and one anchor of each other domain."""
        anchors = [anchor for anchor in list(anchors)[:MAX_ANCHORS] if not _is_url(anchor)]
        texts = [("url", url_words(url)), *(("anchor", anchor) for anchor in anchors)]
        return self._profile(texts, guess(" . ".join(anchors), language), NO_SITE)

    def with_near(self, page: Profile, near: str, site: SiteWords = NO_SITE) -> Profile:
        """The theme of a referring page at one of its links: `near` is the text around it."""
        if not near:
            return page
        bag = _Bag(dict(page.weights), dict(page.words), dict(page.site))
        self._add(bag, "near", near, page.language, site)
        alone = frozenset(bag.weights.keys() - page.weights.keys())
        parts = compound_parts(alone, page.language) | page.parts
        return Profile(page.language, bag.weights, bag.words, page.title, alone, parts, bag.site)

    def stems(self, title: str, headings: Iterable[str], language: str | None) -> list[str]:
        """The stems of a page, as `DomainCounts` takes them."""
        headings = list(headings)[:MAX_HEADINGS]
        language = language_of(title, headings, language)
        return [stem for text in (title, *headings) for stem, _ in self.terms.of(text, language)]

    def site_page(self, title: str, headings: Iterable[str], language: str | None, site_name: str = "") -> SitePage:
        """A page as `site_words` takes it."""
        headings = list(headings)[:MAX_HEADINGS]
        language = language_of(title, headings, language)
        texts = (*segments(title), *headings)
        return SitePage({text_key(text): dict(self.terms.of(text, language)) for text in texts}, site_name)

    def _profile(self, texts: list[tuple[str, str]], language: str | None, site: SiteWords) -> Profile:
        bag, title = _Bag({}, {}, {}), set[str]()
        for field, text in texts:
            self._add(bag, field, text, language, site)
            if field != "heading":
                title.update(bag.weights)
        weights, words = bag.weights, bag.words
        most = self._rules["words"]["most"]
        if len(weights) > most:
            heaviest = sorted(weights, key=weights.__getitem__, reverse=True)[:most]
            weights = {stem: weights[stem] for stem in heaviest}
            words = {stem: words[stem] for stem in heaviest}
        of_site = {stem: text for stem, text in bag.site.items() if stem in weights}
        return Profile(language, weights, words, frozenset(title & weights.keys()), site=of_site)

    def _add(self, bag: _Bag, field: str, text: str, language: str | None, site: SiteWords) -> None:
        """Each place where a word stands takes its share of what the word lacks to its full weight."""
        weights, words, of_site = bag
        share, weight = self._fields[field], self._weight
        terms = dict(self.terms.of(text, language))
        if site.stems:
            terms = self._told_by_site(bag, terms, field, text, language, site)
        for stem, word in terms.items():
            if stem not in words:
                words[stem] = word
            full = weight(stem, language)
            if stem in of_site:
                full *= self._template["weight"]
            had = weights.get(stem, 0.0)
            weights[stem] = had + (full - had) * share

    def _told_by_site(
        self, bag: _Bag, terms: dict[str, str], field: str, text: str, language: str | None, site: SiteWords
    ) -> dict[str, str]:
        """The terms but those that only say which site it is; those that tell what the site is about are noted."""
        key = text_key(text)
        if key in site.texts:
            terms = {
                stem: word
                for stem, word in terms.items()
                if stem not in site.name and not self._is_common(stem, language)
            }
            for stem in terms:
                bag.site.setdefault(stem, key)
        elif field == "near":  # it may be a part of the template too: it makes nothing the page's own
            terms = {stem: word for stem, word in terms.items() if stem not in site.name or stem in bag.weights}
            for stem in terms.keys() & site.stems:
                bag.site.setdefault(stem, 0)
        else:
            bag.site.update(dict.fromkeys(terms.keys() & site.stems, 0))
        return terms

    def _is_common(self, stem: str, language: str | None) -> bool:
        return self._idf is not None and self._idf.share(stem, language) > self._template["common"]

    def _full_weight(self, stem: str, language: str | None) -> float:
        weight = self._idf.weight(stem, language) if self._idf else 1.0
        return weight * self._rules["words"]["pair"] if is_pair(stem) else weight


_URL = re.compile(r"\s*(?:https?:)?(?://)?[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}(?:/\S*)?\s*")


def _is_url(anchor: str) -> bool:
    return bool(_URL.fullmatch(anchor[:MAX_URL]))


def url_words(url: str) -> str:
    """The text in a URL: the name its domain has without the suffix, and its path, decoded."""
    try:
        parts = urlsplit(url[:MAX_URL])
    except ValueError:
        return ""
    labels = (parts.hostname or "").split(".")
    host = " ".join(map(readable_label, labels[:-1])) if not labels[-1].isdigit() else ""
    return f"{host} {unquote(parts.path)}".replace("_", " ")
