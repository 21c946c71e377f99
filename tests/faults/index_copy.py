"""A copy of a whole index without its times, and how two such copies differ."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pymongo.database import Database

    from link_index.documents import Document

COLLECTIONS = ("links", "pages", "redirects", "domains", "refdomains", "dirty", "locks", "crawls")
# Of a crawl's record the pages and links that it counted; what it did for that, and did again, differs.
COUNTED = ("pages/", "links/")
_ABSENT = "nothing"


def index_copy(db: Database[Document]) -> dict[tuple[str, Any], Document]:
    """(collection, _id) -> the document, where every time is the same."""
    copy = {}
    for name in COLLECTIONS:
        for document in db[name].find():
            copy[name, document["_id"]] = _counted(document) if name == "crawls" else _timeless(document)
    return copy


def differences(found: Mapping[tuple[str, Any], Document], expected: Mapping[tuple[str, Any], Document]) -> list[str]:
    """A line for every document that is missing, too many or different; none if the two are the same."""
    keys = sorted(found.keys() | expected.keys(), key=str)
    return [line for key in keys for line in _difference(key, found.get(key), expected.get(key))]


def _difference(key: tuple[str, Any], found: Document | None, expected: Document | None) -> Iterator[str]:
    name, identity = key
    if expected is None:
        yield f"{name} {identity} is too many: {found}"
    elif found is None:
        yield f"{name} {identity} is missing: {expected}"
    else:
        for field in sorted(found.keys() | expected.keys()):
            here, there = found.get(field, _ABSENT), expected.get(field, _ABSENT)
            if here != there:
                yield f"{name} {identity}: {field} is {here!r} instead of {there!r}"


def _counted(record: Document) -> Document:
    counts = {name: n for name, n in record.get("counts", {}).items() if name.startswith(COUNTED)}
    return {"_id": record["_id"], "seeds": record["seeds"], "reason": record.get("reason"), **counts}


def _timeless(value: Any) -> Any:
    if isinstance(value, datetime):
        return "a time"
    if isinstance(value, dict):
        return {name: _timeless(each) for name, each in value.items()}
    return [_timeless(each) for each in value] if isinstance(value, list) else value
