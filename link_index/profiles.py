"""A target at a glance: its backlinks counted by scope and label, and what crawls know of the target itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from link_index.groups import grouping, when
from link_index.queries import COUNTED
from link_index.questions import Answer

if TYPE_CHECKING:
    from datetime import datetime

    from pymongo.database import Database

    from link_index.documents import Document
    from link_index.questions import Question, Row
    from link_index.targets import AskedTarget

_IS_LOST = {"$gt": ["$lost_at", None]}  # absent sorts before null
_IS_REDIRECTED = {"$gt": ["$via", None]}


def summary(db: Database[Document], asked: Question) -> Answer:
    """One row for each scope and state that the filters let through, also where it counts nothing."""
    keys = {"is_internal": "$is_internal", "is_lost": _IS_LOST}
    kept = {
        "occurrences": {"$sum": {"$ifNull": ["$occurrences", 1]}},
        **{label: {"$sum": when(f"${label}")} for label in ("nofollow", "ugc", "sponsored")},
        "redirected": {"$sum": when(_IS_REDIRECTED)},
        "newest_first_seen": {"$max": "$first_seen"},
        "last_lost_at": {"$max": "$lost_at"},
    }
    kinds = {"$group": {"_id": keys | {"type": "$link_type", "place": "$placement"}, "links": {"$sum": 1}}}
    counts = grouping(keys, {"referring_domains": "$source_domain", "referring_pages": "$source_url"}, kept)
    pipeline: list[Document] = [{"$match": asked.match()}, {"$facet": {"counts": counts, "kinds": [kinds]}}]
    [found] = db.links.aggregate(pipeline, allowDiskUse=True)
    seen = _last_seen(db, asked) if asked.filters.state != "lost" else {}
    rows = [_row(found, seen, is_internal, is_lost) for is_internal, is_lost in _scopes(asked)]
    return Answer(rows, total=len(rows), crawled=crawled(db, asked.target))


def crawled(db: Database[Document], target: AskedTarget) -> dict[str, Any]:
    """What crawls know of the target: for one page its last outcome, else pages by outcome."""
    if target.kind == "url":
        return _crawled_page(db, target)
    by_outcome = {"$group": {"_id": "$outcome", "pages": {"$sum": 1}, "fetched_at": {"$max": "$fetched_at"}}}
    groups = list(db.pages.aggregate([{"$match": target.pages_match()}, by_outcome, {"$sort": {"_id": 1}}]))
    return {
        "fetched": sum(group["pages"] for group in groups),
        "outcomes": {group["_id"]: group["pages"] for group in groups},
        "fetched_at": max((group["fetched_at"] for group in groups), default=None),
    }


def crawled_sentence(target: AskedTarget, known: dict[str, Any]) -> str:
    """The same in words."""
    if not known["fetched"]:
        return f"{target.name} was never fetched by a crawl."
    when_fetched = f"{known['fetched_at']:%Y-%m-%d %H:%M} UTC"
    if target.kind != "url":
        outcomes = ", ".join(f"{outcome} {pages:,}" for outcome, pages in known["outcomes"].items())
        return f"URLs of it that crawls asked for: {known['fetched']:,} ({outcomes}), last on {when_fetched}."
    said = {
        "page": f"was fetched on {when_fetched}",
        "other": f"was fetched on {when_fetched} and is no HTML page",
        "redirect": f"was fetched on {when_fetched} and redirects to {_to(known['redirects_to'])}",
        "error": f"was fetched on {when_fetched} and answered with an error",
        "failed": f"could not be fetched on {when_fetched}",
        "refused": f"was not fetched on {when_fetched}, as a rule forbids it",
    }.get(known["outcome"], f"was tried on {when_fetched}")
    because = [f"status {known['status']}" if known["status"] else "", known["reason"] or ""]
    detail = ", ".join(filter(None, because))
    failure = known["last_failure"]
    later = f"; a later try failed on {failure['at']:%Y-%m-%d %H:%M} UTC ({failure['outcome']})" if failure else ""
    return f"{known['url']} {said}{f' ({detail})' if detail else ''}{later}."


def _to(url: str | None) -> str:
    return f"{url}, where links to it are counted" if url else "no usable address"


def why_nothing(db: Database[Document], asked: Question) -> list[str]:
    """Sentences for an answer without rows: was the target crawled, do filters hide links, is the index empty."""
    known = crawled(db, asked.target)
    sentences = [crawled_sentence(asked.target, known)]
    if asked.verb == "redirects":
        return sentences
    if "redirect" in known.get("outcomes", ()):
        sentences.append("Links to those that redirect are counted where they lead.")
    if asked.sort == "value":
        sentences.append("Only links from other domains have a value, once `backlinks score` has been at them.")
    left_out = db.links.count_documents(asked.target.match(), limit=COUNTED + 1)
    if left_out:
        some = f"{COUNTED:,} and more" if left_out > COUNTED else f"{left_out:,}"
        lost = "" if asked.filters.state == "any" else "; --any-state lets lost ones in"
        sentences.append(f"The filters leave out {some} of its links{lost}.")
    elif db.crawls.find_one({}, {"_id": 1}) is None and db.pages.find_one({}, {"_id": 1}) is None:
        sentences = ["The index is empty; fill it with `backlinks crawl SEED`."]
    return sentences


def _crawled_page(db: Database[Document], target: AskedTarget) -> dict[str, Any]:
    """The last look at a page; that with content goes first where http and https were both asked for."""
    pages = list(db.pages.find({"key": target.key}, {"links": 0}))
    redirects = {hop["_id"]: hop["to"] for hop in db.redirects.find({"key": target.key})}
    if not pages:
        return {"fetched": 0}
    page = max(pages, key=lambda page: (page["outcome"] == "page", page["fetched_at"]))
    return {
        "fetched": len(pages),
        "url": page["_id"],
        **{name: page.get(name) for name in ("outcome", "status", "reason", "fetched_at", "last_failure")},
        "redirects_to": redirects.get(page["_id"]),
    }


def _scopes(asked: Question) -> list[tuple[bool, bool]]:
    internal = [asked.filters.internal] if asked.filters.internal is not None else [False, True]
    lost = {"live": [False], "lost": [True], "any": [False, True]}[asked.filters.state]
    return [(is_internal, is_lost) for is_lost in lost for is_internal in internal]


def _row(found: Document, seen: dict[bool, datetime], is_internal: bool, is_lost: bool) -> Row:
    scope = {"is_internal": is_internal, "is_lost": is_lost}
    counts: Row = next((row for row in found["counts"] if scope.items() <= row.items()), {})
    links = counts.get("links", 0)
    return counts | {
        "scope": "internal" if is_internal else "external",
        "state": "lost" if is_lost else "live",
        "dofollow_share": round(counts["dofollow"] / links, 4) if links else None,
        "hard": links - counts.get("redirected", 0),
        "by_type": _by(found["kinds"], scope, "type"),
        "by_placement": _by(found["kinds"], scope, "place"),
        "last_seen": None if is_lost else seen.get(is_internal),
    }


def _by(kinds: list[Row], scope: Row, dimension: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for kind in kinds:
        if scope.items() <= kind["_id"].items():
            name = kind["_id"].get(dimension, "")
            counts[name] = counts.get(name, 0) + kind["links"]
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _last_seen(db: Database[Document], asked: Question) -> dict[bool, datetime]:
    """When a live link was last seen, by `is_internal`: its page's last look, which no link document repeats."""
    pages = {"from": "pages", "localField": "_id.url", "foreignField": "_id", "as": "page"}
    pipeline: list[Document] = [
        {"$match": asked.match() | {"lost_at": {"$exists": False}}},
        {"$group": {"_id": {"url": "$source_url", "is_internal": "$is_internal"}}},
        {"$lookup": pages},  # with a pipeline of its own it is four times slower on the embedded server
        {"$unwind": "$page"},
        {"$group": {"_id": "$_id.is_internal", "seen": {"$max": "$page.fetched_at"}}},
    ]
    return {group["_id"]: group["seen"] for group in db.links.aggregate(pipeline, allowDiskUse=True)}
