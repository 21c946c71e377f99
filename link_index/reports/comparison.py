"""Who links to several targets, and who to others and not to us: referring domains side by side."""

from __future__ import annotations

from dataclasses import replace
from heapq import merge
from itertools import groupby
from typing import TYPE_CHECKING

from link_index.queries import referring_domains
from link_index.questions import Answer
from link_index.reports.best_rows import BestRows, highest
from link_index.reports.scored import NO_SCORES, is_scored, with_domain_scores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pymongo.database import Database

    from link_index.documents import Document
    from link_index.questions import Question, Row
    from link_index.targets import AskedTarget

FOUND_IN = ("intersection", "gap")

Named = tuple[str, int, "Row"]  # referring domain, number of the target, its row of that target


def comparison(
    db: Database[Document],
    asked: Question,
    others: Sequence[AskedTarget],
    at_least: int,
    progress: Callable[[int], object] = lambda _: None,
) -> Answer:
    """Referring domains of the asked target, us, beside those of others, at most `asked.limit` of each kind.

    `intersection`: those that link to at least so many of all; `gap`: those that link to another and not to us. First
    those that link to most of them, then by rank. `progress` is told how many referring domains were read.
    """
    targets = [asked.target, *others]
    lists = [_named(db, replace(asked, target=target), number) for number, target in enumerate(targets)]
    judged = with_domain_scores(db, side_by_side(lists, [target.name for target in targets]))
    best = {kind: BestRows(asked.limit, _first) for kind in FOUND_IN}
    counts = [0] * len(targets)
    for number, row in enumerate(judged, 1):
        for which, links in enumerate(row["links"]):
            counts[which] += links > 0
        for kind in found_in(row, at_least, asked.target.domain):
            best[kind].add(row | {"found_in": kind})
        if not number % 1000:
            progress(number)
    notes = _said(targets, counts, best, at_least)
    if not is_scored(db):
        notes.append(NO_SCORES)
    rows = [row for kind in FOUND_IN for row in best[kind].rows()]
    return Answer(rows, total=sum(kept.seen for kept in best.values()), notes=notes)


def side_by_side(lists: Sequence[Iterable[Named]], names: Sequence[str]) -> Iterator[Row]:
    """One row a referring domain out of lists that are sorted by it: read in step, none held in memory."""
    for domain, same in groupby(merge(*lists, key=lambda named: named[:2]), key=lambda named: named[0]):
        found = {number: row for _, number, row in same}
        numbers = range(len(names))
        yield {
            "source_domain": domain,
            "targets": [names[number] for number in found],
            "links": [found[number]["links"] if number in found else 0 for number in numbers],
            "dofollow": [found[number]["dofollow"] if number in found else 0 for number in numbers],
            "example_url": next(iter(found.values()))["example_url"],
        }


def found_in(row: Row, at_least: int, us: str) -> Iterator[str]:
    """Where a referring domain belongs. Our own domain is no gap: its links to us are internal ones."""
    if len(row["targets"]) >= at_least:
        yield "intersection"
    if not row["links"][0] and row["source_domain"] != us:
        yield "gap"


def _named(db: Database[Document], asked: Question, number: int) -> Iterator[Named]:
    by_name = replace(asked, verb="domains", sort="name", limit=0)
    for row in referring_domains(db, by_name).rows:
        yield row["source_domain"], number, row


def _first(row: Row) -> tuple[int, tuple[bool, float], int, str]:
    return -len(row["targets"]), highest(row["rank"]), -sum(row["links"]), row["source_domain"]


def _said(targets: Sequence[AskedTarget], counts: list[int], best: dict[str, BestRows], at_least: int) -> list[str]:
    each = ", ".join(f"{target.name} {count:,}" for target, count in zip(targets, counts, strict=True))
    to = "all of them" if at_least == len(targets) else f"{at_least} of them or more"
    return [
        f"Referring domains: {each}.",
        f"Intersection, those that link to {to}: {best['intersection'].seen:,}.",
        f"Gap, those that link to another and not to {targets[0].name}: {best['gap'].seen:,}.",
    ]
