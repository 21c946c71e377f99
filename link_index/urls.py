"""What a URL is: resolution, key and registrable domain, the same for writer, crawler and query.

Resolution and normalisation follow the WHATWG URL Standard (ada); the registrable domain is the Public Suffix
List's, private section included, from the packaged snapshot.
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from ada_url import join_url
from publicsuffixlist import PSLFILE, PublicSuffixList, encode_idn

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_URL_LENGTH = 2083  # what Scrapy's URLLENGTH_LIMIT and most browsers stop at


def _suffix_rules() -> Iterator[str]:
    """The list's rules, also as they stand in a URL. Encoding the many that are ASCII would double every start-up."""
    with Path(PSLFILE).open(encoding="utf-8") as lines:
        for line in lines:
            yield line
            if not line.isascii() and not line.startswith("//"):
                yield encode_idn(line.strip())


_SUFFIXES = PublicSuffixList(_suffix_rules(), accept_encoded_idn=False)
_CREDENTIALS = re.compile(r"^([a-z][a-z0-9+.-]*://)[^/?]*@")  # before the last @ of the authority
_IPV4 = re.compile(r"\d+\.\d+\.\d+\.\d+")


class Target:
    """A parsed, normalised http(s) URL. Compare and hash by `url`; made by `target()`, which shares them."""

    __slots__ = ("domain", "hash8", "host", "key", "other_rows", "segment", "text_row", "url")

    def __init__(self, url: str) -> None:
        self.url = url
        self.host, self.key = _host_and_key(url)
        self.domain = registrable_domain(self.host)
        self.hash8 = blake2b(url.encode(), digest_size=8).digest()
        # What a sink derives from a target alone, once it did; in slots, since a dict of each target would weigh more.
        self.segment: bytes | None = None
        self.text_row: bytes | None = None
        self.other_rows: dict[str, bytes] | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Target) and self.url == other.url

    def __hash__(self) -> int:
        return hash(self.url)

    def __repr__(self) -> str:
        return f"Target({self.url!r})"


def resolve(href: str, base: str) -> str | None:
    """The absolute URL an href stands for, without fragment, user and password; None if the URL Standard refuses it.

    A user and password open a door to whoever reads them: all URLs of the crawl and the index come through here, and
    none has any. Schemes other than http and https are returned as they are: the caller counts them.
    """
    try:
        url: str = join_url(base, href)
    except ValueError:
        return None
    url = url.partition("#")[0]
    return _CREDENTIALS.sub(r"\1", url) if "@" in url else url


@lru_cache(maxsize=65536)
def target(url: str) -> Target:
    """The Target of a URL that `resolve` returned and whose scheme is http or https."""
    return Target(url)


@lru_cache(maxsize=65536)
def registrable_domain(host: str) -> str:
    """eTLD+1 of a host; IP addresses, single labels and public suffixes are their own domain."""
    host = _rootless(host)
    if host.startswith("[") or _IPV4.fullmatch(host) or ".." in host:
        return host
    return _SUFFIXES.privatesuffix(host) or host


def has_known_suffix(host: str) -> bool:
    """Whether the host ends in a public suffix that the list names: `a.co.uk`, not `readme.txt`, not `localhost`."""
    return _SUFFIXES.publicsuffix(host, accept_unknown=False) is not None


def readable_label(label: str) -> str:
    """A host's label as its owner reads it (IDNA)."""
    if not label.startswith("xn--"):
        return label
    try:
        return label.encode("ascii").decode("idna")
    except UnicodeError:
        return label


def reversed_host(host: str) -> str:
    """`www.example.com` -> `com.example.www`; IP addresses stay as they are."""
    if host.startswith("[") or _IPV4.fullmatch(host):
        return host
    return ".".join(reversed(host.split(".")))


def _rootless(host: str) -> str:
    """Without the root's dot: a fully qualified name is the same name. One with an empty label is no other's name."""
    return host if host.endswith("..") or host == "." else host.removesuffix(".")


def _host_and_key(url: str) -> tuple[str, str]:
    authority, _, path = url.partition("://")[2].partition("/")
    host = authority.rpartition("@")[2]
    port = ""
    if not host.endswith("]"):
        name, colon, digits = host.rpartition(":")
        if colon:
            host, port = name, digits
    host = _rootless(host)
    if port:  # not the scheme's default, which normalisation drops
        return host, f"{reversed_host(host)}/:{port}/{path}"
    return host, f"{reversed_host(host)}/{path}"
