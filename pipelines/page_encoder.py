"""A Page as the bytes of its documents: BSON put together from segments that pages, targets and labels share.

Building a dict for every link and encoding it costs four times as much as joining segments of which most were built
before; the tests hold the bytes equal to the plain dicts. https://bsonspec.org/spec.html names the element types.
"""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, Any
from zlib import crc32

import bson

from link_index.documents import GROUP, k_bytes, link_hash
from link_index.page_write import CODEC, PageWrite
from link_index.urls import target

if TYPE_CHECKING:
    from backlink_spider.items import Hop, Link, Outbound, Page
    from link_index.urls import Target

_int32 = Struct("<i").pack

_SEGMENT = "bson"  # the key of a target's own segment in Target.ids; its other keys are link types
_FIXED = 4 + 10 + 8 + 8  # bytes of a link document outside its segments: length, head of `_id`, page and link hash
_ID = b"\x05_id\0\x10\0\0\0\x04"  # element `_id`: binary of 16 bytes, subtype 4 (UUID)

# String elements up to their length. Those after the first also end the string before them.
_TARGET_URL, _TARGET_KEY, _TARGET_DOMAIN = b"\x02target_url\0", b"\0\x02target_key\0", b"\0\x02target_domain\0"
_ANCHOR, _BEFORE, _AFTER = b"\x02anchor\0", b"\0\x02text_before\0", b"\0\x02text_after\0"
_TIMES = b"\0\x10occurrences\0"
_ONCE = _TIMES + _int32(1)


def _heads(name: bytes) -> list[bytes]:
    """A string element up to its text, by the text's bytes: for every usual length."""
    return [name + _int32(size + 1) for size in range(600)]


def _string(name: bytes, text: bytes) -> bytes:
    return name + _int32(len(text) + 1) + text


_ANCHORS, _BEFORES, _AFTERS = _heads(_ANCHOR), _heads(_BEFORE), _heads(_AFTER)

MAX_LABELS = 4096
_labels: dict[tuple[Any, ...], tuple[bytes, int]] = {}  # label -> its segment and the CRC of that


def encode_page(page: Page) -> PageWrite:
    """What the writer takes: the page's document, its links as BSON, and their packed ids and digests."""
    rows, occurrences = _fold(page.links)
    links, packed, domains = _encode_links(page, rows, occurrences)
    targets = [link.target.url for link in rows.values()]
    return PageWrite(_page_document(page), links, packed, targets, domains, _redirect(page), page.page_id)


def _fold(links: list[Link]) -> tuple[dict[bytes, Link], dict[bytes, int]]:
    """The links to store by the second half of their id, and how often those occur that do more than once.

    The same target, type, anchor and rel again is another occurrence. Another anchor or rel is another link: `k`
    numbers them from 0 in document order; the writer gives those of a page it knows the k that they had.
    """
    rows: dict[bytes, Link] = {}
    again: list[Link] = []
    for link in links:
        ids = link.target.ids
        row = ids.get(link.link_type)
        if row is None:
            row = ids[link.link_type] = link_hash(link.target.url, link.link_type, 0)
        if rows.setdefault(row, link) is not link:
            again.append(link)
    return rows, _fold_again(rows, again)


def _fold_again(rows: dict[bytes, Link], again: list[Link]) -> dict[bytes, int]:
    occurrences: dict[bytes, int] = {}
    variants: dict[tuple[bytes, str, tuple[str, ...]], bytes] = {}
    next_k: dict[bytes, int] = {}
    for link in again:
        row = first = link.target.ids[link.link_type]
        if link.anchor != rows[first].anchor or link.rel != rows[first].rel:
            variant = (first, link.anchor, link.rel)
            if variant not in variants:
                k = next_k[first] = next_k.get(first, 0) + 1
                row = variants[variant] = first[:GROUP] + k_bytes(k)
                rows[row] = link
                continue
            row = variants[variant]
        occurrences[row] = occurrences.get(row, 1) + 1
    return occurrences


def _encode_links(
    page: Page, rows: dict[bytes, Link], occurrences: dict[bytes, int]
) -> tuple[list[bytes], bytes, set[str]]:
    """One flat loop, since it runs for every link of the web: attribute look-ups and calls are what it costs."""
    source, tail = _page_segments(page)
    head = _ID + page.target.hash8
    around = _FIXED + len(source) + len(tail)
    links: list[bytes] = []
    packed: list[bytes] = []
    domains: set[str] = set()
    labels: dict[tuple[str, tuple[str, ...], bool, str], tuple[bytes, int]] = {}  # on one page, rel decides the label
    for row, link in rows.items():
        link_target = link.target
        segment = link_target.ids.get(_SEGMENT) or _target_segment(link_target)
        label = link.link_type, link.rel, link.is_internal, link.placement
        labelled, digest = labels.get(label) or labels.setdefault(label, _label_segment(link))
        times = _ONCE if row not in occurrences else _TIMES + _int32(occurrences[row])
        try:
            anchor, before, after = link.anchor.encode(), link.text_before.encode(), link.text_after.encode()
            own = b"".join(
                (_ANCHORS[len(anchor)], anchor, _BEFORES[len(before)], before, _AFTERS[len(after)], after, times)
            )
        except (IndexError, UnicodeEncodeError):
            own = _unusual_texts(link) + times
        length = around + len(segment) + len(own) + len(labelled)
        links.append(b"".join((length.to_bytes(4, "little"), head, row, source, segment, own, labelled, tail)))
        packed.append(row + crc32(own, digest).to_bytes(4, "little"))
        if not link.is_internal:
            domains.add(link_target.domain)
    return links, b"".join(packed), domains


def _elements(fields: dict[str, Any]) -> bytes:
    """The elements of a document without its length and its end."""
    return bson.encode(fields, codec_options=CODEC)[4:-1]


def _page_segments(page: Page) -> tuple[bytes, bytes]:
    """What all link documents of a page share: before the target, and the end."""
    outbound = page.outbound
    source = _elements({"source_url": page.url, "source_domain": page.target.domain})
    tail = {
        "source_external_links": outbound.external if outbound else 0,
        "source_internal_links": outbound.internal if outbound else 0,
        "first_seen": page.fetched_at,
    }
    return source, _elements(tail) + b"\0"


def _target_segment(link_target: Target) -> bytes:
    url, key, domain = link_target.url.encode(), link_target.key.encode(), link_target.domain.encode()
    strings = (_string(_TARGET_URL, url), _string(_TARGET_KEY, key), _string(_TARGET_DOMAIN, domain), b"\0")
    segment = link_target.ids[_SEGMENT] = b"".join(strings)
    return segment


def _label_segment(link: Link) -> tuple[bytes, int]:
    """The fields all links of one label, type and place share, and their CRC."""
    if link.label is None:
        raise ValueError("A link has no label: the label pipeline must run before the sink.")
    label = (link.link_type, link.rel, link.label, link.is_internal, link.placement)
    if label not in _labels:
        fields = {
            "link_type": link.link_type,
            "rel": [_clean(token) for token in link.rel],
            **link.label._asdict(),
            "is_internal": link.is_internal,
            "placement": link.placement,
        }
        if len(_labels) >= MAX_LABELS:  # rel tokens are free text
            _labels.clear()
        segment = _elements(fields)
        _labels[label] = segment, crc32(segment)
    return _labels[label]


def _unusual_texts(link: Link) -> bytes:
    """Long ones, and such with lone surrogates, which are no characters and no UTF-8."""
    texts = ((_ANCHOR, link.anchor), (_BEFORE, link.text_before), (_AFTER, link.text_after))
    return b"".join(_string(name, text.encode("utf-8", "replace")) for name, text in texts)


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
        "nofollow": bool(page.nofollow_by),
        "size": page.size,
    }
    optional = {
        "reason": page.reason,
        "title": _clean(page.title),
        "language": _clean(page.language),
        "canonical": page.canonical,
        "nofollow_by": page.nofollow_by,
        "hops": [{"url": hop.url, "status": hop.status, "kind": hop.kind} for hop in page.hops],
        "outbound": _outbound(page.outbound, page.self_links) if page.outbound else None,
        "skipped": page.skipped,
        "content_hash": page.content_hash,
        "etag": _clean(page.etag),
        "last_modified": _clean(page.last_modified),
    }
    document.update((name, value) for name, value in optional.items() if value)
    return document


def _outbound(counts: Outbound, self_links: int) -> dict[str, int]:
    return {**counts._asdict(), "self": self_links}


def _clean(text: str) -> str:
    """Lone surrogates are no characters and no UTF-8."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


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
