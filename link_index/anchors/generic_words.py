"""Words that say nothing of a target (`click here`, `weiterlesen`), by language, out of words/<language>.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from link_index.language.stop_words import stop_words
from link_index.language.words import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SPACELESS = {"ja", "ko", "th", "zh"}  # `words` gives pairs of characters: those of a phrase say as little as it does
_SAME = {"nb": "no", "nn": "no"}


class GenericWords(NamedTuple):
    """One language's lists, spelled as `words` spells them."""

    phrases: frozenset[str]  # whole anchors, their words joined by blanks
    words: frozenset[str]
    stop_words: frozenset[str]
    fillers: frozenset[str]  # of these two, `words` and `stop_words`
    common: frozenset[str]  # words that are no match by themselves


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
    joined = frozenset(" ".join(phrase) for phrase in phrases)
    return GenericWords(joined, frozenset(said), stops, stops | said, _spelled(lists.get("common", ())))


def says_nothing(found: Sequence[str], tried: Iterable[str | None]) -> str:
    """Why an anchor of these words says nothing of any target, in one of the languages; "" if it may say something.

    Without any known language all lists are tried, and stop words alone do not count: `die` is one in German.
    """
    phrase = " ".join(found)
    known = [language for language in tried if language]
    for language in known or languages():
        lists = generic_words(language)
        if phrase in lists.phrases:
            return f"a generic phrase ({language})"
        if lists.fillers.issuperset(found) and not lists.words.isdisjoint(found):
            return f"only generic words ({language})"
    return "only numbers" if "".join(found).isdecimal() else ""


def only_stop_words(found: Sequence[str], tried: Iterable[str | None]) -> bool:
    """Whether one of the languages has all of the words among its stop words."""
    return any(language and generic_words(language).stop_words.issuperset(found) for language in tried)


@cache
def _lists(name: str) -> dict[str, list[str]]:
    return tomllib.loads(files(__package__).joinpath("words", f"{name}.toml").read_text("utf-8"))


def _spelled(entries: Iterable[str]) -> frozenset[str]:
    return frozenset(word for entry in entries for word in words(entry))
