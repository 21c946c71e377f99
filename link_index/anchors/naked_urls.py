"""Finds URLs and host names that stand as text in an anchor."""

from __future__ import annotations

import re
from typing import NamedTuple

from link_index.urls import has_known_suffix, registrable_domain, resolve, target

MAX_URLS = 8  # of one anchor

_AROUND = "\"'“”„‚‘’«»()[]{}<>*_,;:!?|。、，（）「」『』…"
_SURE = re.compile(r"(?:https?|ftp)://|www\d?\.|//", re.IGNORECASE)
_HOST = re.compile(r"[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)+(?::\d{1,5})?", re.UNICODE)

# Endings of files and names of software that are top-level domains, too.
_FILES = {"ai", "app", "cc", "js", "md", "mov", "net", "pl", "ps", "py", "rs", "sh", "so", "zip"}


class NakedUrls(NamedTuple):
    """What an anchor names: the registrable domains of its URLs in their order, and the text without them."""

    domains: tuple[str, ...]
    rest: str


def naked_urls(anchor: str, own_domain: str) -> NakedUrls:
    """The URLs of an anchor. A bare `name.tld` is one if it is of `own_domain`, or looks like nothing else.

    `Node.js` and `ASP.NET` are none, `README.md` is none, `example.org` and `example.org/page…` are.
    """
    if "." not in anchor:
        return NakedUrls((), anchor)
    domains: list[str] = []
    rest: list[str] = []
    for token in anchor.split():
        domain = _domain(token.strip(_AROUND).rstrip(".…"), own_domain) if len(domains) < MAX_URLS else ""
        if domain:
            domains.append(domain)
        else:
            rest.append(token)
    return NakedUrls(tuple(domains), " ".join(rest))


def _domain(token: str, own_domain: str) -> str:
    """The registrable domain of a token that is a URL, else ""."""
    if "." not in token or "@" in token:
        return ""
    sure = _SURE.match(token)
    name = token[sure.end() :] if sure and "/" in sure[0] else token
    host = re.split(r"[/?#\\›]", name, maxsplit=1)[0]
    if not _HOST.fullmatch(host):
        return ""
    url = resolve(f"http://{host}", "about:blank")
    if url is None:
        return ""
    name = target(url).host
    domain = registrable_domain(name)
    if domain == own_domain or (sure and "/" in sure[0]):
        return domain
    if not has_known_suffix(name):
        return ""
    return domain if sure or host != token or _is_plainly_a_host(host) else ""


def _is_plainly_a_host(host: str) -> bool:
    ending = host.rpartition(".")[2].lower()
    return (host.islower() or host.isupper()) and (ending not in _FILES or host.count(".") > 1)
