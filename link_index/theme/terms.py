"""The words of a text that can carry a theme, as stems, each with the word as the text has it."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from link_index.language.stems import stems
from link_index.language.stop_words import stop_words
from link_index.language.words import words

if TYPE_CHECKING:
    from link_index.rules.rule_file import Rules

MAX_TEXT = 1000  # characters of a title, a heading or a context that are read
MAX_REMEMBERED = 1 << 17  # words, some 20 MB: most of what pages say is said in few words

# What is written without spaces comes as pairs of characters; one of hiragana alone is grammar.
_FIRST_HIRAGANA, _LAST_HIRAGANA = "\u3041", "\u309f"
_FIRST_KATAKANA, _LAST_KATAKANA = "\u30a0", "\u30ff"
_FIRST_WRITTEN_SHORT = "\u0e00"  # from Thai on, one character may be a word


class Terms:
    """Finds terms by a set of rules (`link_index/rules/theme.toml`)."""

    def __init__(self, values: Rules) -> None:
        self._generic: dict[str, str] = values["generic"]
        self._dropped = cache(self._without_theme)
        self._stem_of = lru_cache(MAX_REMEMBERED)(self._stem)

    def of(self, text: str, language: str | None) -> list[tuple[str, str]]:
        """(stem, word) of each word in its order, without stop words, generic words, letters and short numbers."""
        stem_of = self._stem_of
        return [(stem, word) for word in words(text[:MAX_TEXT]) if (stem := stem_of(word, language))]

    def _stem(self, word: str, language: str | None) -> str:
        """Empty for a word without a theme."""
        carries = word not in self._dropped(language) and _may_carry_a_theme(word)
        return stems([word], language)[0] if carries else ""

    def _without_theme(self, language: str | None) -> frozenset[str]:
        generic = " ".join((self._generic["any"], self._generic.get(language or "", "")))
        return stop_words(language).union(generic.split())


def _may_carry_a_theme(word: str) -> bool:
    if word.isdigit():
        return len(word) > 4  # years, prices and counts match whatever they count
    if word[0] >= _FIRST_WRITTEN_SHORT:
        return not all(_FIRST_HIRAGANA <= character <= _LAST_HIRAGANA for character in word)
    return len(word) > 1


def is_pair(word: str) -> bool:
    """Whether it is two characters of a text without spaces, one of several that a word there gives."""
    return len(word) == 2 and word[0] >= _FIRST_WRITTEN_SHORT and not _FIRST_KATAKANA <= word[0] <= _LAST_KATAKANA
