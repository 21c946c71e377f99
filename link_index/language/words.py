"""Splits text of any language into words: case folded, and in one spelling of those that Unicode has for it."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import islice, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_WORDS = 1000
MAX_TEXT = 20_000  # characters that are read
MAX_WORD = 40  # characters of a word that are kept

_HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HIRAGANA = "\u3041-\u309f"
_HANGUL = "\u1100-\u11ff\uac00-\ud7ff"
_SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer

_UNSEEN = dict.fromkeys([0xAD, 0x200C, 0x200D, 0x2060, 0xFEFF])  # soft hyphen and joiners stand inside of words


def words(text: str, limit: int = MAX_WORDS) -> list[str]:
    """The words of a text in their order, `limit` at most; apostrophes, hyphens and underscores end one.

    Chinese, Korean, the hiragana and kanji of Japanese, Thai and their like, where spaces do not tell words, give
    overlapping pairs of characters, as search engines do it; a run of katakana is a word. NFKC, then casefold.
    """
    text = text[:MAX_TEXT]
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)[: 2 * MAX_TEXT].translate(_UNSEEN)
    text = text.casefold()
    if text.isascii():
        return [word[:MAX_WORD] for word in _ascii().findall(text)[:limit]]
    return list(islice(_of_any_script(text), limit))


def _of_any_script(text: str) -> Iterator[str]:
    text = text.replace("i\u0307", "i")  # what casefold makes of the Turkish capital I with a dot
    for found in _any().finditer(text):
        run = found[0]
        if found.lastgroup is None:
            yield run[:MAX_WORD]
        elif found.lastgroup == "spaceless":
            yield from _pairs(_clusters().findall(run))
        else:
            yield from _pairs(run)


def _pairs(characters: str | list[str]) -> Iterator[str]:
    """A run of one is a word as it is."""
    if len(characters) == 1:
        yield characters[0]
    for first, second in pairwise(characters):
        yield first + second


@cache
def _ascii() -> re.Pattern[str]:
    return re.compile(r"[a-z0-9]+")


@cache
def _any() -> re.Pattern[str]:
    runs = f"(?P<han>[{_HAN}]+)|(?P<hiragana>[{_HIRAGANA}]+)|(?P<hangul>[{_HANGUL}]+)|(?P<spaceless>[{_SPACELESS}]+)"
    # A word is any other run of letters, digits and the marks on them: vowels of Indian scripts, points of Hebrew.
    others = rf"[^\W_{_HAN}{_HIRAGANA}{_HANGUL}{_SPACELESS}]"
    return re.compile(f"{runs}|{others}(?:{others}|[{_marks()}])*")


@cache
def _clusters() -> re.Pattern[str]:
    """A character with the marks on it."""
    return re.compile(f".[{_marks()}]*", re.DOTALL)


@cache
def _marks() -> str:
    """Combining marks of the basic plane, to stand in a character class: `re` knows no Unicode categories."""
    return "".join(chr(code) for code in range(0x300, 0xFB20) if unicodedata.category(chr(code)) in ("Mn", "Mc"))
