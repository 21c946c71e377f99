"""Compares the themes of two pages."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

from link_index.rules.rule_file import rules
from link_index.theme.terms import is_pair

if TYPE_CHECKING:
    from collections.abc import Iterable

    from link_index.rules.rule_file import Rules
    from link_index.theme.profile import Profile

Pair = tuple[str, str]  # a stem of the first page and one of the second that are shared

METHOD = "shared-stems"
VERSION = 2


class Match(NamedTuple):
    """How well two themes match, 0 to 1, and the words they share, heaviest first, as the first page spells them.

    `score` is None where they cannot be compared; `why` says so then: `few_words` or `languages`.
    """

    score: float | None
    shared: list[str]
    why: str = ""


class Matcher:
    """Compares profiles by a set of rules (`link_index/rules/theme.toml`)."""

    def __init__(self, values: Rules | None = None) -> None:
        chosen = values or rules("theme")
        score = chosen["score"]
        self._of_site: float = chosen["template"]["weight"]
        self._half: float = score["half"]
        self._compound: float = score["compound"]
        self._unsure: float = score["unsure"]
        self._site: float = score["site"]
        self._near: float = score["near"]
        self._rich: float = score["rich"]
        self._least: int = score["least"]

    def match(self, source: Profile, target: Profile) -> Match:
        """How well the theme of a referring page (`Profiles.with_near`) matches that of its target."""
        a, b, one_language = in_one_language(source, target)
        pairs = self._shared(a, b)
        if a.site and b.site:
            pairs = [pair for pair in pairs if not _is_of_one_template(a, b, *pair)]
        if not pairs:
            if min(len(a.weights), len(b.weights)) < self._least:
                return Match(None, [], "few_words")
            return Match(0.0, []) if one_language else Match(None, [], "languages")
        evidence = sorted(((self._weight(a, b, *pair), _shorter(a, b, *pair)) for pair in pairs), reverse=True)
        shared = sum(weight for weight, _ in evidence)
        overlap = shared * shared / min(a.total, b.total, self._rich)
        score = overlap * overlap / (overlap * overlap + self._half * self._half)
        words = joined([word for _, word in evidence], a.words.values())
        most = self._most(a, b, pairs, words)
        if a.site or b.site:
            most = min(most, self._most_of_sites(a, b, pairs))
            score = max(score, self._least_of_sites(a, b, pairs))
        return Match(round(min(score, most), 2), words)

    def _most(self, a: Profile, b: Profile, pairs: list[Pair], words: list[str]) -> float:
        """What the match may score at most, for where the shared words stand and how many they are."""
        in_a_title = any(mine in a.title or other in b.title for mine, other in pairs)
        if not in_a_title or not (len(words) > 1 or _is_phrase(words[0])):
            return self._unsure
        return self._near if all(mine in a.near for mine, _ in pairs) else 1.0

    def _most_of_sites(self, a: Profile, b: Profile, pairs: list[Pair]) -> float:
        """What it may score for how many words are what a page says, not what all pages of its site say."""
        if all(mine in a.site and other in b.site for mine, other in pairs):
            return self._site
        if all(mine in a.site or other in b.site for mine, other in pairs):
            return self._unsure
        said = [pair for pair in pairs if not (a.site.get(pair[0]) or b.site.get(pair[1]))]
        return self._most(a, b, said, joined([_shorter(a, b, *pair) for pair in said], a.words.values()))

    def _least_of_sites(self, a: Profile, b: Profile, pairs: list[Pair]) -> float:
        """What it scores at least if both sites are about one thing, and both pages say so."""
        subject = [pair for pair in pairs if a.site.get(pair[0]) == 0 == b.site.get(pair[1])]
        return self._site * min(1.0, sum(self._weight(a, b, *pair) for pair in subject) / self._of_site)

    def _shared(self, a: Profile, b: Profile) -> list[Pair]:
        """The stems that both have, and those of words that are a part of the other page's word, as (of a, of b)."""
        whole = a.weights.keys() & b.weights.keys()
        pairs = [(stem, stem) for stem in whole]
        if a.parts or b.parts:
            parts = {a.parts[part]: part for part in a.parts.keys() & b.weights.keys()}
            parts |= {part: b.parts[part] for part in b.parts.keys() & a.weights.keys()}
            pairs += [(mine, other) for mine, other in parts.items() if mine not in whole and other not in whole]
        return pairs

    def _weight(self, a: Profile, b: Profile, mine: str, other: str) -> float:
        weight = sqrt(a.weights[mine] * b.weights[other])
        return weight if mine == other else weight * self._compound


def _is_of_one_template(a: Profile, b: Profile, mine: str, other: str) -> bool:
    """Whether both have the word from one text that is on most pages of both sites, as one software writes it."""
    text = a.site.get(mine)
    return bool(text) and text == b.site.get(other)


def _shorter(a: Profile, b: Profile, mine: str, other: str) -> str:
    """Of a compound and its part the part; else the word as the first page spells it."""
    return a.words[mine] if mine == other else min(a.words[mine], b.words[other], key=len)


def joined(words: list[str], text: Iterable[str]) -> list[str]:
    """The words, with pairs of characters that overlap in the text put together: `自動` and `動車` are one word."""
    if not any(map(is_pair, words)):
        return words
    found = set(words)
    runs: list[str] = []
    before = ""
    for word in text:
        if word in found and is_pair(word):
            if before and before[-1] == word[0]:
                runs[-1] += word[1]
            else:
                runs.append(word)
            before = word
        else:
            before = ""
    return runs + [word for word in words if not is_pair(word)]


def _is_phrase(word: str) -> bool:
    """Four characters without spaces are two words as a rule."""
    return len(word) >= 4 and is_pair(word[:2])


def in_one_language(a: Profile, b: Profile) -> tuple[Profile, Profile, bool]:
    """Both with stems of one language, and whether it is one: a page of which nothing is known is read in the other's.

    Of pages in two languages, words as they are written are compared: names are the same in many.
    """
    if a.language == b.language:
        return a, b, True
    if a.language is None:
        return a.spelled(b.language), b, True
    if b.language is None:
        return a, b.spelled(a.language), True
    return a.spelled(None), b.spelled(None), False
