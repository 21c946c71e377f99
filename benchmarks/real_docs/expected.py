"""What the crawl should find: every page to be reached from the seeds, and what the index should hold of it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import tldextract

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from backlinks.web_folder import Answer
    from benchmarks.real_docs.reference import Found, Reading
    from benchmarks.real_docs.whatwg import Resolver

FOLLOWED = {"text", "image", "area", "iframe", "frame"}
QUALIFIERS = {"nofollow", "ugc", "sponsored"}  # Google: what a rel says of a link that is no endorsement
LONGEST_URL = 2083
NAMED_SCHEMES = {"mailto", "tel", "javascript", "data"}  # the others are counted in one
# The Public Suffix List in another package than the product's, its snapshot and no network.
_suffixes = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


class ExpectedLink(NamedTuple):
    """One link of a page, as the index should hold it."""

    target: str
    link_type: str
    anchor: str
    rel: tuple[str, ...]
    dofollow: bool
    nofollow_by: tuple[str, ...]


@dataclass
class ExpectedPage:
    """One fetch and what it should leave in the index; links with how often each occurs."""

    url: str
    outcome: str  # page, other, redirect or error
    status: int
    title: str = ""
    links: Counter[ExpectedLink] = field(default_factory=Counter)
    placements: dict[ExpectedLink, str] = field(default_factory=dict)  # where a link stands for the first time
    outbound: dict[str, int] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)
    leads_to: list[str] = field(default_factory=list)  # where the crawl goes on from here
    redirect: str | None = None  # what the page redirects or refreshes to


def expected_page(url: str, answer: Answer, reading: Reading | None, resolver: Resolver) -> ExpectedPage:
    """The expectation of one URL's answer; `reading` is of its body if that is HTML."""
    headers = dict(answer.headers)
    if answer.status in {301, 302, 303, 307, 308}:
        target = resolver.resolve(url, None, "utf-8", [headers["Location"]])[0]
        return ExpectedPage(url, "redirect", answer.status, redirect=target[1] if target else None)
    if answer.status != 200:
        return ExpectedPage(url, "error", answer.status)
    if reading is None:
        return ExpectedPage(url, "other", 200)
    page = ExpectedPage(url, "page", 200, title=" ".join((reading.title or "").split()))
    _fill(page, reading, resolver)
    return page


def _fill(page: ExpectedPage, reading: Reading, resolver: Resolver) -> None:
    by_page = _page_nofollow(reading.robots)
    targets = resolver.resolve(page.url, reading.base, reading.encoding, [found.href for found in reading.found])
    counts = Counter(dict.fromkeys(("total", "internal", "external", "dofollow", "nofollow", "self"), 0))
    domains = set()
    own_domain = domain(resolver.resolve(page.url, None, "utf-8", [""])[0][2])  # type: ignore[index]
    for found, target in zip(reading.found, targets, strict=True):
        if reason := _unusable(target):
            page.skipped[reason] += 1
            continue
        assert target is not None
        _, url, host = target
        counts["total"] += 1
        inside = domain(host) == own_domain
        counts["internal" if inside else "external"] += 1
        if not inside:
            domains.add(domain(host))
        if found.link_type == "meta_refresh" and page.redirect is None:
            page.redirect = url
        if url == page.url:
            counts["self"] += 1
            continue
        link = _labelled(found, url, by_page)
        counts["dofollow"] += link.dofollow
        counts["nofollow"] += bool(by_page) or "nofollow" in link.rel
        page.links[link] += 1
        page.placements.setdefault(link, found.placement)
        if found.link_type in FOLLOWED and link.dofollow:
            page.leads_to.append(url)
    page.outbound = {**counts, "domains": len(domains)}


def _labelled(found: Found, url: str, by_page: tuple[str, ...]) -> ExpectedLink:
    by_link = ("rel",) if QUALIFIERS & set(found.rel) else ()
    causes = (*by_link, *by_page)
    return ExpectedLink(url, found.link_type, found.anchor, found.rel, not causes, causes)


def _unusable(target: tuple[str, str, str] | None) -> str | None:
    """Why a link is counted and not stored, None if it is stored."""
    if target is None:
        return "invalid"
    scheme, url, _ = target
    if scheme not in {"http", "https"}:
        return scheme if scheme in NAMED_SCHEMES else "other_scheme"
    return "too_long" if len(url) > LONGEST_URL else None


def _page_nofollow(robots: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    directives = {directive for _, content in robots for directive in re.split(r"[\s,]+", content)}
    return ("meta_robots",) if directives & {"nofollow", "none"} else ()


@cache
def domain(host: str) -> str:
    """The registrable domain; what has none (an address, one label, a public suffix) is its own."""
    cut = _suffixes(host)
    if cut.suffix:
        return cut.top_domain_under_public_suffix or host
    if re.fullmatch(r"\[.*\]|[0-9.]+", host):
        return host
    return ".".join(host.split(".")[-2:])  # an unknown ending is one label long: the list's default rule


def reach(seeds: Iterable[str], look: Callable[[list[str]], Iterator[ExpectedPage]]) -> dict[str, ExpectedPage]:
    """Every URL a crawl of the seeds' domains fetches, breadth first; `look` answers a batch of them."""
    wave = sorted(set(seeds))
    seen = set(wave)
    domains = {_domain_of(seed) for seed in wave}
    pages: dict[str, ExpectedPage] = {}
    while wave:
        onward: set[str] = set()
        for page in look(wave):
            pages[page.url] = page
            onward.update(page.leads_to, [page.redirect] if page.redirect else [])
        wave = sorted(url for url in onward - seen if _domain_of(url) in domains)
        seen.update(wave)
    return pages


def _domain_of(url: str) -> str:
    return domain(urlsplit(url).hostname or "")
