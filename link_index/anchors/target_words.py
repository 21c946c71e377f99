"""What a target is about and what it is called: keywords of its title, headings and URL, the brand of its site."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from link_index.anchors.brands import Brands
from link_index.anchors.generic_words import ONLY_NUMBERS, generic_words, says_nothing
from link_index.anchors.page_titles import read_title
from link_index.anchors.spellings import spellings
from link_index.language.guess import guess
from link_index.language.language_tag import primary
from link_index.language.stems import stems
from link_index.language.words import words
from link_index.urls import readable_label, target

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from link_index.anchors.anchor_class import AnchorClass

MAX_HEADINGS = 20
MAX_HEADING_WORDS = 25
MAX_SEGMENTS = 8  # of a path, from its end
MAX_PHRASE_WORDS = 40

# Words of paths that are no subject, beside the generic words of English.
_PATH_WORDS = frozenset(
    words(
        "index default html htm php asp aspx jsp cgi www amp category categories tag tags product products item items"
        " node wp content id p wiki question questions en de fr es it pt nl pl sv ru tr ja zh cs us uk gb"
    )
)
_FILE_ENDING = re.compile(
    r"\.(?:[sx]?html?|php\d?|aspx?|jspx?|cfm|cgi|pl|pdf|docx?|txt|md|xml|json|jpe?g|png|gif)$", re.IGNORECASE
)
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SERIAL = re.compile(r"[0-9]+|[0-9a-f]{8,}|[a-z]{1,2}[0-9]{3,}")  # numbers and hashes of a database

Phrase = tuple[str, list[str]]  # where it stands, its words


class Keywords:
    """A target's words in the stems of one language: whole phrases by key, and single keywords."""

    __slots__ = ("_skipped", "_skipped_stems", "language", "longest", "phrases", "words")

    def __init__(self, phrases: Iterable[Phrase], single: Sequence[str], language: str | None) -> None:
        self.language = language
        lists = (generic_words(language), generic_words("en"))
        self._skipped = lists[0].fillers | lists[1].fillers | lists[1].common
        self._skipped_stems = lists[0].stems
        if not self.themes(single):  # a target about prices has no other word than a common one
            self._skipped = lists[0].fillers | lists[1].fillers
            self._skipped_stems = frozenset()
        self.phrases: dict[str, str] = {}
        for said, found in phrases:
            for key in self.keys(found):
                self.phrases.setdefault(key, said)
        self.words: set[str] = set()
        for spelling in dict.fromkeys(spelling for word in self.themes(single) for spelling in spellings(word)):
            self.words.update(stems((spelling,), language))
        self.longest = max(map(len, self.words), default=0)

    def themes(self, found: Iterable[str]) -> list[str]:
        """The words that carry a theme: no stop words, generic or common words, numbers, single letters."""
        told = [word for word in found if word not in self._skipped and len(word) > 1 and not word.isdecimal()]
        if self._skipped_stems.isdisjoint(stemmed := stems(told, self.language)):
            return told
        return [word for word, stem in zip(told, stemmed, strict=True) if stem not in self._skipped_stems]

    def keys(self, found: Sequence[str]) -> list[str]:
        """What equal phrases have in common: the stems of all but stop words, in any order; one key a spelling."""
        stops = generic_words(self.language).stop_words
        content = [word for word in found if word not in stops] or found
        if all(map(str.isascii, content)):
            return [" ".join(sorted(stems(content, self.language)))]
        spelled = zip(*(_three(spellings(word)) for word in content), strict=True)
        return list(dict.fromkeys(" ".join(sorted(stems(kind, self.language))) for kind in spelled))


class TargetWords:
    """What anchors of one target are held against. Made by `target_words`; `memo` keeps what was decided."""

    __slots__ = ("_by_language", "_phrases", "_single", "brands", "domain", "kept", "language", "memo")

    def __init__(
        self,
        domain: str,
        language: str | None,
        brands: Brands,
        phrases: list[Phrase],
        single: list[str],
        kept: frozenset[str],
    ) -> None:
        self.domain = domain
        self.language = language
        self.brands = brands
        self.kept = kept  # words of the URL: no brand among other words, although they may be part of one
        self.memo: dict[tuple[str, str, str | None], AnchorClass] = {}
        self._phrases = phrases
        self._single = single
        self._by_language: dict[str | None, Keywords] = {}

    def keywords(self, language: str | None) -> Keywords:
        """Its words in the stems of its own language; where that is unknown, of the anchor's."""
        chosen = self.language or language
        found = self._by_language.get(chosen)
        if found is None:
            found = self._by_language[chosen] = Keywords(self._phrases, self._single, chosen)
        return found


def target_words(target_url: str, page: Mapping[str, Any] | None = None) -> TargetWords:
    """The words of a target: a URL as the index holds it, and its `pages` document if it was crawled.

    Phrases that an anchor can equal: the title without the site's name, its parts, the first heading, the last part
    of the path, and other headings of keywords alone. Keywords: words of title, first heading and path, and those of
    two other headings. What says nothing of any target (`Home`) is none.
    """
    page = page or {}
    parsed = target(target_url)
    path = _path(parsed.url)
    label = parsed.domain.partition(".")[0] if parsed.domain.islower() else ""
    site_name = words(_text(page, "site_name"), limit=12)
    brands = Brands(readable_label(label), [site_name, site_name[:-1] if _ends_as(site_name, parsed.domain) else ()])
    about = frozenset(word for segment in path for word in segment)
    title = read_title(_text(page, "title"), brands, site_name, about)
    for name in title.names:
        brands.add(name)
    headings = [words(str(text), MAX_HEADING_WORDS) for text in list(page.get("headings") or ())[:MAX_HEADINGS]]
    language = primary(_text(page, "language")) or _guessed(page)
    tried = (language, "en")

    phrases: list[Phrase] = [("title", title.whole), *(("title", part) for part in title.parts)]
    phrases += [("first heading", found) for found in headings[:1]]
    phrases += [("URL", segment) for segment in [*path[-1:], _as_written(parsed.url)]]
    phrases = [(said, brands.cut(found, about)[0]) for said, found in phrases]
    single = [word for found in [*(found for _, found in phrases), *path, _repeated(headings[1:])] for word in found]
    known = set(single)
    phrases += [("heading", found) for found in headings[1:] if known.issuperset(found)]
    subject = [
        (said, found[:MAX_PHRASE_WORDS])
        for said, found in phrases
        if found and says_nothing(" ".join(found), tried) in ("", ONLY_NUMBERS)
    ]
    return TargetWords(parsed.domain, language, brands, subject, single, about)


def _path(url: str) -> list[list[str]]:
    """The words of each part of the path that has a subject."""
    segments = url.partition("://")[2].partition("?")[0].split("/")[1:][-MAX_SEGMENTS:]
    read = (_segment(segment) for segment in segments)
    return [segment for segment in read if segment]


def _as_written(url: str) -> list[str]:
    """The words of the last part with capitals inside of words left as they are: `JavaScript`."""
    text = unquote(url.partition("://")[2].partition("?")[0].rpartition("/")[2], errors="replace")
    return words(_FILE_ENDING.sub("", text), MAX_PHRASE_WORDS) if _HUMP.search(text) else []


def _segment(segment: str) -> list[str]:
    text = _FILE_ENDING.sub("", unquote(segment, errors="replace"))
    found = [word for word in words(_HUMP.sub(" ", text), MAX_PHRASE_WORDS) if not _SERIAL.fullmatch(word)]
    empty = _PATH_WORDS | generic_words("en").words
    return [] if empty.issuperset(found) else found


def _repeated(headings: list[list[str]]) -> list[str]:
    seen: set[str] = set()
    repeated: set[str] = set()
    for heading in headings:
        repeated |= seen.intersection(heading)
        seen.update(heading)
    return sorted(repeated)


def _ends_as(name: list[str], domain: str) -> bool:
    """Whether a site calls itself by its domain: `Booking.com`."""
    return len(name) > 1 and name[-1] == domain.rpartition(".")[2]


def _text(page: Mapping[str, Any], field: str) -> str:
    value = page.get(field)
    return value if isinstance(value, str) else ""


def _guessed(page: Mapping[str, Any]) -> str | None:
    text = " ".join([_text(page, "title"), *(str(heading) for heading in (page.get("headings") or ())[:MAX_HEADINGS])])
    return guess(text) if text.strip() else None


def _three(spelled: tuple[str, ...]) -> tuple[str, str, str]:
    return spelled[0], spelled[len(spelled) // 2], spelled[-1]
