"""Takes the title of a page apart: what it is about, and the name of the site in front or behind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from link_index.language.words import words

if TYPE_CHECKING:
    from link_index.anchors.brands import Brands

MAX_TITLE = 300  # characters
MAX_SEGMENTS = 8
_SUFFIX_WORDS = 2  # words beside the brand in a name like `Acme Store`

_NEVER_IN_NAMES = r"[|｜¦•·»«›‹—–_【】「」]|::|//| - | -- "
_BETWEEN = re.compile(_NEVER_IN_NAMES)
_PARTS = re.compile(rf"{_NEVER_IN_NAMES}|: |：|，|、|; |(?<=[^\x00-\x7f])-(?=\S)")
_LIST = re.compile(r", ")


class ReadTitle(NamedTuple):
    """A title in words: the whole without the site's name, its parts, and the names of the site it holds."""

    whole: list[str]
    parts: list[list[str]]
    names: list[list[str]]


def read_title(title: str, brands: Brands, site_name: list[str], about: frozenset[str]) -> ReadTitle:
    """The title taken apart. `about` are the words of the URL: a segment of those is no name of the site.

    Only the first and the last segment are read as a name: the brand itself, part of the site's name, what the domain
    shortens, or, the last one, the brand with at most two other words (`Acme Store`).
    """
    segments = [segment.strip() for segment in _BETWEEN.split(title[:MAX_TITLE]) if segment.strip()][:MAX_SEGMENTS]
    names: list[list[str]] = []
    if len(segments) > 1 and _is_name(words(segments[-1]), brands, site_name, about, is_last=True):
        names.append(words(segments.pop()))
    first = re.split(r": |：", segments[0], maxsplit=1) if len(segments) == 1 else segments[:1]
    if (len(segments) > 1 or len(first) > 1) and _is_name(words(first[0]), brands, site_name, about, is_last=False):
        names.append(words(first[0]))
        segments = segments[1:] if len(segments) > 1 else first[1:]
    parts = [words(part) for segment in segments for part in _parts(segment)]
    return ReadTitle(words(" ".join(segments)), [part for part in parts if part], names)


def _parts(segment: str) -> list[str]:
    """The segment, what its colons and commas part, and nothing of one word that a comma cut off."""
    parts = [part for part in _PARTS.split(segment) if part]
    listed = [item for part in parts for item in _LIST.split(part) if " " in item.strip()]
    return list(dict.fromkeys([segment, *parts, *listed]))


def _is_name(found: list[str], brands: Brands, site_name: list[str], about: frozenset[str], *, is_last: bool) -> bool:
    if not found:
        return False
    if brands.is_name(found) or brands.shortens(found) or (site_name and set(found) <= set(site_name)):
        return True
    left, was_there = brands.cut(found)
    return is_last and was_there and len(left) <= _SUFFIX_WORDS and about.isdisjoint(left)
