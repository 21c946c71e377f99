"""Which stored link each link of a new look at a page is: first the same ones, the rest in their order.

Only links of one page with one target and type can be taken for each other. Most pages have one of each.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING
from uuid import UUID

import bson

from link_index import link_changes
from link_index.documents import GROUP, MAX_K, k_bytes, k_of, page_hash
from link_index.page_write import CODEC

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from pymongo.database import Database

    from link_index.documents import Document
    from link_index.page_write import PageWrite

Identity = tuple[str, tuple[str, ...]]  # anchor and rel: what makes links of one target and type different


@dataclass(slots=True)
class LinkGroup:
    """Links of one page with one target and type, of which it is open which of the stored ones they are."""

    write: PageWrite
    prefix: bytes  # of their ids, and of those of their counterparts: all but k
    links: list[int] = field(default_factory=list)  # indexes into the links of `write`, in document order
    listed: dict[int, bytes] = field(default_factory=dict)  # k and digest of those the page document lists, in order
    taken: set[int] = field(default_factory=set)  # k of those that are known to be other links of `write`
    searched: int = 0  # stored links below this k are looked at

    def link_id(self, k: int) -> bytes:
        return self.prefix + k_bytes(k)

    def left(self, used: Collection[int]) -> list[bytes]:
        """The ids of listed links that are no link of the page any more."""
        return [self.link_id(k) for k in sorted(self.listed.keys() - self.taken - {*used})]

    def take_equal(self) -> dict[int, int]:
        """Take out the links that equal a listed one in everything: the k of each, by its index."""
        digests = {digest: k for k, digest in self.listed.items() if k not in self.taken}
        seen = [(index, digests.pop(self.write.digest(index), None)) for index in self.links]
        equal = {index: k for index, k in seen if k is not None}
        self.taken |= {*equal.values()}
        self.links = [index for index in self.links if index not in equal]
        return equal

    def identities(self) -> list[Identity]:
        return [_identity(bson.decode(self.write.links[index], CODEC)) for index in self.links]

    def stored(self, rows: Mapping[bytes, Document]) -> dict[int, Identity]:
        found = ((k, rows.get(self.link_id(k))) for k in range(self.searched))
        return {k: _identity(row) for k, row in found if row is not None}

    def pairing(self, rows: Mapping[bytes, Document]) -> dict[int, int]:
        """The k of each of `links`, by its index; `rows` as from `stored_links`."""
        return dict(
            zip(self.links, pairing(self.identities(), self.stored(rows), self.listed, self.taken), strict=True)
        )


def link_groups(write: PageWrite, links: Sequence[int], listed: Mapping[bytes, bytes]) -> dict[bytes, LinkGroup]:
    """Groups of links whose counterparts are open, by target and type; `listed` as in `unpack_links`."""
    first = page_hash(write.url)
    groups: dict[bytes, LinkGroup] = {}
    open_links = set(links)
    for index in links:
        key = write.row(index)[:GROUP]
        groups.setdefault(key, LinkGroup(write, first + key)).links.append(index)
    for index in range(len(write.links)):
        row = write.row(index)
        if group := groups.get(row[:GROUP]):
            k = k_of(row)
            group.searched = max(group.searched, k + 1)
            if index not in open_links:
                group.taken.add(k)
    for row, digest in listed.items():
        if group := groups.get(row[:GROUP]):
            k = k_of(row)
            group.searched = max(group.searched, k + 1)
            group.listed[k] = digest
    return groups


def pairing(
    seen: Sequence[Identity], stored: Mapping[int, Identity], listed: Collection[int], taken: Collection[int]
) -> list[int]:
    """The k of each link seen, none of them in `taken`.

    The same anchor and rel is the same link, be it live (`listed`) or lost. The rest are live ones that changed, in
    their order, and then new ones. Where no such link is live, all of them were lost together, and return together:
    then the rest are lost ones that changed.
    """
    lost = sorted(k for k in stored if k not in listed)
    left = [k for k in (*listed, *lost) if k not in taken]
    same: defaultdict[Identity, list[int]] = defaultdict(list)
    for k in reversed(left):
        if k in stored:
            same[stored[k]].append(k)
    pairs = [same[identity].pop() if same[identity] else None for identity in seen]
    used = {*pairs}
    left = [k for k in left if k not in used]
    changed = [k for k in left if k in listed or not listed]
    unused = (k for k in range(MAX_K + 1) if k not in stored and k not in listed and k not in taken)
    rest = chain(changed, unused, (k for k in left if k not in listed))
    return [next(rest) if k is None else k for k in pairs]


def stored_links(db: Database[Document], groups: Iterable[LinkGroup]) -> dict[bytes, Document]:
    """The stored links that links of these groups may be, by their ids, with the fields of `link_changes.PROJECTION`.

    Lost links are listed nowhere. They are looked for where the known ones are not the same: as every k is used
    before the next one, the first that is not there ends the search.
    """
    rows: dict[bytes, Document] = {}
    asking = [(group, 0) for group in groups]
    while asking:
        ids = [
            UUID(bytes=group.link_id(k))
            for group, start in asking
            for k in range(start, group.searched)
            if k not in group.taken
        ]
        found = db["links"].find({"_id": {"$in": ids}}, link_changes.PROJECTION)
        rows |= {row["_id"].bytes: row for row in found}
        asking = [(group, group.searched) for group, _ in asking if _may_have_more(group, rows)]
        for group, _ in asking:
            group.searched = min(2 * group.searched, MAX_K + 1)
    return rows


def _may_have_more(group: LinkGroup, rows: Mapping[bytes, Document]) -> bool:
    last = group.searched - 1
    if last == MAX_K or (last not in group.taken and group.link_id(last) not in rows):
        return False
    return not {*group.stored(rows).values()}.issuperset(group.identities())


def _identity(link: Document) -> Identity:
    return link["anchor"], tuple(link["rel"])
