"""What a second look at a link changes in its document."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from link_index.documents import MAX_CHANGES, MUTABLE_FIELDS, TRACKED_FIELDS

if TYPE_CHECKING:
    from link_index.documents import Document

_COUNTS = ("source_external_links", "source_internal_links")
PROJECTION = dict.fromkeys((*MUTABLE_FIELDS, *_COUNTS, "lost_at", "first_seen", "target_domain", "is_internal"), 1)


class LinkChange(NamedTuple):
    """An update of a link document, and what to count it as: new, changed, returned or unchanged."""

    update: Document | None
    kind: str


def link_change(row: Document, seen: Document) -> LinkChange:
    """What brings a stored link up to what was seen of it now.

    A field that only some links have (`hidden`) goes when it is seen no more. Done twice it changes nothing the second
    time. A row of the very look that is being written comes from an
    attempt that was cut short: it is new.
    """
    at = seen["first_seen"]
    fields = {name: seen.get(name) for name in (*MUTABLE_FIELDS, *_COUNTS) if row.get(name) != seen.get(name)}
    changes = [
        {"at": at, "field": name, "old": row.get(name), "new": fields[name]}
        for name in TRACKED_FIELDS
        if name in fields
    ]
    returned = "lost_at" in row
    gone = {name: "" for name in fields if name not in seen}
    if returned:
        changes.append({"at": at, "field": "lost", "old": row["lost_at"], "new": None})
        gone |= {"lost_at": "", "lost_reason": ""}
    kept = {name: value for name, value in fields.items() if name not in gone}
    update: Document = {"$set": kept} if kept else {}
    if gone:
        update["$unset"] = gone
    if changes:
        update["$push"] = {"changes": {"$each": changes, "$slice": -MAX_CHANGES}}
    return LinkChange(update or None, _kind(returned, bool(fields), row["first_seen"] == at))


def _kind(returned: bool, changed: bool, of_this_look: bool) -> str:
    if returned:
        return "returned"
    if changed:
        return "changed"
    return "new" if of_this_look else "unchanged"
