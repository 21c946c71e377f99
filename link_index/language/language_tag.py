"""Reads the language that a page declares of itself."""

from __future__ import annotations

import re

MAX_LENGTH = 64

# The tag is all letters, digits and hyphens (BCP 47, section 2.1); many pages write en_US as POSIX does.
_PRIMARY = re.compile(r"\s*([a-z]{2,3})(?:[-_][a-z0-9_-]*)?\s*", re.ASCII | re.IGNORECASE)

_NO_LANGUAGE = {"und", "mul", "zxx", "mis"}  # undetermined, several, none, uncoded

# Primary subtags that the IANA Language Subtag Registry deprecates, with their Preferred-Value.
_PREFERRED = {"iw": "he", "in": "id", "ji": "yi", "jw": "jv", "mo": "ro"}


def primary(tag: str | None) -> str | None:
    """The primary language subtag, lower case (`de-AT` -> `de`); None for what is no tag or names no language.

    BCP 47, section 2.2.1: two or three letters; longer ones are reserved or were never registered, single ones
    (`x-`, `i-`) name no language. Of a list, as in `en, fr`, nothing is certain: None.
    """
    if not tag or len(tag) > MAX_LENGTH:
        return None
    found = _PRIMARY.fullmatch(tag)
    if not found:
        return None
    subtag = found[1].lower()
    return None if subtag in _NO_LANGUAGE else _PREFERRED.get(subtag, subtag)
