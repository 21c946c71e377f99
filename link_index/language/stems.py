"""Stems of words, so that `gardens` and `gardening` count as one; Snowball's algorithms, where there is one."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import snowballstemmer

if TYPE_CHECKING:
    from collections.abc import Iterable

# Snowball's names by primary language subtag.
_ALGORITHMS = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "eo": "esperanto",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "st": "sesotho",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}


def stems(words: Iterable[str], language: str | None) -> list[str]:
    """The stem of each word, as `language_tag.primary` names its language; the words themselves if nobody knows it.

    Not to be called by two threads at a time: Snowball's stemmers keep the word they are at.
    """
    if language not in _ALGORITHMS:
        return list(words)
    return [_stem(word, language) for word in words]


@lru_cache(maxsize=1 << 17)  # words of a language repeat, and Snowball in Python takes some 30 us for each
def _stem(word: str, language: str) -> str:
    stem: str = _stemmer(_ALGORITHMS[language]).stemWord(word)
    return stem or word


@cache
def _stemmer(algorithm: str) -> Any:
    """Snowball's own C, where PyStemmer is installed: snowballstemmer chooses."""
    return snowballstemmer.stemmer(algorithm)
