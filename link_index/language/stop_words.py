"""Words that carry no theme (`the`, `und`, `avec`), by language; lists of the project stopwords-iso."""

from __future__ import annotations

from functools import cache

import stopwordsiso

from link_index.language.words import words

# The lists were made from counts of words, and some words are frequent because people care about them.
_THEMES = {
    "en": "bill computer fire invention keys microsoft mill netscape novel research ring room rooms system test web",
    "ru": "вода война деньги дорога жена жизнь земля книга комната мать машина москва отец ребенок россия рука улица",
}

_SAME = {"nb": "no", "nn": "no"}  # the list of Norwegian holds both


@cache
def stop_words(language: str | None) -> frozenset[str]:
    """The stop words of a language (`language_tag.primary`), spelled as `words` spells; none if nobody lists them."""
    name = _SAME.get(language or "", language or "")
    if not stopwordsiso.has_lang(name):
        return frozenset()
    listed = {word for entry in stopwordsiso.stopwords(name) if len(entry.split()) == 1 for word in _parts(entry)}
    return frozenset(listed.difference(_THEMES.get(name, "").split()))


def _parts(entry: str) -> list[str]:
    """`don't` is two words; what `words` makes of a run of kanji is none that anyone listed."""
    parts = words(entry)
    return parts if len(parts) == 1 or "'" in entry or "’" in entry else []
