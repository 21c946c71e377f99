"""A question to the index and its answer: target, filters, sort and page; rows, total and the cursor to go on with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from link_index import cursors
from link_index.errors import UsageMistake
from link_index.filters import Filters

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from link_index.targets import AskedTarget

Row = dict[str, Any]


VALUE = "scores.value"


@dataclass(frozen=True, slots=True)
class Order:
    """A total order: fields with their direction and type. The last one makes rows that tie differ."""

    fields: tuple[tuple[str, int, type], ...]
    said: str

    def directions(self) -> list[tuple[str, int]]:
        return [(name, direction) for name, direction, _ in self.fields]

    def values(self, row: Row) -> tuple[Any, ...]:
        return tuple(at(row, name) for name, _, _ in self.fields)


def at(row: Row, name: str) -> Any:
    """The value of a field, `scores.value` of one in another."""
    outer, dot, inner = name.partition(".")
    return row[outer][inner] if dot else row[name]


_LINK = ("_id", 1, UUID)
LINK_ORDERS = {
    "newest": Order((("first_seen", -1, datetime), _LINK), "newest first"),
    "oldest": Order((("first_seen", 1, datetime), _LINK), "oldest first"),
    "target": Order((("target_key", 1, str), ("first_seen", -1, datetime), _LINK), "by target, newest first"),
    "lost": Order((("lost_at", -1, datetime), _LINK), "last lost first"),
    "value": Order(((VALUE, -1, float), _LINK), "most valuable first"),
}


def counted_orders(*names: tuple[str, type]) -> Mapping[str, Order]:
    """The orders of rows that count links; `names` are the fields that tell rows apart."""
    last = tuple((name, 1, kind) for name, kind in names)
    return {
        "links": Order((("links", -1, int), *last), "most links first"),
        "dofollow": Order((("dofollow", -1, int), *last), "most dofollow links first"),
        "domains": Order((("referring_domains", -1, int), *last), "most referring domains first"),
        "pages": Order((("referring_pages", -1, int), *last), "most referring pages first"),
        "newest": Order((("first_seen", -1, datetime), *last), "newest first"),
        "name": Order(last, "by name"),
    }


def _chosen(orders: Mapping[str, Order], *names: str) -> Mapping[str, Order]:
    return {name: orders[name] for name in names}


ORDERS: Mapping[str, Mapping[str, Order]] = {
    "show": LINK_ORDERS,
    "domains": _chosen(counted_orders(("source_domain", str)), "links", "dofollow", "pages", "newest", "name"),
    "anchors": _chosen(counted_orders(("anchor", str), ("image", bool)), "links", "dofollow", "domains", "name"),
    "pages": _chosen(counted_orders(("target_key", str)), "links", "dofollow", "domains", "pages", "newest", "name"),
    "redirects": {
        "links": Order((("links", -1, int), ("url", 1, str)), "most links first"),
        "newest": Order((("seen_at", -1, datetime), ("url", 1, str)), "last seen first"),
        "name": Order((("url", 1, str),), "by URL"),
    },
    "opportunities": {"gain": Order((("gain", -1, float), ("first_seen", -1, datetime), _LINK), "most to gain first")},
    "compare": {"targets": Order((("source_domain", 1, str),), "most targets, then highest rank first")},
}


@dataclass(frozen=True, slots=True)
class Question:
    """One question, ready to be asked. `after` holds the sort values of the last row of the page before."""

    verb: str
    target: AskedTarget
    filters: Filters
    sort: str
    limit: int  # 0: every row
    asked_at: datetime
    after: tuple[Any, ...] | None = None

    @property
    def order(self) -> Order:
        return ORDERS[self.verb][self.sort]

    def match(self) -> dict[str, Any]:
        """The filter on `links`, target and residual filters."""
        return self.target.match() | self.filters.match(self.asked_at) | self._scored()

    def pinned_match(self) -> dict[str, Any]:
        """The same for questions that count: later pages count what the first page did, whatever a crawl adds."""
        return self.target.match() | self.filters.match(self.asked_at, pinned=self.after is not None)

    def _scored(self) -> dict[str, Any]:
        """Where values are asked for, links without one are left out: the index by value holds scored links alone."""
        return {VALUE: {"$gte": 0}} if self.sort == "value" else {}

    def cursor(self, last: Row) -> str:
        return cursors.token(self.identity(), cursors.Position(self.order.values(last), self.asked_at))

    def identity(self) -> dict[str, Any]:
        """What a cursor belongs to: all but the limit."""
        target = [self.target.kind, self.target.key]
        return {"verb": self.verb, "target": target, "filters": self.filters.values(), "sort": self.sort}


@dataclass(slots=True)
class Answer:
    """Rows in order. `total` counts all rows of the question, beyond this page too; None where nobody counted."""

    rows: Iterable[Row]
    total: int | None = None
    capped: bool = False  # there are more than `total`
    cursor: str | None = None
    crawled: dict[str, Any] | None = None  # what is known of the target itself; only where it was asked for
    notes: list[str] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)  # what does not fit into rows


def question(
    verb: str,
    target: AskedTarget,
    filters: Filters | None = None,
    *,
    sort: str | None = None,
    limit: int = 20,
    cursor: str | None = None,
) -> Question:
    """A question from what a user said; raises a UsageMistake where it cannot be asked."""
    filters = filters or Filters()
    sort = sort or _usual_sort(verb, target)
    if sort == "lost" and filters.state != "lost":
        raise UsageMistake("--sort lost needs --lost: only lost links have that date.")
    if verb == "redirects" and filters.redirected is False:
        raise UsageMistake("--hard leaves nothing to redirects: a link that comes through one is not hard.")
    asked_at = datetime.now(UTC)
    asked = Question(
        verb, target, filters, sort, limit, asked_at.replace(microsecond=asked_at.microsecond // 1000 * 1000)
    )
    if cursor is None:
        return asked
    kinds = tuple(kind for _, _, kind in asked.order.fields)
    position = cursors.position(asked.identity(), cursor, kinds)
    return Question(verb, target, filters, sort, limit, position.asked_at, position.values)


def _usual_sort(verb: str, target: AskedTarget) -> str:
    if verb == "show":  # the order the target's index gives for nothing: a range of keys is sorted by key
        return "newest" if isinstance(next(iter(target.match().values())), str) else "target"
    return next(iter(ORDERS.get(verb, ())), "")  # a summary has none
