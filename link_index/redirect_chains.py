"""The redirects that lead to a target, directly or through others, and how many links come through each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from link_index.queries import page_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pymongo.database import Database

    from link_index.documents import Document
    from link_index.questions import Answer, Question, Row

LONGEST_CHAIN = 20  # what the writer follows, and browsers
MOST = 10_000  # redirects taken into an answer

_BATCH = 1000


def redirects(db: Database[Document], asked: Question) -> Answer:
    """Redirects whose chain reaches the target, each with its chain from there on.

    The filters choose the links that are counted; a redirect that no such link goes through is shown all the same.
    """
    found = _leading_to(db, asked)
    counts = _links_through(db, asked, list(found.values()))
    rows = [_row(hop, found, counts) for hop in found.values()]
    fields = asked.order.directions()
    for name, direction in reversed(fields):
        rows.sort(key=lambda row: row[name], reverse=direction < 0)  # stable: the last field decides ties
    after = asked.after
    left = rows if after is None else [row for row in rows if _follows(row, fields, after)]
    answer = page_of(asked, iter(left))
    answer.total, answer.capped = len(rows), len(found) >= MOST
    return answer


def _leading_to(db: Database[Document], asked: Question) -> dict[str, Document]:
    """Redirects by URL, found level by level backwards from the target; each once, so a loop ends."""
    found: dict[str, Document] = {}
    level = list(db.redirects.find({"to_key": asked.target.keys()}).limit(MOST))
    for _ in range(LONGEST_CHAIN):
        new = {hop["_id"]: hop for hop in level if hop["_id"] not in found}
        found |= new
        if not new or len(found) >= MOST:
            break
        # By key for the index, then by URL: http and https have one key, and only one of them may redirect.
        level = [hop for batch in _batches({hop["key"] for hop in new.values()})
                 for hop in db.redirects.find({"to_key": {"$in": batch}}) if hop["to"] in new]  # fmt: skip
    return found


def _links_through(db: Database[Document], asked: Question, hops: list[Document]) -> dict[str, int]:
    residual = asked.filters.match(asked.asked_at, pinned=asked.after is not None)
    residual.pop("via", None)  # every link through a redirect is a redirected one
    key_of = {hop["_id"]: hop["key"] for hop in hops}
    counts: dict[str, int] = {}
    for keys in _batches(set(key_of.values())):
        pipeline: list[Document] = [
            {"$match": {"via": {"$in": keys}} | residual},
            {"$unwind": "$hops"},
            {"$group": {"_id": "$hops.url", "links": {"$sum": 1}}},
        ]
        wanted = set(keys)  # a link met here may go through redirects of another batch, which counts those in full
        for row in db.links.aggregate(pipeline, allowDiskUse=True):
            if key_of.get(row["_id"]) in wanted:
                counts[row["_id"]] = row["links"]
    return counts


def _row(hop: Document, found: dict[str, Document], counts: dict[str, int]) -> Row:
    chain, seen, at = [], set(), hop["_id"]
    while at in found and at not in seen:
        seen.add(at)
        chain.append({"url": at, "status": found[at]["status"], "kind": found[at]["kind"]})
        at = found[at]["to"]
    return {
        "url": hop["_id"], "status": hop["status"], "kind": hop["kind"], "to": hop["to"], "chain": chain,
        "final_url": at, "links": counts.get(hop["_id"], 0), "seen_at": hop["seen_at"],
    }  # fmt: skip


def _follows(row: Row, fields: list[tuple[str, int]], after: tuple[Any, ...]) -> bool:
    for (name, direction), value in zip(fields, after, strict=True):
        if row[name] != value:
            return bool(row[name] > value) == (direction > 0)
    return False


def _batches(keys: set[str]) -> Iterator[list[str]]:
    ordered = sorted(keys)
    return (ordered[start : start + _BATCH] for start in range(0, len(ordered), _BATCH))
