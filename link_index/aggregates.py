"""Counts by domain, rebuilt for the domains whose backlinks changed: `refdomains` and `domains`.

Rebuilt, never incremented: a repetition counts nothing twice. Only links between different domains are counted.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pymongo import ReplaceOne

from link_index.rebuild_turn import RebuildTurn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pymongo.database import Database

    from link_index.documents import Document

AT_ONCE = 200  # domains a rebuild takes at a time
AT_MOST = 50_000  # domains one call takes on: their names are held in memory

_IS_LOST = {"$ifNull": ["$lost_at", False]}


def rebuild_dirty(db: Database[Document], seconds: float) -> Iterator[tuple[int, int]]:
    """Rebuild what is marked in `dirty`, for about so long; yields (domains done, domains to do) as it goes on.

    A mark goes before its domain is rebuilt, so that what is marked meanwhile is rebuilt again; it comes back if the
    rebuild fails, or if this process or the server is killed amid it: until it is done the domain is noted with the
    turn. What is left stays marked for the next time, all of it if another process rebuilds all the while.
    """
    until = time.monotonic() + seconds
    turn = RebuildTurn(db)
    if not turn.take(until):
        yield 0, db["dirty"].count_documents({})
        return
    try:
        _mark(db, turn.in_hand())
        domains = [mark["_id"] for mark in db["dirty"].find({}).limit(AT_MOST)]
        for start in range(0, len(domains), AT_ONCE):
            part = domains[start : start + AT_ONCE]
            if time.monotonic() >= until or not turn.renew(part):
                return
            db["dirty"].delete_many({"_id": {"$in": part}})
            try:
                rebuild(db, part)
            except BaseException:
                _mark(db, part)
                turn.renew([])
                raise
            turn.renew([])
            yield start + len(part), len(domains)
    finally:
        turn.give_back()


def _mark(db: Database[Document], domains: list[str]) -> None:
    """Where the mark is, it stays."""
    if domains:
        db["dirty"].bulk_write([ReplaceOne({"_id": domain}, {}, upsert=True) for domain in domains])


def rebuild(db: Database[Document], domains: list[str]) -> None:
    """Count the backlinks of these domains anew."""
    now = datetime.now(UTC)
    db["links"].aggregate(_referring(domains, now), allowDiskUse=True)
    # A redirect may have led all links of a referring domain elsewhere.
    db["refdomains"].delete_many({"target_domain": {"$in": domains}, "rebuilt_at": {"$lt": now}})
    db["refdomains"].aggregate(_totals(domains, now))
    db["domains"].delete_many({"_id": {"$in": domains}, "rebuilt_at": {"$lt": now}})


def _referring(domains: list[str], now: datetime) -> list[dict[str, Any]]:
    """One row per pair of target domain and referring domain."""
    return [
        {"$match": {"target_domain": {"$in": domains}, "is_internal": False}},
        {
            "$group": {
                "_id": {"target": "$target_domain", "source": "$source_domain"},
                "links": {"$sum": 1},
                "live": {"$sum": {"$cond": [_IS_LOST, 0, 1]}},
                "dofollow": {"$sum": {"$cond": [_IS_LOST, 0, {"$cond": ["$dofollow", 1, 0]}]}},
                "first_seen": {"$min": "$first_seen"},
            }
        },
        {
            "$project": {
                "_id": {"$concat": ["$_id.target", "|", "$_id.source"]},
                "target_domain": "$_id.target",
                "source_domain": "$_id.source",
                "links": 1,
                "live": 1,
                "dofollow": 1,
                "first_seen": 1,
                "rebuilt_at": {"$literal": now},
            }
        },
        {"$merge": {"into": "refdomains", "whenMatched": "replace"}},
    ]


def _totals(domains: list[str], now: datetime) -> list[dict[str, Any]]:
    """One row per target domain. A referring domain counts while it has a live link."""
    return [
        {"$match": {"target_domain": {"$in": domains}}},
        {
            "$group": {
                "_id": "$target_domain",
                "ref_domains": {"$sum": {"$cond": [{"$gt": ["$live", 0]}, 1, 0]}},
                "links": {"$sum": "$links"},
                "live": {"$sum": "$live"},
                "dofollow": {"$sum": "$dofollow"},
                "first_seen": {"$min": "$first_seen"},
            }
        },
        {"$set": {"rebuilt_at": {"$literal": now}}},
        {"$merge": {"into": "domains", "whenMatched": "replace"}},
    ]
