"""Guesses the language of a text that declares none, where its script or its stop words make it clear."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cache

import stopwordsiso

from link_index.language.stop_words import stop_words
from link_index.language.words import words

MAX_TEXT = 2000  # characters that are looked at
LEAST_HITS = 2  # different stop words
LEAST_LEAD = 1.5  # times the evidence for the second best
ONE_LANGUAGE = 1000  # the evidence of a word that is a stop word in one language alone
DECLARED = 1000

SCRIPT_SHARE = 0.3  # of the letters: a Greek sign in a formula makes no Greek
KANA_SHARE = 0.05  # a page in Japanese may have few kana among its kanji, one in Chinese has none

# Scripts that one language of the web uses; what is written in Chinese characters is told apart by its kana.
_SCRIPTS = [
    ("ko", re.compile("[\uac00-\ud7ff]")),
    ("zh", re.compile("[\u3041-\u30ff\u4e00-\u9fff]")),
    ("th", re.compile("[\u0e01-\u0e5b]")),
    ("el", re.compile("[\u0370-\u03ff\u1f00-\u1fff]")),
    ("hy", re.compile("[\u0531-\u058a]")),
    ("ka", re.compile("[\u10a0-\u10ff]")),
    ("he", re.compile("[\u05d0-\u05ea]")),
    ("ta", re.compile("[\u0b80-\u0bff]")),
    ("bn", re.compile("[\u0980-\u09ff]")),
    ("gu", re.compile("[\u0a80-\u0aff]")),
]
_KANA = re.compile("[\u3041-\u30ff]")

# Letters that few languages write, and the languages that do.
_LETTERS = {
    **dict.fromkeys("ąęłśźż", ("pl",)),
    **dict.fromkeys("ěřů", ("cs",)),
    **dict.fromkeys("őű", ("hu",)),
    **dict.fromkeys("ğı", ("tr",)),
    **dict.fromkeys("ășț", ("ro",)),
    **dict.fromkeys("æø", ("da", "no")),
    **dict.fromkeys("ãõ", ("pt",)),
    **dict.fromkeys("їєґ", ("uk",)),
    **dict.fromkeys("ыэё", ("ru",)),
    **dict.fromkeys("ơưđ", ("vi",)),
    **dict.fromkeys("ģķļņ", ("lv",)),
    **dict.fromkeys("ėįų", ("lt",)),
    "ñ": ("es",),
    "å": ("da", "no", "sv"),
    "ä": ("de", "fi", "sv"),
    "ç": ("ca", "fr", "pt", "tr"),
    "і": ("uk",),
}

# Languages whose short or noisy lists claim more of other languages' texts than pages of the web are in them.
_NOT_GUESSED = frozenset(["af", "br", "eo", "eu", "ga", "gl", "ha", "ku", "la", "so", "st", "sw", "tl", "yo", "zu"])


def guess(text: str, declared: str | None = None) -> str | None:
    """The primary language subtag of a text: `declared`, unless the text is clearly in another one; None if unclear.

    Many pages declare the language that their software came with.
    """
    text = text[:MAX_TEXT]
    if declared and declared not in _judged():
        return declared
    by_script = _by_script(text)
    if by_script:
        return declared if {declared, by_script} == {"ja", "zh"} else by_script
    return _by_stop_words(set(words(text)), declared) or declared


def _by_script(text: str) -> str | None:
    letters = max(1, sum(map(str.isalpha, text)))
    for language, script in _SCRIPTS:
        if len(script.findall(text)) >= SCRIPT_SHARE * letters:
            is_japanese = language == "zh" and len(_KANA.findall(text)) >= KANA_SHARE * letters
            return "ja" if is_japanese else language
    return None


def _by_stop_words(found: set[str], declared: str | None) -> str | None:
    """What many languages have says little for each of them; a declaration says as much as some words of one alone."""
    signs = [_languages().get(word, ()) for word in found]
    signs += [_LETTERS.get(letter, ()) for letter in set().union(*found)]
    evidence: Counter[str] = Counter({declared: DECLARED} if declared else {})
    hits: Counter[str] = Counter()
    for languages in signs:
        for language in languages:
            evidence[language] += ONE_LANGUAGE // len(languages)
            hits[language] += 1
    ranked = [*evidence.most_common(2), ("", 0), ("", 0)]
    (best, most), (_, second) = ranked[:2]
    return best if hits[best] >= LEAST_HITS and most >= LEAST_LEAD * second else None


@cache
def _judged() -> frozenset[str]:
    """The languages that can be told."""
    return frozenset(stopwordsiso.langs() - _NOT_GUESSED).union(language for language, _ in _SCRIPTS)


@cache
def _languages() -> dict[str, tuple[str, ...]]:
    """The languages whose stop word it is, by word."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for language in sorted(stopwordsiso.langs() - _NOT_GUESSED):
        for word in stop_words(language):
            if len(word) > 1 or not word.isascii():  # lists of some languages have every letter
                found[word].append(language)
    return {word: tuple(languages) for word, languages in found.items()}
