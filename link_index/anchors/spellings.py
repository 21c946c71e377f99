"""The spellings a word may have elsewhere: in a URL, in a domain, on a keyboard without its letters."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# Letters that Unicode does not take apart into a letter and a mark.
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ß": "ss"})
# As German, the Nordic languages and their domains spell them.
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})


@lru_cache(maxsize=1 << 15)
def spellings(word: str) -> tuple[str, ...]:
    """The word as it is, without marks (`bucher`), and with its letters spelled out (`buecher`)."""
    if word.isascii():
        return (word,)
    return tuple(dict.fromkeys((word, plain(word), plain(word.translate(_SPELLED_OUT)))))


def plain(word: str) -> str:
    """The word without marks on its letters."""
    apart = unicodedata.normalize("NFD", word.translate(_PLAIN))
    kept = "".join(letter for letter in apart if not "\u0300" <= letter <= "\u036f")
    return unicodedata.normalize("NFC", kept)
