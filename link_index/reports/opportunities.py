"""What a target could win by mending links: broken ones, redirected ones, and lost ones worth regaining."""

from __future__ import annotations

from itertools import islice
from math import prod
from typing import TYPE_CHECKING

from link_index.documents import GROUP, link_ids
from link_index.questions import Answer
from link_index.reports.best_rows import BestRows, highest
from link_index.reports.scored import NO_SCORES, is_scored
from link_index.rules.rule_file import rules
from link_index.tables import day, hops

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pymongo.database import Database

    from link_index.documents import Document
    from link_index.questions import Question, Row
    from link_index.targets import AskedTarget

KINDS = ("broken", "redirected", "lost")

_BATCH = 500  # links in memory at a time, and lost ones whose pages are looked up in one go
_SHOWN = ("source_url", "source_domain", "target_url", "final_url", "hops", "anchor", "link_type", "dofollow",
          "placement", "first_seen", "lost_at", "lost_reason", "scores")  # fmt: skip
_FAILURES = {"error": "answered with an error", "failed": "gave no answer"}


def opportunities(
    db: Database[Document],
    asked: Question,
    kinds: Iterable[str] = KINDS,
    progress: Callable[[int], object] = lambda _: None,
) -> Answer:
    """The links whose mending brings most, one row each; `progress` is told how many links were read.

    A row's `value` is what the link is worth now, `worth` what it would be worth mended, `gain` the difference, or all
    of it for a lost link and for one that leads to a page that does not answer. None without scores: newest first.
    """
    factors = rules("link_value")["factors"]
    best = BestRows(asked.limit, lambda row: (highest(row["gain"]), -row["first_seen"].timestamp(), row["_id"].bytes))
    broken = broken_pages(db, asked.target)
    links = db.links.find(asked.match(), dict.fromkeys(_SHOWN, 1), batch_size=_BATCH)
    found = (opportunity(link, broken, factors) for link in _told(links, progress))
    chosen = frozenset(kinds)
    for row in _not_replaced(db, (row for row in found if row and row["kind"] in chosen)):
        best.add(row)
    notes = [] if is_scored(db) else [NO_SCORES]
    return Answer(best.rows(), total=best.seen, notes=notes)


def broken_pages(db: Database[Document], target: AskedTarget) -> dict[str, str]:
    """The target's URLs that do not answer with a page, and in words what they did at the last look or try."""
    shown = {"outcome": 1, "status": 1, "reason": 1, "last_failure": 1}
    found = {}
    for outcome in _FAILURES:
        for page in db.pages.find(target.pages_match() | {"outcome": outcome}, shown):
            found[page["_id"]] = _failure(page)
    for page in db.pages.find(target.pages_match() | {"last_failure": {"$exists": True}}, shown):
        if page["last_failure"].get("outcome") in _FAILURES:
            found[page["_id"]] = _failure(page["last_failure"])
    return found


def opportunity(link: Document, broken: dict[str, str], factors: dict[str, float]) -> Row | None:
    """The row of one link, None where there is nothing to mend. Its value already holds its `factors`."""
    final = link.get("final_url") or link["target_url"]
    value = link.get("scores", {}).get("value")
    if link.get("lost_at"):
        said = f"{'its page is gone' if link.get('lost_reason') == 'page_gone' else 'removed'}, {day(link['lost_at'])}"
        return _row(link, "lost", said, value, _without(value, factors.get("lost", 1.0)), now=0.0)
    if final in broken:
        taken = factors["target_error"] if "target_status" in link.get("scores", {}) else 1.0
        return _row(link, "broken", f"{final} {broken[final]}", value, _without(value, taken), now=0.0)
    if link.get("hops"):
        taken = prod(factors.get(hop["kind"], 1.0) for hop in link["hops"])
        return _row(link, "redirected", f"{hops(link['hops'])} -> {final}", value, _without(value, taken), now=value)
    return None


def _row(link: Document, kind: str, said: str, value: float | None, worth: float | None, now: float | None) -> Row:
    gain = None if worth is None else round(worth - (now or 0.0), 1)
    return link | {"kind": kind, "said": said, "value": value, "worth": worth, "gain": gain}


def _without(value: float | None, factor: float) -> float | None:
    """The value as it would be if that factor took nothing; None where it took all and nobody can tell."""
    return None if value is None or factor <= 0 else min(100.0, round(value / factor, 1))


def _failure(look: Document) -> str:
    detail = look.get("status") or look.get("reason")
    return f"{_FAILURES[look['outcome']]}{f' ({detail})' if detail else ''}"


def _told(links: Iterable[Document], progress: Callable[[int], object]) -> Iterator[Document]:
    for number, link in enumerate(links, 1):
        yield link
        if not number % 1000:
            progress(number)


def _not_replaced(db: Database[Document], rows: Iterator[Row]) -> Iterator[Row]:
    """The rows without those lost links whose page has another live link of that type for the same URL."""
    for batch in iter(lambda: list(islice(rows, _BATCH)), []):
        urls = list({row["source_url"] for row in batch if row["kind"] == "lost"})
        pages = db.pages.find({"_id": {"$in": urls}}, {"links": 1}) if urls else ()
        live = {_same(link_id.bytes) for page in pages for link_id in link_ids(page)}
        yield from (row for row in batch if row["kind"] != "lost" or _same(row["_id"].bytes) not in live)


def _same(link_id: bytes) -> bytes:
    """What the ids of one page's links of one type for one URL have in common: all but the last, k."""
    return link_id[: 8 + GROUP]
