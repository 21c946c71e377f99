"""A page's robots directives: the most restrictive of every robots meta and every X-Robots-Tag header.

Google's public documentation decides: https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag.
Directives without a user agent hold for all; those for an agent hold if it is asked about; conflicts go to the more
restrictive. White space separates as commas do, so that `noindex nofollow` is read as it was meant.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_EVERY_AGENT = frozenset({"robots", "*"})
_VALUED = frozenset({"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"})
_VALUE = re.compile(rf"\b(?:{'|'.join(sorted(_VALUED))})\s*:\s*[^\s,]*")  # `max-image-preview: none` is no `none`
_PREFIX = re.compile(r"\s*([a-z*][\w.*-]*)\s*:")
_SEPARATORS = re.compile(r"[\s,]+")
_NOFOLLOW = frozenset({"nofollow", "none"})
_NOINDEX = frozenset({"noindex", "none"})
_NOARCHIVE = frozenset({"noarchive"})  # which `none` does not mean


class Directives(NamedTuple):
    """Whether the page asks not to be indexed or shown from a copy, and which causes make all its links nofollow."""

    noindex: bool
    noarchive: bool
    nofollow_by: tuple[str, ...]  # any of meta_robots, x_robots_tag


def page_directives(
    metas: Iterable[tuple[str, str]], x_robots_tags: Iterable[str], agents: frozenset[str]
) -> Directives:
    """`metas` are (name, content) of the page's metas, `x_robots_tags` header values, `agents` in lower case."""
    asked = agents | _EVERY_AGENT
    by_meta = {word for name, content in metas if name.strip().lower() in asked for word in _words(content.lower())}
    by_header = {word for value in x_robots_tags for word in _header_words(value.lower(), asked)}
    causes = (("meta_robots", by_meta), ("x_robots_tag", by_header))
    return Directives(
        noindex=not _NOINDEX.isdisjoint(by_meta | by_header),
        noarchive=not _NOARCHIVE.isdisjoint(by_meta | by_header),
        nofollow_by=tuple(cause for cause, words in causes if not _NOFOLLOW.isdisjoint(words)),
    )


def _header_words(value: str, asked: frozenset[str]) -> Iterator[str]:
    """The words of one header that hold for the agents asked about.

    An agent's prefix holds to the end of the header or the next prefix, as in
    `googlebot: noindex, nofollow, otherbot: none`. A date's commas and colons do no harm: an agent is one word that
    starts with a letter, and no part of a date is a directive.
    """
    holds = True
    for part in value.split(","):
        prefix = _PREFIX.match(part)
        if prefix and prefix[1] not in _VALUED:
            holds = prefix[1] in asked
            part = part[prefix.end() :]
        if holds:
            yield from _words(part)


def _words(text: str) -> list[str]:
    return _SEPARATORS.split(_VALUE.sub(" ", text))
