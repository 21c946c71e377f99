"""What pages of a site say because they are pages of that site: its template, its name, and its subject."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from xxhash import xxh3_64_intdigest

from link_index.urls import readable_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from link_index.rules.rule_file import Rules

Said = TypeVar("Said", int, str)

MAX_PAGES = 500  # of a site that are looked at
MAX_TEXT = 1000  # characters of a title or a heading
SHORTEST_IN_DOMAIN = 3  # letters of a word: shorter ones stand in many names by chance

_SEPARATOR = re.compile(r"\s[|–—\-·•»›~/:]{1,3}\s|[|｜：]|:\s")


class SitePage(NamedTuple):
    """What a page of a site says: the word of each stem, by the key of the text it stands in; and its site's name."""

    texts: Mapping[int, Mapping[str, str]]
    site_name: str = ""


class SiteWords(NamedTuple):
    """Of a site: the stems on most of its pages, the texts on most by their keys, and the stems in these that name it.

    A text is a segment of a title or a heading.
    """

    stems: frozenset[str]
    texts: frozenset[int]
    name: frozenset[str]


NO_SITE = SiteWords(frozenset(), frozenset(), frozenset())


def segments(title: str) -> list[str]:
    """The parts of a title, which is split at `|`, `:` and dashes: some are the same on all pages of a site."""
    return [each for each in _SEPARATOR.split(title[:MAX_TEXT]) if each]


def text_key(text: str) -> int:
    """Texts of one key are one text, but for case and spaces; never 0."""
    said = " ".join(text[:MAX_TEXT].casefold().split())
    return xxh3_64_intdigest(said.encode("utf-8", "surrogatepass")) or 1


def site_words(domain: str, pages: Iterable[SitePage], values: Rules) -> SiteWords:
    """What more than a share of the crawled pages of a registrable domain say; nothing while too few are known."""
    known = list(islice(pages, MAX_PAGES))
    if len(known) < values["template"]["pages"]:
        return NO_SITE
    least = values["template"]["share"] * len(known)
    stems = _on_more_than(least, ({stem for words in page.texts.values() for stem in words} for page in known))
    texts = _on_more_than(least, (page.texts for page in known))
    words = {
        stem: word for page in known for text in texts & page.texts.keys() for stem, word in page.texts[text].items()
    }
    site_name = Counter(page.site_name.casefold() for page in known).most_common(1)[0][0]
    return SiteWords(stems, texts, frozenset(stem for stem, word in words.items() if _names(word, domain, site_name)))


def _on_more_than(least: float, pages: Iterable[Iterable[Said]]) -> frozenset[Said]:
    found = Counter(each for page in pages for each in page)
    return frozenset(each for each, pages_with in found.items() if pages_with > least)


def _names(word: str, domain: str, site_name: str) -> bool:
    """Whether a word is part of a site's name, as the site tells it or as its domain has it, in one word or more."""
    in_domain = readable_label(domain.partition(".")[0]).replace("-", "")
    return word in site_name or (len(word) >= SHORTEST_IN_DOMAIN and word in in_domain)
