"""What one look at a page changes: its links compared with those the page document lists."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from link_index.documents import PACKED, PAGE_GONE, REMOVED, page_hash, unpack_links
from link_index.page_write import is_look

if TYPE_CHECKING:
    from collections.abc import Sequence

    from link_index.documents import Document
    from link_index.page_write import PageWrite

# What a diff reads of a stored page.
PROJECTION = {"links": 1, "outcome": 1, "status": 1, "fetched_at": 1, "outbound": 1, "last_failure": 1}


@dataclass(slots=True)
class PageDiff:
    """Indexes are into `write.links`; ids are whole link ids."""

    write: PageWrite
    known: bool  # there is a page document
    new: Sequence[int] = ()
    changed: list[int] = field(default_factory=list)
    lost: list[bytes] = field(default_factory=list)
    recounted: list[bytes] = field(default_factory=list)  # stored links whose page now counts differently
    lost_reason: str = REMOVED
    replaces: bool = True  # whether the page document becomes the write's, or only takes note of a failure

    @property
    def is_unchanged(self) -> bool:
        return not (self.new or self.changed or self.lost or self.recounted)


def is_outdated(write: PageWrite, known: Document | None) -> bool:
    """Whether the index has seen a later look: a spool replayed late must not turn it back."""
    return known is not None and known["fetched_at"] > write.page["fetched_at"]


def page_diff(write: PageWrite, known: Document | None) -> PageDiff:
    """The difference between a stored page and a new look at it.

    Only a look at the page tells that a link is gone: its HTML without the link, something that is no HTML, a
    redirect, or 404 and 410. Every other outcome says nothing, and a page that was seen before keeps what was seen.
    """
    if not write.is_look:
        seen = known is not None and is_look(known["outcome"], known["status"])
        return PageDiff(write, known is not None, replaces=not seen)
    diff = PageDiff(write, known is not None, lost_reason=PAGE_GONE if write.is_gone else REMOVED)
    stored = known.get("links", b"") if known else b""
    if not stored:
        diff.new = range(len(write.links))
    elif stored != write.packed:
        _compare(diff, unpack_links(stored))
    if stored and known and _counts(known) != _counts(write.page):
        first, lost = page_hash(write.url), set(diff.lost)
        diff.recounted = [first + row for row in unpack_links(stored) if first + row not in lost]
    return diff


def _compare(diff: PageDiff, stored: dict[bytes, bytes]) -> None:
    packed, new = diff.write.packed, []
    for index, start in enumerate(range(0, len(packed), PACKED)):
        digest = stored.pop(packed[start : start + 8], None)
        if digest is None:
            new.append(index)
        elif digest != packed[start + 8 : start + PACKED]:
            diff.changed.append(index)
    first = page_hash(diff.write.url)
    diff.lost = [first + row for row in stored]
    diff.new = new


def _counts(page: Document) -> tuple[int, int]:
    outbound = page.get("outbound", {})
    return outbound.get("external", 0), outbound.get("internal", 0)
