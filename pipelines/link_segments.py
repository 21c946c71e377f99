"""The parts of encoded link documents: what pages, targets and labels share is built once and joined for each link.

Building a dict for every link and encoding it costs four times as much; the tests hold the bytes equal to the plain
dicts. https://bsonspec.org/spec.html names the element types.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from struct import Struct
from typing import TYPE_CHECKING, Any
from zlib import crc32

import bson

from link_index.documents import link_hash
from link_index.page_write import CODEC

if TYPE_CHECKING:
    from backlink_spider.items import Link, Page
    from link_index.urls import Target

int32 = Struct("<i").pack
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

FIXED = 4 + 10 + 8 + 8  # bytes of a link document outside its segments: length, head of `_id`, page and link hash
ID = b"\x05_id\0\x10\0\0\0\x04"  # element `_id`: binary of 16 bytes, subtype 4 (UUID)

# String elements up to their length. Those after the first also end the string before them.
_TARGET_URL, _TARGET_KEY, _TARGET_DOMAIN = b"\x02target_url\0", b"\0\x02target_key\0", b"\0\x02target_domain\0"
_SOURCE_URL, _SOURCE_DOMAIN = b"\x02source_url\0", b"\0\x02source_domain\0"
_EXTERNAL_LINKS, _INTERNAL_LINKS = b"\x10source_external_links\0", b"\x10source_internal_links\0"
_FIRST_SEEN = b"\x09first_seen\0"
_tail = Struct(f"<{len(_EXTERNAL_LINKS)}si{len(_INTERNAL_LINKS)}si{len(_FIRST_SEEN)}sqs").pack
ANCHOR, BEFORE, AFTER = b"\x02anchor\0", b"\0\x02text_before\0", b"\0\x02text_after\0"
TIMES = b"\0\x10occurrences\0"
ONCE = TIMES + int32(1)


def _heads(name: bytes) -> list[bytes]:
    """A string element up to its text, by the text's bytes: for every usual length."""
    return [name + int32(size + 1) for size in range(600)]


def _string(name: bytes, text: bytes) -> bytes:
    return name + int32(len(text) + 1) + text


ANCHORS, BEFORES, AFTERS = _heads(ANCHOR), _heads(BEFORE), _heads(AFTER)

_SURROGATE = re.compile("[\ud800-\udfff]")

MAX_LABELS = 4096
_labels: dict[tuple[Any, ...], tuple[bytes, int]] = {}  # label -> its segment and the CRC of that


def _elements(fields: dict[str, Any]) -> bytes:
    """The elements of a document without its length and its end."""
    return bson.encode(fields, codec_options=CODEC)[4:-1]


def page_segments(page: Page) -> tuple[bytes, bytes]:
    """What all link documents of a page share: before the target, and the end."""
    outbound = page.outbound
    source = _string(_SOURCE_URL, page.url.encode()) + _string(_SOURCE_DOMAIN, page.target.domain.encode()) + b"\0"
    external, internal = (outbound.external, outbound.internal) if outbound else (0, 0)
    milliseconds = (page.fetched_at - _EPOCH) // _MILLISECOND
    return source, _tail(_EXTERNAL_LINKS, external, _INTERNAL_LINKS, internal, _FIRST_SEEN, milliseconds, b"\0")


def target_segment(link_target: Target) -> bytes:
    url, key, domain = link_target.url.encode(), link_target.key.encode(), link_target.domain.encode()
    strings = (_string(_TARGET_URL, url), _string(_TARGET_KEY, key), _string(_TARGET_DOMAIN, domain), b"\0")
    segment = link_target.segment = b"".join(strings)
    return segment


def row_of(link_target: Target, link_type: str) -> bytes:
    """The second half of the `_id` of a page's first link of this target and type."""
    if link_type == "text":
        if link_target.text_row is None:
            link_target.text_row = link_hash(link_target.url, link_type, 0)
        return link_target.text_row
    if link_target.other_rows is None:
        link_target.other_rows = {}
    if link_type not in link_target.other_rows:
        link_target.other_rows[link_type] = link_hash(link_target.url, link_type, 0)
    return link_target.other_rows[link_type]


def label_segment(link: Link) -> tuple[bytes, int]:
    """The fields all links of one label, type and place share, and their CRC."""
    if link.label is None:
        raise ValueError("A link has no label: the label pipeline must run before the sink.")
    label = (link.link_type, link.rel, link.label, link.is_internal, link.placement, link.hidden)
    if label not in _labels:
        fields: dict[str, Any] = {
            "link_type": link.link_type,
            "rel": [clean(token) for token in link.rel],
            **link.label._asdict(),
            "is_internal": link.is_internal,
            "placement": link.placement,
        }
        if link.hidden:
            fields["hidden"] = link.hidden
        if len(_labels) >= MAX_LABELS:  # rel tokens are free text
            _labels.clear()
        segment = _elements(fields)
        _labels[label] = segment, crc32(segment)
    return _labels[label]


def unusual_texts(link: Link) -> bytes:
    """Long ones, and such with lone surrogates, which are no characters and no UTF-8."""
    texts = ((ANCHOR, link.anchor), (BEFORE, link.text_before), (AFTER, link.text_after))
    return b"".join(_string(name, clean(text).encode()) for name, text in texts)


def clean(text: str) -> str:
    """Lone surrogates, which are no characters and no UTF-8, as U+FFFD (Web IDL, "convert to a scalar value string").

    No page has any: its reader gives U+FFFD already. A spider or a pipeline of others may.
    """
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)
