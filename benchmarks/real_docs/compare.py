"""The index against the expectation, page by page and link by link."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.real_docs.expected import ExpectedLink, ExpectedPage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pymongo.database import Database

Document = dict[str, Any]
Index = dict[str, "StoredPage"]


class Difference(NamedTuple):
    """One thing the index and the expectation do not agree about."""

    kind: str
    page: str
    expected: object
    stored: object


class StoredPage(NamedTuple):
    """A page of the index with its live links."""

    page: Document
    links: list[Document]


def stored_index(db: Database[Document]) -> Index:
    """Everything the crawl stored, by page."""
    links = defaultdict(list)
    for link in db["links"].find({}):
        if "lost_at" not in link:
            links[link["source_url"]].append(link)
    index = {page["_id"]: StoredPage(page, links.pop(page["_id"], [])) for page in db["pages"].find({})}
    orphans = {url: StoredPage({"_id": url, "outcome": "unknown"}, found) for url, found in links.items()}
    return index | orphans


def differences(expected: Mapping[str, ExpectedPage], index: Index, *, whole: bool) -> Iterator[Difference]:
    """Every difference; if the crawl was not `whole`, pages it did not reach are none."""
    if whole:
        for url in sorted(expected.keys() - index.keys()):
            yield Difference("page not crawled", url, expected[url].outcome, None)
    for url in sorted(index.keys() - expected.keys()):
        yield Difference("page not expected", url, None, index[url].page["outcome"])
    redirects = {url: page.redirect for url, page in expected.items() if page.redirect and page.redirect != url}
    for url in sorted(expected.keys() & index.keys()):
        page, links = index[url]
        yield from _of_page(expected[url], page)
        yield from _of_links(expected[url], links)
        if whole:
            yield from _of_final_targets(url, links, redirects)


def _of_page(expected: ExpectedPage, page: Document) -> Iterator[Difference]:
    told = {
        "outcome": (expected.outcome, page["outcome"]),
        "status": (expected.status, page["status"]),
        "title": (expected.title, page.get("title", "")),
        "outbound counts": (expected.outbound, page.get("outbound", {})),
        "skipped counts": (dict(expected.skipped), page.get("skipped", {})),
    }
    for kind, (wanted, stored) in told.items():
        if wanted != stored:
            yield Difference(kind, expected.url, wanted, stored)


def _of_links(expected: ExpectedPage, links: list[Document]) -> Iterator[Difference]:
    """Missing and surplus links, each pair of one target and type told as what differs: anchor, rel, label, count."""
    stored: Counter[ExpectedLink] = Counter()
    for document in links:
        link = _link(document)
        stored[link] += document["occurrences"]
        placement = expected.placements.get(link, document["placement"])
        if document["placement"] != placement:
            yield Difference("link: placement", expected.url, (link, placement), document["placement"])
    if stored == expected.links:
        return
    missing, surplus = expected.links - stored, stored - expected.links
    for link, times in missing.items():
        twin = next((other for other in surplus if other[:2] == link[:2]), None)
        if twin is None:
            yield Difference("link missing", expected.url, (link, times), None)
            continue
        names = [name for name in ExpectedLink._fields if getattr(link, name) != getattr(twin, name)]
        yield Difference(f"link: {', '.join(names)}", expected.url, link, twin)
        del surplus[twin]
    for link, times in surplus.items():
        yield Difference("link not expected", expected.url, None, (link, times))


def _link(link: Document) -> ExpectedLink:
    return ExpectedLink(
        link["target_url"],
        link["link_type"],
        link["anchor"],
        tuple(link["rel"]),
        link["dofollow"],
        tuple(link["nofollow_by"]),
    )


def _of_final_targets(url: str, links: list[Document], redirects: Mapping[str, str]) -> Iterator[Difference]:
    """A link to what redirects belongs to the end of the chain, and only such a link has a `final_url`."""
    for link in links:
        final = here = link["target_url"]
        for _ in range(20):
            here = redirects.get(here, here)
        wanted = here if here != final else None
        stored = link.get("final_url")
        if stored != wanted or bool(link.get("via")) != (wanted is not None):
            yield Difference("final target", url, (link["target_url"], wanted), stored)
