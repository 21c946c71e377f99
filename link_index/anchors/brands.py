"""The brand of a target, from its domain and the name its site gives itself, and where an anchor names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from link_index.anchors.spellings import spellings
from link_index.language.stems import stems
from link_index.language.words import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MAX_NAME_WORDS = 6  # of a brand; longer names are slogans
_SHORTEST_IN_TEXT = 3  # letters a brand needs to be found among other words
_LONGEST_LABEL = 40
_PLAIN_ABBREVIATION = 5  # letters from which a name's shortening is no coincidence: `nytimes`
_WHOLE_WORD = 4

# Languages that decline names: `z Rowerowego Świata`.
_DECLINING = {"cs", "et", "fi", "hu", "lt", "pl", "ru", "sr", "tr"}


class Brands:
    """Spellings of a brand without their blanks: `The New York Times`, `nytimes`, `New-York-Times`."""

    __slots__ = ("_firsts", "_forms", "_label", "_names")

    def __init__(self, label: str, names: Iterable[Sequence[str]] = ()) -> None:
        self._label = "".join(words(label))[:_LONGEST_LABEL]
        self._forms = {self._label, *spellings(self._label)} - {""}
        self._firsts: set[str] = set()
        self._names: list[tuple[str, ...]] = [(self._label,)] if self._label else []
        for name in names:
            self.add(name)
        self._firsts.update(form[0] for form in self._forms)

    def add(self, name: Sequence[str]) -> None:
        """Take in another name of the same brand."""
        if 0 < len(name) <= MAX_NAME_WORDS:
            self._forms.update(_joined(name))
            self._names.append(tuple(name))
            self._firsts.update(form[0] for form in self._forms)

    def is_name(self, found: Sequence[str]) -> bool:
        """Whether the words are the brand and nothing else."""
        if not 0 < len(found) <= MAX_NAME_WORDS:
            return False
        return not self._forms.isdisjoint(_joined(found)) or self._is_abbreviated(found)

    def cut(self, found: Sequence[str], kept: frozenset[str] = frozenset()) -> tuple[list[str], bool]:
        """The words without the brand's, and whether there were any.

        A single word of `kept` is no brand here: the target is about it (`shoes` on shoes.example/running-shoes).
        """
        if not any(word[0] in self._firsts or not word.isascii() for word in found):
            return list(found), False
        left: list[str] = []
        at, was_there = 0, False
        while at < len(found):
            length = self._length_at(found, at, kept)
            if length:
                was_there = True
                at += length
            else:
                left.append(found[at])
                at += 1
        return left, was_there

    def cut_declined(self, found: Sequence[str], language: str | None) -> tuple[list[str], bool]:
        """The same for the brand in another case, in languages that decline names."""
        if language in _DECLINING:
            stemmed = stems(found, language)
            for name in self._names:
                ending = stems(name, language)
                for at in range(len(found) - len(name) + 1):
                    if sum(map(len, name)) >= _WHOLE_WORD and stemmed[at : at + len(name)] == ending:
                        return [*found[:at], *found[at + len(name) :]], True
        return list(found), False

    def shortens(self, name: Sequence[str]) -> bool:
        """Whether the domain is made of the beginnings of the name's words: `faz`, `nytimes`, `mit`."""
        return 1 < len(name) <= MAX_NAME_WORDS and _is_made_of(self._label, tuple(name))

    def _length_at(self, found: Sequence[str], at: int, kept: frozenset[str]) -> int:
        """How many words of the brand begin there; the longest name wins."""
        if found[at][0] not in self._firsts and found[at].isascii():
            return 0
        for length in range(min(MAX_NAME_WORDS, len(found) - at), 0, -1):
            part = found[at : at + length]
            if length == 1 and part[0] in kept:
                continue
            if any(len(form) >= _SHORTEST_IN_TEXT and form in self._forms for form in _joined(part)):
                return length
        return 0

    def _is_abbreviated(self, found: Sequence[str]) -> bool:
        """Stricter than `shortens`: of an anchor nobody said that it is a name."""
        return (
            len(self._label) >= _PLAIN_ABBREVIATION
            and any(len(word) >= _WHOLE_WORD and word in self._label for word in found)
            and self.shortens(found)
        )


def _joined(name: Sequence[str]) -> set[str]:
    joined = "".join(name)
    return {joined} if joined.isascii() else set(spellings(joined))


def _is_made_of(label: str, name: tuple[str, ...]) -> bool:
    """Whether beginnings of the words, in order, make the label; a short one may be left out (`of`, `the`)."""
    ends = {0}
    for word in name:
        after = set(ends) if len(word) <= 3 else set()
        for end in ends:
            length = 1
            while length <= len(word) and label.startswith(word[:length], end):
                after.add(end + length)
                length += 1
        ends = after
    return bool(label) and len(label) in ends
