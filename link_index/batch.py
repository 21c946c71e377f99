"""Writes a batch of pages into the index, in an order that makes a crash at any point repeatable."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

import bson
from pymongo import DeleteOne, ReplaceOne, UpdateMany, UpdateOne

from link_index import link_changes, page_diff
from link_index.documents import PACKED
from link_index.link_pairing import link_groups, stored_links
from link_index.page_write import CODEC
from link_index.redirects import RedirectTable, moves, redirected_link, same_redirect
from link_index.urls import target

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from pymongo.database import Database

    from link_index.checked_writes import CheckedWrites, Operation
    from link_index.documents import Document
    from link_index.page_diff import PageDiff
    from link_index.page_write import PageWrite

MARKS_REMEMBERED = 50_000
SWEPT_AT_ONCE = 500

_T = TypeVar("_T")
_Found = tuple["PageDiff", int]  # a link: which page's, and its index there


@dataclass(slots=True)
class _Work:
    """What a batch comes to, put together step by step."""

    links: list[Operation] = field(default_factory=list)  # updates
    domains: set[str] = field(default_factory=set)  # whose backlinks from other domains change
    refused: set[tuple[str, int]] = field(default_factory=set)  # page and index of links the server does not take
    counts: Counter[str] = field(default_factory=Counter)


class BatchWriter:
    """Links first, page document last.

    Until the page document is written, a repetition finds the same difference, and each step does nothing when it
    finds its work done. So it does not matter where a crash came.
    """

    def __init__(self, db: Database[Document], writes: CheckedWrites, counts: Counter[str]) -> None:
        self._db = db
        self._writes = writes
        self._counts = counts
        self._redirects = RedirectTable(db)
        self._marked: set[str] = set()

    def write(self, pages: Sequence[PageWrite]) -> None:
        """Store pages with different URLs. Whatever it raises, the same call again completes it."""
        try:
            self._counts += self._write(pages)
        except BaseException:
            self.forget()  # redirects may be noted that were not written
            raise

    def forget(self) -> None:
        """Ask the database again about everything remembered."""
        self._redirects.forget()
        self._marked.clear()

    def sweep_redirects(self, since: datetime) -> None:
        """Resolve stored links by the redirects seen since: a link that another writer stored in the moment between
        our look at `redirects` and its own may have missed one. Done again it finds nothing to do."""
        self.forget()
        seen = self._db["redirects"].find({"seen_at": {"$gte": since}}, {"_id": 1})
        urls = (redirect["_id"] for redirect in seen)
        while part := list(islice(urls, SWEPT_AT_ONCE)):
            work = _Work()
            self._move_links(part, work)
            self._writes.bulk("links", work.links)
            self._mark_dirty(work.domains)

    def _write(self, pages: Sequence[PageWrite]) -> Counter[str]:
        self._redirects.bound()
        diffs = self._diffs(pages)
        rows = self._settle(diffs)
        work = _Work(domains=_newly_linked_domains(diffs))
        redirects = self._changed_redirects(diffs)
        self._move_links(redirects, work)
        there = self._insert_links([(diff, diff.new) for diff in diffs if diff.new], work)
        rows |= self._settle_there(there)
        self._revisit_links(there + [(diff, index) for diff in diffs for index in diff.changed], rows, work)
        self._lose_links(diffs, work)
        self._recount_links(diffs, work)
        self._writes.bulk("links", work.links)
        self._mark_dirty(work.domains)
        self._writes.bulk("redirects", _redirect_operations(redirects))
        self._writes.bulk("pages", [_page_operation(diff, work.refused) for diff in diffs], is_last=True)
        _count(diffs, len(redirects), work.counts)
        return work.counts

    def _diffs(self, pages: Sequence[PageWrite]) -> list[PageDiff]:
        which = {"_id": {"$in": [write.url for write in pages]}}
        known = {page["_id"]: page for page in self._db["pages"].find(which, page_diff.PROJECTION)}
        stored = [(write, known.get(write.url)) for write in pages]
        return [page_diff.page_diff(write, page) for write, page in stored if not page_diff.is_outdated(write, page)]

    def _settle(self, diffs: list[PageDiff]) -> dict[bytes, Document]:
        """Make the diffs complete; the stored links that were read for it."""
        rows = stored_links(self._db, [group for diff in diffs for group in diff.unclear])
        for diff in diffs:
            diff.settle(rows)
        return rows

    def _settle_there(self, links: list[_Found]) -> dict[bytes, Document]:
        """Of links that are not listed, but stored, find the same ones: they return, or an attempt was cut short."""
        diffs = {diff.write.url: diff for diff, _ in links}
        indexes: dict[str, list[int]] = defaultdict(list)
        for diff, index in links:
            indexes[diff.write.url].append(index)
        groups = {url: link_groups(diff.write, indexes[url], {}).values() for url, diff in diffs.items()}
        rows = stored_links(self._db, chain.from_iterable(groups.values()))
        for url, diff in diffs.items():
            numbers = {index: k for group in groups[url] for index, k in group.pairing(rows).items()}
            diff.write = diff.write.renumbered(numbers)
        return rows

    def _changed_redirects(self, diffs: list[PageDiff]) -> dict[str, Document | None]:
        """Redirects that are new or different, and None for those of pages that answer for themselves now.

        On the way it learns of the targets of new links whether they redirect: one query for both.
        """
        looks = {diff.write.url: diff.write.redirect for diff in diffs if diff.write.is_look}
        targets = set().union(*(_picked(diff.write.targets, diff.new) for diff in diffs))
        self._redirects.load(targets, afresh=looks)
        changed: dict[str, Document | None] = {}
        for url, redirect in looks.items():
            old = self._redirects.known.get(url)
            if redirect is None and old is not None:
                self._redirects.note_none(url)
                changed[url] = None
            elif redirect is not None and not same_redirect(old, redirect):
                self._redirects.note(redirect)
                changed[url] = redirect
        if changed:
            self._redirects.load(targets)  # where they lead now
        return changed

    def _move_links(self, redirects: Iterable[str], work: _Work) -> None:
        if keys := {target(url).key for url in redirects}:
            for operations, domains in moves(self._db, keys, self._redirects):
                work.links += operations
                work.domains |= domains

    def _insert_links(self, pages: list[tuple[PageDiff, Sequence[int]]], work: _Work) -> list[_Found]:
        """Insert links of pages that are not there; those that are, are returned."""
        documents: list[Sequence[bytes]] = []
        for diff, indexes in pages:
            if self._redirects.known.keys().isdisjoint(diff.write.targets):
                documents.append(_picked(diff.write.links, indexes))
            else:
                documents.append([self._led_on(diff, index, work) for index in indexes])
        there, refused = self._writes.insert("links", documents)
        work.counts["links_new"] += sum(map(len, documents)) - len(there) - len(refused)
        if not there and not refused:
            return []
        links = [(diff, index) for diff, indexes in pages for index in indexes]
        work.refused |= {(links[at][0].write.url, links[at][1]) for at in refused}
        return [links[at] for at in sorted(there)]

    def _led_on(self, diff: PageDiff, index: int, work: _Work) -> bytes:
        write = diff.write
        resolution = self._redirects.resolve(write.targets[index])
        if resolution is None:
            return write.links[index]
        work.domains.add(target(resolution.final_url).domain)
        return redirected_link(write.links[index], resolution)

    def _revisit_links(self, links: list[_Found], rows: dict[bytes, Document], work: _Work) -> None:
        """Bring links up to date that are stored already: changed ones, returned ones, those of a cut-short attempt."""
        missing: list[_Found] = []  # listed by the page, but not there
        for diff, index in links:
            row = rows.get(diff.write.link_id(index))
            if row is None:
                missing.append((diff, index))
                continue
            update, kind = link_changes.link_change(row, bson.decode(diff.write.links[index], CODEC))
            work.counts[f"links_{kind}"] += 1
            if update:
                work.links.append(UpdateOne({"_id": row["_id"]}, update))
                if not row["is_internal"]:
                    work.domains.add(row["target_domain"])
        if missing:
            self._redirects.load({diff.write.targets[index] for diff, index in missing})
            self._insert_links([(diff, [index]) for diff, index in missing], work)

    def _lose_links(self, diffs: list[PageDiff], work: _Work) -> None:
        losing = [diff for diff in diffs if diff.lost]
        ids = [UUID(bytes=link) for diff in losing for link in diff.lost]
        if not ids:
            return
        for row in self._db["links"].find({"_id": {"$in": ids}, "is_internal": False}, {"target_domain": 1}):
            work.domains.add(row["target_domain"])
        for diff in losing:
            which = {"_id": {"$in": [UUID(bytes=link) for link in diff.lost]}, "lost_at": None}
            lost = {"lost_at": diff.write.page["fetched_at"], "lost_reason": diff.lost_reason}
            work.links.append(UpdateMany(which, {"$set": lost}))

    def _recount_links(self, diffs: list[PageDiff], work: _Work) -> None:
        for diff in diffs:
            if diff.recounted:
                outbound = diff.write.page.get("outbound", {})
                counts = {f"source_{scope}_links": outbound.get(scope, 0) for scope in ("external", "internal")}
                which = {"_id": {"$in": [UUID(bytes=link) for link in diff.recounted]}}
                work.links.append(UpdateMany(which, {"$set": counts}))

    def _mark_dirty(self, domains: set[str]) -> None:
        """The aggregates of these domains are to be rebuilt."""
        new = domains - self._marked
        self._writes.insert("dirty", [[bson.encode({"_id": domain}) for domain in new]])
        if len(self._marked) > MARKS_REMEMBERED:
            self._marked.clear()
        self._marked |= new


def _newly_linked_domains(diffs: list[PageDiff]) -> set[str]:
    domains = set()
    for diff in diffs:
        if len(diff.new) == len(diff.write.links):
            domains |= diff.write.domains
        else:
            domains |= diff.write.domains & {target(diff.write.targets[index]).domain for index in diff.new}
    return domains


def _picked(values: Sequence[_T], indexes: Sequence[int]) -> Sequence[_T]:
    return values if len(indexes) == len(values) else [values[index] for index in indexes]


def _redirect_operations(redirects: dict[str, Document | None]) -> list[Operation]:
    return [
        ReplaceOne({"_id": url}, redirect, upsert=True) if redirect else DeleteOne({"_id": url})
        for url, redirect in redirects.items()
    ]


def _page_operation(diff: PageDiff, refused: set[tuple[str, int]]) -> Operation:
    write, page = diff.write, diff.write.page
    if not diff.replaces:
        failure = {"at": page["fetched_at"]}
        failure |= {name: page[name] for name in ("outcome", "status", "reason") if name in page}
        return UpdateOne({"_id": write.url}, {"$set": {"last_failure": failure}})
    packed = write.packed
    if refused:  # the next look must find them new
        rows = (index for index in range(len(write.links)) if (write.url, index) not in refused)
        packed = b"".join(packed[row * PACKED : (row + 1) * PACKED] for row in rows)
    return ReplaceOne({"_id": write.url}, {**page, "links": packed}, upsert=True)


def _count(diffs: list[PageDiff], redirects: int, counts: Counter[str]) -> None:
    for diff in diffs:
        if diff.replaces:
            state = "new" if not diff.known else "unchanged" if diff.is_unchanged else "changed"
            counts[f"pages_{state}"] += 1
            counts["links_lost"] += len(diff.lost)
            counts["links_unchanged"] += len(diff.write.links) - len(diff.new) - len(diff.changed)
    counts["redirects_changed"] += redirects
