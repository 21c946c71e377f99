"""What an href leads to: a target, or the reason why it is no link of the index."""

from __future__ import annotations

from functools import lru_cache
from typing import Final
from urllib.parse import quote

from link_index.urls import Target, resolve, target

_NAMED_SCHEMES: Final = frozenset({"mailto", "tel", "javascript", "data"})
ANY_BASE: Final = "http://base.invalid/"  # for what is absolute already
CACHED_LENGTH: Final = 500  # longer hrefs are rarely seen twice


class LinkTargets:
    """Resolves the hrefs of one page against its base URL.

    Navigation repeats on every page of a site, so results are kept across pages, in one bounded cache: by what of the
    base the href depends on (nothing, origin, folder, or all of it).
    """

    __slots__ = ("base", "encoding", "folder", "max_length", "origin")

    def __init__(self, base: str, encoding: str, max_length: int) -> None:
        self.base = self.origin = self.folder = base
        self.max_length = max_length
        # URL Standard, "percent-encode after encoding": the output encoding of UTF-16 is UTF-8, so is ada's.
        self.encoding = None if encoding.startswith("utf-") else encoding
        if base.startswith(("http://", "https://")):
            path = base.find("/", 8)
            self.origin = base[: path + 1]
            self.folder = base[: base.rfind("/", 0, base.find("?") if "?" in base else None) + 1]

    def __call__(self, href: str) -> Target | str:
        """The Target of an href as written in the page, or the name of what it is instead."""
        cut = href.find("#")
        if cut == 0 or (
            cut > 0 and href[cut - 1] > " "
        ):  # a space is the URL's before a fragment, at the end it is not
            href = href[:cut]
        if self.encoding and not href.isascii():
            href = _with_encoded_query(href, self.encoding)
        if len(href) > CACHED_LENGTH:
            return _outcome(self.base, href, self.max_length)
        if href.startswith("/"):
            return cached_outcome(self.origin, href, self.max_length)
        if href.startswith(("https://", "http://")):
            return cached_outcome(ANY_BASE, href, self.max_length)
        # A query alone, or `http:` without slashes (relative in the URL Standard), depends on the whole base.
        if not href or href[0] <= " " or href[0] in "?#hH":
            return cached_outcome(self.base, href, self.max_length)
        return cached_outcome(self.folder, href, self.max_length)


def _outcome(base: str, href: str, max_length: int) -> Target | str:
    url = resolve(href, base)
    if url is None:
        return "invalid"
    scheme = url.partition(":")[0]
    if scheme not in {"http", "https"}:
        return scheme if scheme in _NAMED_SCHEMES else "other_scheme"
    if len(url) > max_length:
        return "too_long"
    return target(url) if len(url) <= CACHED_LENGTH else Target(url)  # pages of nothing else would fill the memory


cached_outcome = lru_cache(maxsize=16384)(_outcome)


def _with_encoded_query(href: str, encoding: str) -> str:
    """The query in the page's own encoding: the one part of a URL that depends on it (URL Standard, query state)."""
    path, question_mark, query = href.partition("?")
    encoded = "".join(
        char if char.isascii() else quote(char, safe="", encoding=encoding, errors="xmlcharrefreplace")
        for char in query
    )
    return path + question_mark + encoded
