"""One look at a page, ready to be written: the same bytes for MongoDB, the queue and the spool."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import bson
from bson.binary import UuidRepresentation
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument

from link_index.documents import GROUP, PACKED, k_bytes, k_of
from link_index.link_block import LinkBlock, split

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from link_index.documents import Document

# Where the id is in an encoded link: after the link's length and the head of the `_id` element.
_ID_START, _ID_END = 14, 14 + 16

# The documents of the index use time zone aware dates and UUIDs of subtype 4 everywhere.
CODEC: CodecOptions[Document] = CodecOptions(tz_aware=True, uuid_representation=UuidRepresentation.STANDARD)

# Outcomes that say what is on the page. A redirect and a file that is no HTML are looks, too: they show no links.
LOOKS = frozenset({"page", "other", "redirect"})
GONE = frozenset({404, 410})


def is_look(outcome: str, status: int | None) -> bool:
    """Whether an outcome tells what links the page has; a failed fetch tells nothing."""
    return outcome in LOOKS or (outcome == "error" and status in GONE)


@dataclass(slots=True)
class PageWrite:
    """A page's document (without `links`), its link documents as BSON, and what the writer needs to know of them."""

    page: Document
    links: Sequence[bytes]  # BSON, one per stored link; a LinkBlock once it is made
    packed: bytes  # ids and digests of `links`, in their order
    targets: list[str]  # the target_url of each of `links`
    domains: set[str]  # target domains of the external ones of `links`
    redirect: Document | None = None  # the `redirects` document the page itself is
    page_id: int = 0  # the frontier's number for it
    size: int = field(init=False)  # bytes it holds, near enough to bound a queue by

    def __post_init__(self) -> None:
        self.links = links = LinkBlock.of(self.links)
        self.size = 2000 + len(self.packed) + len(links.joined)

    @property
    def url(self) -> str:
        return str(self.page["_id"])

    @property
    def is_look(self) -> bool:
        return is_look(self.page["outcome"], self.page["status"])

    @property
    def is_gone(self) -> bool:
        return self.page["outcome"] == "error" and self.page["status"] in GONE

    def link_id(self, index: int) -> bytes:
        return self.links[index][_ID_START:_ID_END]

    def row(self, index: int) -> bytes:
        """The second half of a link's id."""
        return self.packed[index * PACKED : index * PACKED + 8]

    def digest(self, index: int) -> bytes:
        return self.packed[index * PACKED + 8 : (index + 1) * PACKED]

    def renumbered(self, numbers: Mapping[int, int]) -> PageWrite:
        """The same look, where these links (by their index) have this k."""
        other = {index: k for index, k in numbers.items() if k != k_of(self.row(index))}
        if not other:
            return self
        links, packed = [*self.links], bytearray(self.packed)
        for index, k in other.items():
            links[index] = links[index][: _ID_START + 8 + GROUP] + k_bytes(k) + links[index][_ID_END:]
            packed[index * PACKED + GROUP : index * PACKED + 8] = k_bytes(k)
        return replace(self, links=links, packed=bytes(packed))

    def to_bson(self) -> bytes:
        return bson.encode(
            {
                "page": self.page,
                "links": LinkBlock.of(self.links).joined,
                "packed": self.packed,
                "redirect": self.redirect,
                "page_id": self.page_id,
            },
            codec_options=CODEC,
        )

    @classmethod
    def from_bson(cls, data: bytes) -> PageWrite:
        record = bson.decode(data, CODEC)
        links = split(record["links"])
        targets, domains = [], set()
        for link in links:
            fields: Any = RawBSONDocument(link)
            targets.append(fields["target_url"])
            if not fields["is_internal"]:
                domains.add(fields["target_domain"])
        return cls(record["page"], links, record["packed"], targets, domains, record["redirect"], record["page_id"])
