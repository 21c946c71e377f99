"""What one look at a page changes: its links compared with those the page document lists."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from link_index.documents import GROUP, PAGE_GONE, REMOVED, page_hash, unpack_links
from link_index.link_pairing import link_groups
from link_index.page_write import is_look

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from link_index.documents import Document
    from link_index.link_pairing import LinkGroup
    from link_index.page_write import PageWrite

# What a diff reads of a stored page.
PROJECTION = {"links": 1, "outcome": 1, "status": 1, "fetched_at": 1, "outbound": 1, "last_failure": 1}


@dataclass(slots=True)
class PageDiff:
    """Indexes are into `write.links`; ids are whole link ids. Complete once nothing is `unclear`."""

    write: PageWrite
    known: bool  # there is a page document
    new: Sequence[int] = ()
    changed: list[int] = field(default_factory=list)
    lost: list[bytes] = field(default_factory=list)
    unclear: list[LinkGroup] = field(default_factory=list)  # what only the stored links tell
    is_recounted: bool = False  # whether the page now counts differently
    lost_reason: str = REMOVED
    replaces: bool = True  # whether the page document becomes the write's, or only takes note of a failure

    @property
    def is_unchanged(self) -> bool:
        return not (self.new or self.changed or self.lost or self.recounted)

    @property
    def recounted(self) -> list[bytes]:
        """The stored links that stay, if their page counts differently."""
        if not self.is_recounted:
            return []
        first, new = page_hash(self.write.url), set(self.new)
        return [first + self.write.row(index) for index in range(len(self.write.links)) if index not in new]

    def settle(self, rows: Mapping[bytes, Document]) -> None:
        """Make clear what was not; `rows` as from `stored_links`."""
        if not self.unclear:
            return
        numbers: dict[int, int] = {}
        for group in self.unclear:
            pairs = group.pairing(rows)
            numbers |= pairs
            self.changed += [index for index, k in pairs.items() if k in group.listed]
            self.new = [*self.new, *(index for index, k in pairs.items() if k not in group.listed)]
            self.lost += group.left(pairs.values())
        self.new = sorted(self.new)
        self.unclear = []
        self.write = self.write.renumbered(numbers)


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
    if known is None:
        diff.new = range(len(write.links))
    elif stored != write.packed:
        _compare(diff, unpack_links(stored))
    diff.is_recounted = known is not None and _counts(known) != _counts(write.page)
    return diff


def _compare(diff: PageDiff, stored: Mapping[bytes, bytes]) -> None:
    """Pair the links that are equal in everything. What else may be the same link is left for a look at the index."""
    write = diff.write
    seen = unpack_links(write.packed)
    different = [index for index, (row, digest) in enumerate(seen.items()) if stored.get(row) != digest]
    groups = link_groups(write, different, stored)
    first, new = page_hash(write.url), []
    numbers: dict[int, int] = {}
    diff.lost = [first + row for row in stored if row not in seen and row[:GROUP] not in groups]
    for group in groups.values():
        numbers |= group.take_equal()
        if not group.links:
            diff.lost += group.left(())
        elif not group.listed and len(group.links) == 1:
            new += group.links
        else:
            diff.unclear.append(group)
    diff.new = new
    diff.write = write.renumbered(numbers)


def _counts(page: Document) -> tuple[int, int]:
    outbound = page.get("outbound", {})
    return outbound.get("external", 0), outbound.get("internal", 0)
