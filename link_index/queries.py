"""What the index is asked: one function a question, for the command line and for whoever else asks.

Every filter is a range of one index plus residual conditions on the matched documents; never `$or`, `$and` or an
expression in front. The first page of `backlinks` costs the same however many there are.
"""

from __future__ import annotations

from itertools import chain, groupby, islice
from typing import TYPE_CHECKING, Any

from link_index.groups import following, grouping
from link_index.questions import Answer, at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pymongo.database import Database

    from link_index.documents import Document
    from link_index.questions import Question, Row

COUNTED = 1000  # backlinks are counted up to here: counting all would cost more the more there are
_BATCH = 500  # rows whose pages are looked up in one go


def backlinks(db: Database[Document], asked: Question) -> Answer:
    """The backlinks themselves, each with its page's title and, while it lives, when it was last seen."""
    answer = page_of(asked, _in_order(db, asked))
    if answer.total is None and asked.limit:
        counted = db.links.count_documents(asked.match(), limit=COUNTED + 1)
        answer.total, answer.capped = min(counted, COUNTED), counted > COUNTED
    answer.rows = _completed(answer.rows, lambda rows: _with_source(db, rows))
    return answer


def referring_domains(db: Database[Document], asked: Question) -> Answer:
    """The domains that link to the target, an example page for each, and what the best of its links is worth."""
    kept = {"example_url": {"$min": "$source_url"}, "best_value": {"$max": "$scores.value"}}
    return _counted(db, asked, {"source_domain": "$source_domain"}, {"referring_pages": "$source_url"}, kept)


def anchors(db: Database[Document], asked: Question) -> Answer:
    """The anchor texts of the target's backlinks with their share of all; an image's text is its alt."""
    keys = {"anchor": "$anchor", "image": {"$eq": ["$link_type", "image"]}}
    return _counted(db, asked, keys, {"referring_domains": "$source_domain"})


def linked_pages(db: Database[Document], asked: Question) -> Answer:
    """The target's pages that are linked to, crawled or not, with what the last look at them said."""
    final = {"$ifNull": ["$final_url", "$target_url"]}  # of http and https with one key, $max takes https
    distinct = {"referring_domains": "$source_domain", "referring_pages": "$source_url"}
    answer = _counted(db, asked, {"target_key": "$target_key"}, distinct, {"url": {"$max": final}})
    answer.rows = _completed(answer.rows, lambda rows: _with_status(db, rows))
    return answer


def page_of(asked: Question, rows: Iterator[Row]) -> Answer:
    """One page of rows that are in order and begin after `asked.after`; without a limit all of them, as they come."""
    if not asked.limit:
        return Answer(rows)
    page = list(islice(rows, asked.limit + 1))
    more = len(page) > asked.limit
    del page[asked.limit :]
    total = None if more or asked.after else len(page)
    return Answer(page, total, cursor=asked.cursor(page[-1]) if more else None)


def _counted(
    db: Database[Document], asked: Question, keys: Document, distinct: Document, kept: Document | None = None
) -> Answer:
    grouped: list[Document] = [{"$match": asked.pinned_match()}, *grouping(keys, distinct, kept)]
    ordered: list[Document] = [*following(asked.order, asked.after), {"$sort": dict(asked.order.directions())}]
    if not asked.limit:
        links = db.links.count_documents(asked.pinned_match())
        return page_of(
            asked, (_with_share(row, links) for row in db.links.aggregate([*grouped, *ordered], allowDiskUse=True))
        )
    totals = {"$group": {"_id": None, "rows": {"$sum": 1}, "links": {"$sum": "$links"}}}
    both = {"$facet": {"rows": [*ordered, {"$limit": asked.limit + 1}], "totals": [totals]}}
    [found] = db.links.aggregate([*grouped, both], allowDiskUse=True)
    total = found["totals"][0] if found["totals"] else {"rows": 0, "links": 0}
    answer = page_of(asked, (_with_share(row, total["links"]) for row in found["rows"]))
    answer.total = total["rows"]
    return answer


def _with_share(row: Row, links: int) -> Row:
    return row | {"share": round(row["links"] / links, 4)}


def _in_order(db: Database[Document], asked: Question) -> Iterator[Row]:
    """Link documents in the question's order from where it stopped, read no further than they are taken.

    The index holds all of the order but `_id`: links that tie, mostly those of one page, are sorted here.
    """
    *indexed, _ = asked.order.directions()
    names = [name for name, _ in indexed]
    for match in _ranges(_for_order(asked), asked):
        with db.links.find(match, batch_size=asked.limit + 1 if asked.limit else 0) as found:
            ordered = found.sort(indexed).allow_disk_use(True)
            for _, tied in groupby(ordered, key=lambda row: [at(row, name) for name in names]):
                yield from sorted(tied, key=lambda row: row["_id"].bytes)


def _for_order(asked: Question) -> Document:
    """The question's filter, with a condition more where another index than the target's has the order asked for.

    A host's or prefix's range of keys is in no order of date, a domain's index in no order of keys.
    """
    match = asked.match()
    if asked.sort == "target" and "target_domain" in match:
        match["target_key"] = asked.target.keys()
    if asked.sort != "target" and asked.target.kind in ("prefix", "host"):
        match["target_domain"] = asked.target.domain
    return match


def _ranges(match: Document, asked: Question) -> Iterator[Document]:
    """Filters that select, one after the other, what follows `asked.after`: an `$or` in parts that use an index."""
    if asked.after is None:
        yield match
        return
    fields, values = asked.order.directions(), asked.after
    for last in reversed(range(len(fields))):
        name, direction = fields[last]
        if isinstance(match.get(name), str):
            continue  # one page was asked for: there is no next key
        equal = {field: value for (field, _), value in zip(fields[:last], values, strict=False)}
        yield match | equal | {name: _beyond(match.get(name, {}), direction, values[last])}


def _beyond(bounds: Document, direction: int, value: Any) -> Document:
    """The bounds narrowed to what lies past `value`."""
    passed, mark = (("$gt", "$gte"), "$gt") if direction > 0 else (("$lt", "$lte"), "$lt")
    return {operator: bound for operator, bound in bounds.items() if operator not in passed} | {mark: value}


def _completed(rows: Iterable[Row], complete: Callable[[list[Row]], list[Row]]) -> Iterable[Row]:
    """A page's rows at once, a stream's as they come."""
    if isinstance(rows, list):
        return complete(rows)
    left = iter(rows)
    return chain.from_iterable(map(complete, iter(lambda: list(islice(left, _BATCH)), [])))


def _with_source(db: Database[Document], rows: list[Row]) -> list[Row]:
    """Rows with their page's title and last look: that is when a live link was last seen."""
    urls = list({row["source_url"] for row in rows})
    pages = {page["_id"]: page for page in db.pages.find({"_id": {"$in": urls}}, {"title": 1, "fetched_at": 1})}
    for row in rows:
        page = pages.get(row["source_url"], {})
        row["source_title"] = page.get("title", "")
        row["last_seen"] = None if row.get("lost_at") else page.get("fetched_at", row["first_seen"])
        row["value"] = row.get("scores", {}).get("value")
    return rows


def _with_status(db: Database[Document], rows: list[Row]) -> list[Row]:
    keys = [row["target_key"] for row in rows]
    wanted = {"key": 1, "outcome": 1, "status": 1, "fetched_at": 1}
    pages = {page["key"]: page for page in db.pages.find({"key": {"$in": keys}}, wanted).sort("fetched_at", 1)}
    for row in rows:
        page = pages.get(row["target_key"], {})
        row |= {name: page.get(name) for name in ("outcome", "status", "fetched_at")}
    return rows
