"""Writes scores in bulk: documents of their own for pages and domains, a field of its own for links."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from pymongo import ASCENDING, DESCENDING, IndexModel, ReplaceOne, UpdateOne

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pymongo.database import Database

    from link_index.documents import Document

AT_ONCE = 2000  # documents a bulk write

INDEXES: Mapping[str, list[IndexModel]] = {
    "links": [
        IndexModel(
            [("target_domain", ASCENDING), ("scores.value", DESCENDING)],
            partialFilterExpression={"scores.value": {"$gte": 0}},  # links that were not scored yet are not in it
        )
    ],
    "domain_scores": [IndexModel([("rank", DESCENDING)])],
    "page_scores": [IndexModel([("domain", ASCENDING), ("site_rank", DESCENDING)])],
}


def ensure_indexes(db: Database[Document]) -> None:
    """Create those of the scores; only an index that is scored has them."""
    for collection, indexes in INDEXES.items():
        db[collection].create_indexes(indexes)


def replace_all(
    db: Database[Document], collection: str, documents: Iterable[Document], told: Callable[[int], Any]
) -> int:
    """Write these documents over those of their `_id`s; tells after each bulk how many it has written."""
    left = iter(documents)
    written = 0
    while part := list(islice(left, AT_ONCE)):
        operations = [ReplaceOne({"_id": document["_id"]}, document, upsert=True) for document in part]
        db[collection].bulk_write(operations, ordered=False)
        written += len(part)
        told(written)
    return written


def remove_older(db: Database[Document], collection: str, run: int) -> None:
    """Take away what an earlier run scored and this one did not: it has no link any more."""
    db[collection].delete_many({"run": {"$lt": run}})


def write_link_scores(db: Database[Document], scored: Iterable[tuple[Any, Document]]) -> int:
    """Set the `scores` of these links, by `_id`; how many there were."""
    left = iter(scored)
    written = 0
    while part := list(islice(left, AT_ONCE)):
        operations = [UpdateOne({"_id": each}, {"$set": {"scores": scores}}) for each, scores in part]
        db["links"].bulk_write(operations, ordered=False)
        written += len(part)
    return written
