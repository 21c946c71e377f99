"""Which referring domains and pages a person should look at before disavowing them, and why: worst first."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from link_index.groups import grouping
from link_index.queries import referring_domains
from link_index.reports.best_rows import BestRows, highest
from link_index.reports.disavow_file import MOST_LINES, Block, domain_entry, url_entry
from link_index.reports.scored import with_domain_scores
from link_index.tables import day

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pymongo.database import Database

    from link_index.documents import Document
    from link_index.questions import Question, Row

MOST_PARTS = 10  # of a spam score, in its comments

_BATCH = 1000  # pages in memory at a time: a batch of the database's own size takes 100 MB as objects


def unwanted(
    db: Database[Document],
    asked: Question,
    spam: float,
    value: float | None,
    progress: Callable[[int], object] = lambda _: None,
) -> list[Block]:
    """Blocks for domains whose spam score is `spam` or more, then for pages of others with no link above `value`.

    The filters of the question choose the links that count; no value, no pages. A link without a value is not judged.
    `progress` is told how many domains and pages were read.
    """
    domains = BestRows(MOST_LINES, lambda row: (highest(row["spam"]), row["source_domain"]))
    pages = BestRows(MOST_LINES, lambda row: (row["best_value"], row["source_url"]))
    of_domains = with_domain_scores(db, referring_domains(db, asked).rows)
    of_pages = with_domain_scores(db, _pages(db, asked)) if value is not None else iter(())
    number = 0
    for number, row in enumerate(chain(of_domains, of_pages), 1):
        is_spam = row["spam"] is not None and row["spam"] >= spam
        if "source_url" not in row and is_spam:
            domains.add(row)
        if "source_url" in row and not is_spam and value is not None and _is_poor(row, value):
            pages.add(row)
        if not number % 1000:
            progress(number)
    return [*map(domain_block, domains.rows()), *map(page_block, pages.rows())]


def domain_block(row: Row) -> Block:
    """A domain with its spam score, every part of it in words, and what its links are worth."""
    return Block(domain_entry(row["source_domain"]), (_domain_said(row), *_parts_said(row["spam_parts"])))


def page_block(row: Row) -> Block:
    """A page with what its links are worth and the spam score of its domain."""
    spam = "was not scored" if row["spam"] is None else f"has a spam score of {row['spam']:g} out of 100"
    said = f"{_links(row['links'])} worth at most {row['best_value']:g} out of 100; {row['source_domain']} {spam}"
    return Block(url_entry(row["source_url"]), (said,))


def _domain_said(row: Row) -> str:
    best = row.get("best_value")
    worth = "not valued" if best is None else f"the best worth {best:g} out of 100"
    pages = f"{row['referring_pages']:,} page{'' if row['referring_pages'] == 1 else 's'}"
    return (
        f"{row['source_domain']}: spam score {row['spam']:g} out of 100; {_links(row['links'])} from {pages}, "
        f"{worth}; first seen {day(row['first_seen'])}"
    )


def _parts_said(parts: Iterable[Document]) -> Iterator[str]:
    worst = sorted(parts, key=lambda part: -float(part.get("points", 0)))
    for part in worst[:MOST_PARTS]:
        yield f"  {part.get('points', 0):g} points, {part.get('signal', '')}: {part.get('said', '')}"


def _links(number: int) -> str:
    return f"{number:,} link{'' if number == 1 else 's'}"


def _pages(db: Database[Document], asked: Question) -> Iterator[Row]:
    keys = {"source_domain": "$source_domain", "source_url": "$source_url"}
    stages = grouping(keys, {}, {"best_value": {"$max": "$scores.value"}})
    yield from db.links.aggregate([{"$match": asked.match()}, *stages], allowDiskUse=True, batchSize=_BATCH)


def _is_poor(row: Row, value: float) -> bool:
    return row["best_value"] is not None and row["best_value"] <= value
