"""Words that say nothing of a target (`click here`, `weiterlesen`), by language, out of words/<language>.toml."""

from __future__ import annotations

import tomllib
import unicodedata
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from link_index.language.stems import stems
from link_index.language.stop_words import stop_words
from link_index.language.words import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ONLY_NUMBERS = "only numbers"

MAX_WORDS = 60  # of an anchor
MAX_PUT_TOGETHER = 60  # characters

_SPACELESS = {"ja", "ko", "th", "zh"}  # `words` gives pairs of characters: those of a phrase say as little as it does
_SAME = {"nb": "no", "nn": "no"}


class GenericWords(NamedTuple):
    """One language's lists, spelled as `words` spells them."""

    phrases: frozenset[str]  # whole anchors, their words joined by blanks
    words: frozenset[str]
    stop_words: frozenset[str]
    fillers: frozenset[str]  # of these two, `words` and `stop_words`
    common: frozenset[str]  # words that are no match by themselves
    stems: frozenset[str]  # of `words` and `common`
    pieces: frozenset[str]  # of a language without blanks: texts that an anchor may be put together of


@cache
def languages() -> tuple[str, ...]:
    """The languages there are lists for."""
    names = (file.name for file in files(__package__).joinpath("words").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@cache
def generic_words(language: str | None) -> GenericWords:
    """The lists of a language (`language_tag.primary`); where there is no list, its stop words alone."""
    name = _SAME.get(language or "", language or "")
    lists = _lists(name) if name in languages() else {}
    phrases = [words(phrase) for phrase in lists.get("phrases", ())]
    said = _spelled(lists.get("words", ()))
    if name in _SPACELESS:
        said |= {word for phrase in phrases for word in phrase}
    stops = stop_words(name)
    common = _spelled(lists.get("common", ()))
    return GenericWords(
        frozenset(" ".join(phrase) for phrase in phrases),
        frozenset(said),
        stops,
        stops | said,
        common,
        frozenset(stems([*said, *common], name)),
        _pieces(lists) if name in _SPACELESS else frozenset(),
    )


def says_nothing(text: str, tried: Iterable[str | None]) -> str:
    """Why a text says nothing of any target, in one of the languages; "" if it may say something.

    Without any known language all lists are tried, and stop words alone do not count: `die` is one in German. Two words
    and more that are generic in any language are generic on pages of all.
    """
    found = words(text, MAX_WORDS)
    phrase = " ".join(found)
    known = [language for language in tried if language]
    for language in known or languages():
        lists = generic_words(language)
        if phrase in lists.phrases:
            return f"a generic phrase ({language})"
        if lists.fillers.issuperset(found) and not lists.words.isdisjoint(found):
            return f"only generic words ({language})"
        if lists.pieces and len(text) <= MAX_PUT_TOGETHER and _is_put_together(_compact(text), lists.pieces):
            return f"only generic words ({language})"
    if "".join(found).isdecimal():
        return ONLY_NUMBERS
    return _elsewhere(found, phrase) if len(found) > 1 and _everywhere().issuperset(found) else ""


def _elsewhere(found: Sequence[str], phrase: str) -> str:
    for language in languages():
        lists = generic_words(language)
        if phrase in lists.phrases or lists.words.issuperset(found):
            return f"a generic phrase ({language})"
    return ""


@cache
def _everywhere() -> frozenset[str]:
    """Every generic word of every language, and the words of every phrase."""
    lists = [generic_words(language) for language in languages()]
    return frozenset().union(*(known.words for known in lists), *(p.split() for known in lists for p in known.phrases))


def _is_put_together(text: str, pieces: frozenset[str]) -> bool:
    """Whether the text is a row of pieces."""
    longest = max(map(len, pieces))
    ends = {0}
    for end in range(1, len(text) + 1):
        if any(start in ends and text[start:end] in pieces for start in range(max(0, end - longest), end)):
            ends.add(end)
    return bool(text) and len(text) in ends


def _compact(text: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def _pieces(lists: dict[str, list[str]]) -> frozenset[str]:
    return frozenset(_compact(entry) for name in ("words", "phrases") for entry in lists.get(name, ()))


def only_stop_words(found: Sequence[str], tried: Iterable[str | None]) -> bool:
    """Whether one of the languages has all of the words among its stop words."""
    return any(language and generic_words(language).stop_words.issuperset(found) for language in tried)


@cache
def _lists(name: str) -> dict[str, list[str]]:
    return tomllib.loads(files(__package__).joinpath("words", f"{name}.toml").read_text("utf-8"))


def _spelled(entries: Iterable[str]) -> frozenset[str]:
    return frozenset(word for entry in entries for word in words(entry))
