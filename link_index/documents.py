"""The shapes of the index: its indexes, and what identifies a link. docs/data-format.md describes every field."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import blake2b
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pymongo import ASCENDING, DESCENDING, IndexModel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pymongo.database import Database

Document = dict[str, Any]

EPOCH = datetime.fromtimestamp(0, tz=UTC)

# What a second look at the same link may find different. The first nine are worth a line in `changes`.
TRACKED_FIELDS = ("anchor", "rel", "dofollow", "nofollow", "ugc", "sponsored", "nofollow_by", "placement", "hidden")
MUTABLE_FIELDS = (*TRACKED_FIELDS, "text_before", "text_after", "occurrences")
MAX_CHANGES = 50  # a link that alternates for ever must not outgrow its document

REMOVED = "removed"  # a successful look at the page without the link
PAGE_GONE = "page_gone"  # the page answered 404 or 410

INDEXES: Mapping[str, list[IndexModel]] = {
    "links": [
        # One key answers URL, path prefix, host and domain with its sub-domains, by ranges; newest first per URL.
        IndexModel([("target_key", ASCENDING), ("first_seen", DESCENDING)]),
        IndexModel([("target_domain", ASCENDING), ("first_seen", DESCENDING)]),
        IndexModel(
            [("target_domain", ASCENDING), ("lost_at", DESCENDING)],
            partialFilterExpression={"lost_at": {"$gt": EPOCH}},  # few links are lost: an index of those alone
        ),
        IndexModel([("via", ASCENDING)], sparse=True),
    ],
    "pages": [IndexModel([("key", ASCENDING)]), IndexModel([("domain", ASCENDING)])],
    "redirects": [
        IndexModel([("key", ASCENDING)]),
        IndexModel([("to_key", ASCENDING)]),
        IndexModel([("seen_at", ASCENDING)]),  # those of one crawl, for the sweep at its end
    ],
    "refdomains": [
        IndexModel([("target_domain", ASCENDING), ("links", DESCENDING)]),
        IndexModel([("source_domain", ASCENDING)]),
    ],
    "domains": [IndexModel([("ref_domains", DESCENDING), ("live", DESCENDING)])],
}


def ensure_indexes(db: Database[Document]) -> None:
    """Create the indexes that are not there yet; the collections come with them."""
    for collection, indexes in INDEXES.items():
        db[collection].create_indexes(indexes)


def page_hash(url: str) -> bytes:
    """The first half of the ids of a page's links. A page's links lie together; the hash spreads pages over shards."""
    return blake2b(url.encode(), digest_size=8).digest()


def link_hash(target_url: str, link_type: str, k: int) -> bytes:
    """The second half of a link's id: its target as linked and its type, and which of the page's different such links.

    Those of one target and type begin alike, so that the list of a page's ids tells which belong together.
    """
    return blake2b(f"{target_url}\n{link_type}".encode(), digest_size=GROUP).digest() + k_bytes(k)


def k_bytes(k: int) -> bytes:
    return k.to_bytes(2, "big")


def k_of(row: bytes) -> int:
    """The k of the second half of a link's id."""
    return int.from_bytes(row[GROUP:], "big")


def link_id(source_url: str, target_url: str, link_type: str, k: int = 0) -> UUID:
    """The `_id` of a link: the same whenever and by whomever it is found, so a replay meets what it wrote before."""
    return UUID(bytes=page_hash(source_url) + link_hash(target_url, link_type, k))


GROUP = 6  # bytes of the second half of an id that name target and type; the two after them are k
MAX_K = 0xFFFF
PACKED = 12  # bytes per stored link in a page's `links`: 8 of its id, 4 of the digest of its mutable fields


def unpack_links(packed: bytes) -> dict[bytes, bytes]:
    """A page's packed `links` as {second half of the link id: digest}."""
    return {packed[i : i + 8]: packed[i + 8 : i + PACKED] for i in range(0, len(packed), PACKED)}


def link_ids(page: Mapping[str, Any]) -> list[UUID]:
    """The ids of the live links a `pages` document lists: what the page links to, by an `_id` look-up."""
    first = page_hash(page["_id"])
    return [UUID(bytes=first + second) for second in unpack_links(page.get("links", b""))]
