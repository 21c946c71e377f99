"""Redirects and the links that go through them: where a chain ends, whichever of link and hop was found first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import bson
from pymongo import UpdateMany

from link_index.page_write import CODEC
from link_index.urls import target

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from pymongo.database import Database

    from link_index.documents import Document

MAX_HOPS = 20  # what browsers follow (the Fetch Standard, "HTTP-redirect fetch")
REMEMBERED = 50_000  # URLs the table knows something of at a time


class Resolution(NamedTuple):
    """Where a link that was redirected leads."""

    final_url: str
    via: list[str]  # keys of the URLs it was led away from, oldest first
    hops: list[Document]  # url, status, kind of each


def resolve(url: str, redirects: Mapping[str, Document]) -> Resolution | None:
    """The end of the chain that starts at a URL; None if it leads nowhere else, and a link to it is a hard link.

    A chain without an end (a loop, a hop without a usable Location, more than MAX_HOPS) is followed to the last URL
    it reaches for the first time. The hop of that URL is then the last of `hops`: a chain whose last hop is that of
    `final_url` has no end.
    """
    here, seen = url, {url}
    via: list[str] = []
    hops: list[Document] = []
    while redirect := redirects.get(here):
        hops.append({"url": here, "status": redirect["status"], "kind": redirect["kind"]})
        to = redirect["to"]
        if not to or to in seen or len(via) == MAX_HOPS:
            break
        via.append(redirect["key"])
        seen.add(to)
        here = to
    return Resolution(here, via, hops) if via else None


def link_fields(url: str, resolution: Resolution | None) -> Document:
    """The fields of a link to this URL that its redirects decide, without `is_internal`."""
    final = target(resolution.final_url if resolution else url)
    fields: Document = {"target_key": final.key, "target_domain": final.domain}
    return fields | (resolution._asdict() if resolution else {})


def redirected_link(link: bytes, resolution: Resolution) -> bytes:
    """A link document as BSON, led to its final target."""
    document = bson.decode(link, CODEC)
    document |= link_fields(document["target_url"], resolution)
    document["is_internal"] = document["source_domain"] == document["target_domain"]
    return bson.encode(document, codec_options=CODEC)


def same_redirect(old: Document | None, new: Document) -> bool:
    return old is not None and all(old[name] == new[name] for name in ("to", "status", "kind"))


class RedirectTable:
    """What is known of redirects: the collection, remembered as far as it was asked for.

    Changes are noted here before they are written, so that links resolve by them; `forget` after a write that failed.
    """

    def __init__(self, db: Database[Document]) -> None:
        self._redirects = db["redirects"]
        self.known: dict[str, Document] = {}  # URLs that redirect
        self._none: set[str] = set()

    def load(self, urls: Iterable[str], afresh: Collection[str] = ()) -> None:
        """Know of these URLs, and of all that they lead to, whether they redirect; `afresh`: ask about them again."""
        for url in afresh:
            self.known.pop(url, None)
            self._none.discard(url)
        pending, seen = {*urls, *afresh}, {""}
        for _ in range(MAX_HOPS + 1):
            unknown = [url for url in pending - self._none if url not in self.known]
            if unknown:
                found = {redirect["_id"]: redirect for redirect in self._redirects.find({"_id": {"$in": unknown}})}
                self.known |= found
                self._none.update(url for url in unknown if url not in found)
            led = self.known.keys() & pending
            seen |= led
            pending = {self.known[url]["to"] for url in led} - seen
            if not pending:
                return

    def note(self, redirect: Document) -> None:
        self.known[redirect["_id"]] = redirect
        self._none.discard(redirect["_id"])

    def note_none(self, url: str) -> None:
        self.known.pop(url, None)
        self._none.add(url)

    def bound(self) -> None:
        """Forget when much is remembered. Between batches alone: within one, what is noted is not written yet."""
        if len(self.known) + len(self._none) > REMEMBERED:
            self.forget()

    def forget(self) -> None:
        self.known.clear()
        self._none.clear()

    def resolve(self, url: str) -> Resolution | None:
        return resolve(url, self.known)


class Move(NamedTuple):
    """An update of the stored links to one URL, and the domains whose backlinks it changes."""

    operations: list[UpdateMany]
    domains: set[str]


def moves(db: Database[Document], keys: Iterable[str], table: RedirectTable) -> Iterator[Move]:
    """What brings stored links up to date after redirects with these keys appeared, changed or went away.

    A chain that touches a changed redirect either ends there (`target_key`) or went through it (`via`). All links to
    one URL end alike, so a redirect that a million links go through is one update.
    """
    groups = list(_linked_urls(db, list(keys)))
    table.load(group["url"] for group in groups)
    moved = set()
    for group in groups:
        fields = link_fields(group["url"], table.resolve(group["url"]))
        which = group["target_key"], group["url"]
        if which not in moved and _ends_elsewhere(group, fields):
            moved.add(which)
            yield _move(group, fields)


def _ends_elsewhere(group: Document, fields: Document) -> bool:
    return any(group.get(name) != fields.get(name) for name in ("target_key", "final_url", "hops"))


def _linked_urls(db: Database[Document], keys: list[str]) -> Iterator[Document]:
    """The different URLs that links through these keys name, each with what its links say now."""
    wanted = {"target_key": "$target_key", "url": "$target_url", "final_url": "$final_url", "hops": "$hops"}
    for field in ("target_key", "via"):
        pipeline: list[dict[str, Any]] = [{"$match": {field: {"$in": keys}}}, {"$group": {"_id": wanted}}]
        for row in db["links"].aggregate(pipeline, allowDiskUse=True):
            yield row["_id"]


def _move(group: Document, fields: Document) -> Move:
    which = {"target_key": group["target_key"], "target_url": group["url"]}
    domain = fields["target_domain"]
    gone = {name: "" for name in Resolution._fields if name not in fields}
    operations = []
    for source, is_internal in ((domain, True), ({"$ne": domain}, False)):
        update: Document = {"$set": {**fields, "is_internal": is_internal}}
        if gone:
            update["$unset"] = gone
        operations.append(UpdateMany({**which, "source_domain": source}, update))
    return Move(operations, {domain, target(group.get("final_url", group["url"])).domain})
