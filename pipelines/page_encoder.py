"""A Page as the bytes of its documents: BSON joined from segments that pages, targets and labels share.

`link_loops`, where it was compiled, does the same for the links at half the cost.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any
from zlib import crc32

from link_index.documents import GROUP, k_bytes
from link_index.link_block import LinkBlock
from link_index.page_write import PageWrite
from link_index.urls import target
from pipelines.link_segments import (
    AFTERS,
    ANCHORS,
    BEFORES,
    FIXED,
    ID,
    ONCE,
    TIMES,
    clean,
    int32,
    label_segment,
    page_segments,
    row_of,
    target_segment,
    unusual_texts,
)

try:
    from pipelines import link_loops
except ImportError:  # not compiled
    link_loops = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from backlink_spider.items import Hop, Link, Outbound, Page


def encode_page(page: Page) -> PageWrite:
    """What the writer takes: the page's document, its links as BSON, and their packed ids and digests."""
    loop = link_loops or sys.modules[__name__]
    rows, occurrences = loop.folded(page.links)
    links, packed, domains = loop.encode_links(page, rows, occurrences)
    targets = [link.target.url for link in rows.values()]
    return PageWrite(
        _page_document(page), LinkBlock(links, len(rows)), packed, targets, domains, _redirect(page), page.page_id
    )


def folded(links: list[Link]) -> tuple[dict[bytes, Link], dict[bytes, int]]:
    """The links to store by the second half of their id, and how often those occur that do more than once.

    The same target, type, anchor and rel again is another occurrence. Another anchor or rel is another link: `k`
    numbers them from 0 in document order; the writer gives those of a page it knows the k that they had. What readers
    see once is seen: of a menu that is there for a small screen, too, one is hidden.
    """
    rows: dict[bytes, Link] = {}
    occurrences: dict[bytes, int] = {}
    variants: dict[tuple[bytes, str, tuple[str, ...]], bytes] = {}
    next_k: dict[bytes, int] = {}
    for link in links:
        row = row_of(link.target, link.link_type)
        first = rows.setdefault(row, link)
        if first is link:
            continue
        if link.anchor != first.anchor or link.rel != first.rel:
            variant = (row, link.anchor, link.rel)
            if variant not in variants:
                k = next_k[row] = next_k.get(row, 0) + 1
                rows[variants.setdefault(variant, row[:GROUP] + k_bytes(k))] = link
                continue
            row = variants[variant]
            first = rows[row]
        if first.hidden and not link.hidden:
            first.hidden = ""
        occurrences[row] = occurrences.get(row, 1) + 1
    return rows, occurrences


def encode_links(page: Page, rows: dict[bytes, Link], occurrences: dict[bytes, int]) -> tuple[bytes, bytes, set[str]]:
    """The links' documents one after the other, their packed ids and digests, and the external domains linked to.

    One flat loop, since it runs for every link of the web: attribute look-ups and calls are what it costs.
    """
    source, tail = page_segments(page)
    head = ID + page.target.hash8
    around = FIXED + len(source) + len(tail)
    links: list[bytes] = []
    packed: list[bytes] = []
    domains: set[str] = set()
    labels: dict[
        tuple[str, tuple[str, ...], bool, str, str], tuple[bytes, int]
    ] = {}  # on one page, rel decides the label
    for row, link in rows.items():
        link_target = link.target
        segment = link_target.segment or target_segment(link_target)
        label = link.link_type, link.rel, link.is_internal, link.placement, link.hidden
        labelled, digest = labels.get(label) or labels.setdefault(label, label_segment(link))
        times = ONCE if row not in occurrences else TIMES + int32(occurrences[row])
        try:
            anchor, before, after = link.anchor.encode(), link.text_before.encode(), link.text_after.encode()
            own = b"".join(
                (ANCHORS[len(anchor)], anchor, BEFORES[len(before)], before, AFTERS[len(after)], after, times)
            )
        except (IndexError, UnicodeEncodeError):
            own = unusual_texts(link) + times
        length = around + len(segment) + len(own) + len(labelled)
        links.append(b"".join((length.to_bytes(4, "little"), head, row, source, segment, own, labelled, tail)))
        packed.append(row + crc32(own, digest).to_bytes(4, "little"))
        if not link.is_internal:
            domains.add(link_target.domain)
    return b"".join(links), b"".join(packed), domains


def _page_document(page: Page) -> dict[str, Any]:
    """The `pages` document without `links`. Texts and lists that are empty are left out."""
    document: dict[str, Any] = {
        "_id": page.url,
        "key": page.target.key,
        "domain": page.target.domain,
        "status": page.status,
        "outcome": page.outcome,
        "depth": page.depth,
        "fetched_at": page.fetched_at,
        "noindex": page.noindex,
        "noarchive": page.noarchive,
        "nofollow": bool(page.nofollow_by),
        "size": page.size,
    }
    optional = {
        "reason": page.reason,
        "title": clean(page.title),
        "headings": [clean(text) for text in page.headings],
        "site_name": clean(page.site_name),
        "language": clean(page.language),
        "canonical": page.canonical,
        "nofollow_by": page.nofollow_by,
        "hops": [{"url": hop.url, "status": hop.status, "kind": hop.kind} for hop in page.hops],
        "outbound": _outbound(page.outbound, page.self_links) if page.outbound else None,
        "skipped": page.skipped,
        "cut": page.cut,
        "content_hash": page.content_hash,
        "etag": clean(page.etag),
        "last_modified": clean(page.last_modified),
        "ip": page.ip,
    }
    document.update((name, value) for name, value in optional.items() if value)
    return document


def _outbound(counts: Outbound, self_links: int) -> dict[str, int]:
    return {**counts._asdict(), "self": self_links}


def _redirect(page: Page) -> dict[str, Any] | None:
    """The `redirects` document of a page that is a hop; a page that refreshes itself is none."""
    hop: Hop | None = page.hop
    if hop is None or (hop.kind != "http" and hop.to == hop.url):
        return None
    to = hop.to if hop.to.startswith(("http://", "https://")) else ""
    return {
        "_id": hop.url,
        "key": target(hop.url).key,
        "to": to,
        "to_key": target(to).key if to else "",
        "status": hop.status,
        "kind": hop.kind,
        "seen_at": page.fetched_at,
    }
