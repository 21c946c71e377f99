"""Says what kind of anchor a link has: how its words relate to its target, and why."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from link_index.anchors.generic_words import MAX_WORDS, ONLY_NUMBERS, only_stop_words, says_nothing
from link_index.anchors.naked_urls import naked_urls
from link_index.anchors.spellings import spellings
from link_index.language.language_tag import primary
from link_index.language.stems import stems
from link_index.language.words import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from link_index.anchors.target_words import Keywords, TargetWords

VERSION = 1
CLASSES = ("exact", "partial", "branded", "naked_url", "generic", "image", "empty", "other")

MAX_ANCHOR = 1000  # characters; the crawl keeps no longer ones
MAX_MEMO = 1024  # anchors that a target keeps
LEAST_SHARE = 4  # a match is partial if one in so many of the words that carry a theme is a keyword
LEAST_PART = 5  # letters that tell a part of a compound

_WITH_ANCHOR = {"text", "image", "area"}
_PICTURES = {"image", "area"}
_OF_PICTURES = {"exact", "partial", "branded", "naked_url"}  # classes that an alt can have
_COMPOUNDING = {"da", "de", "fi", "hu", "is", "nb", "nl", "nn", "no", "sv"}


class AnchorClass(NamedTuple):
    """One of CLASSES, and the reason in words."""

    name: str
    said: str


def anchor_class(anchor: str, link_type: str, target: TargetWords, language: str | None) -> AnchorClass:
    """The class of a link's anchor. `language` is that of the referring page as a primary subtag or None.

    The alt of an image counts as its anchor: it is `exact`, `partial`, `branded` or `naked_url` as a text would be,
    and `image` if it is none of these. Never raises, whatever the anchor holds. docs/anchors.md tells the rules.
    """
    key = (anchor, link_type, language)
    found = target.memo.get(key)
    if found is None:
        if len(target.memo) >= MAX_MEMO:
            target.memo.clear()
        found = target.memo[key] = _decided(anchor, link_type, target, language)
    return found


def _decided(anchor: str, link_type: str, target: TargetWords, language: str | None) -> AnchorClass:
    if link_type not in _WITH_ANCHOR:
        return AnchorClass("empty", f"a link of type {link_type} has no anchor")
    found = _of_text(anchor[:MAX_ANCHOR], target, primary(language))
    if link_type not in _PICTURES:
        return found
    if found.name in _OF_PICTURES:
        return AnchorClass(found.name, f"an image whose alt is {found.said}")
    if found.name == "empty":
        return AnchorClass("image", "an image without alt")
    return AnchorClass("image", f"an image whose alt is {found.said}")


def _of_text(anchor: str, target: TargetWords, language: str | None) -> AnchorClass:
    urls, text = naked_urls(anchor, target.domain)
    found = words(text, MAX_WORDS)
    if not found:
        if urls:
            return AnchorClass("naked_url", f"the URL or host of {urls[0]}")
        is_empty = all(unicodedata.category(sign)[0] in "CZM" for sign in anchor)
        return AnchorClass("empty", "empty") if is_empty else AnchorClass("generic", "signs without a word")
    tried = dict.fromkeys((language, target.language, "en")) if language or target.language else ()
    nothing = says_nothing(text, tried)
    if urls and nothing:
        return AnchorClass("naked_url", f"the URL or host of {urls[0]} with {nothing}")
    keywords = target.keywords(language)
    exact = _phrase(found, keywords)
    if exact and not urls and (not nothing or nothing == ONLY_NUMBERS):
        return AnchorClass("exact", f"the target's {exact}")
    if nothing:
        return AnchorClass("generic", nothing)
    return _of_words(found, target, keywords, is_named=target.domain in urls, tried=tuple(tried))


def _of_words(
    found: Sequence[str], target: TargetWords, keywords: Keywords, *, is_named: bool, tried: tuple[str | None, ...]
) -> AnchorClass:
    """Brand first, then what is left: brand and keyword are a partial match, brand and anything else is branded."""
    if target.brands.is_name(found):
        return AnchorClass("branded", "the target's brand")
    left, is_branded = target.brands.cut(found, target.kept)
    if not is_branded:
        left, is_branded = target.brands.cut_declined(found, keywords.language)
    shared = _shared(left, keywords)
    if shared:
        beside = " beside its brand" if is_branded or is_named else ""
        return AnchorClass("partial", f"with {', '.join(shared[:3])} of the target's keywords{beside}")
    if is_branded or is_named:
        return AnchorClass("branded", "the target's brand with other words")
    if only_stop_words(found, tried):
        return AnchorClass("generic", "only stop words")
    return AnchorClass("other", "none of the target's words")


def _phrase(found: Sequence[str], keywords: Keywords) -> str:
    """Which of the target's phrases the words are; "" if none."""
    for key in keywords.keys(found):
        if key in keywords.phrases:
            return keywords.phrases[key]
    return ""


def _shared(found: Sequence[str], keywords: Keywords) -> list[str]:
    """The words that are keywords of the target, if they are enough of the anchor."""
    content = keywords.themes(found)
    stemmed = stems(content, keywords.language)
    shared = [
        word
        for word, stem in zip(content, stemmed, strict=True)
        if stem in keywords.words or _is_in_other_spelling(word, keywords) or _is_part(word, keywords)
    ]
    return shared if len(shared) * LEAST_SHARE >= len(content) else []


def _is_in_other_spelling(word: str, keywords: Keywords) -> bool:
    return not word.isascii() and not keywords.words.isdisjoint(stems(spellings(word), keywords.language))


def _is_part(word: str, keywords: Keywords) -> bool:
    """Whether the word is part of a compound that is a keyword, or has one as a part (`Schuhe`, `Laufschuhe`)."""
    if keywords.language not in _COMPOUNDING or len(word) < LEAST_PART:
        return False
    return any(
        len(keyword) >= LEAST_PART and (keyword in word or (len(word) < keywords.longest and word in keyword))
        for keyword in keywords.words
    )
