"""Between the frontier and the crawl: keeps what is in a trap from being queued, and from being asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backlink_spider.session_ids import without_session_id
from backlink_spider.trap_watch import SESSION, TrapWatch, trap_watch
from link_index.urls import target

if TYPE_CHECKING:
    from collections.abc import Callable, Container
    from typing import Any, Self

    from scrapy.settings import BaseSettings

    from backlink_spider.frontier_contract import AnyFrontier, PageLease
    from backlink_spider.items import Page
    from link_index.urls import Target

SKIPPED_AT_ONCE = 500  # pages, before the event loop has its turn
WAIT = 1.0  # seconds until a host is looked at again whose turn it is not


class TrapGate:
    """`watch` None lets everything pass; `attempt` calls the frontier. `has_more`: some were left for the next turn."""

    def __init__(self, frontier: AnyFrontier, watch: TrapWatch | None, attempt: Callable[..., Any]) -> None:
        self._frontier, self._watch, self._attempt = frontier, watch, attempt
        self.has_more = False

    @classmethod
    def from_settings(
        cls,
        settings: BaseSettings,
        frontier: AnyFrontier,
        *,
        attempt: Callable[..., Any],
        count: Callable[[str], object],
    ) -> Self:
        return cls(frontier, trap_watch(settings, frontier.traps, count), attempt)

    def read(self, page: Page, body: bytes) -> None:
        """A page was fetched: to be called before its links are followed."""
        if self._watch is not None and page.page_id:
            self._attempt(self._watch.read, page, body)

    def admitted(self, found: Target, *, redirected: bool) -> list[Target]:
        """What to queue in place of a target: itself, without its session id, or nothing."""
        if self._watch is None:
            return [found]
        return self._attempt(self._watch.admitted, found, redirected) or []

    def pop(self, retries: Container[int]) -> tuple[PageLease, str | None] | None:
        """The next page that may be fetched now, and the rule by which it is to be told as refused, if any.

        A seed is what a person asked for, and what is fetched again was let pass before.
        """
        self.has_more = False
        for _ in range(SKIPPED_AT_ONCE):
            lease: PageLease | None = self._attempt(self._frontier.pop)
            if lease is None:
                return None
            if self._watch is None or not lease.depth or lease.page_id in retries:
                return lease, None
            found = target(lease.url)
            rule = self._attempt(self._watch.rule, found, bool(lease.hops))
            if rule is None:
                if self._attempt(self._watch.may_ask, found):
                    return lease, None
                self._attempt(self._frontier.postpone, lease, WAIT)
                continue
            if rule == SESSION:  # if a link brought it here, the page is queued; if a rebuilt frontier did, it is not
                self._attempt(self._frontier.push, [target(without_session_id(lease.url))], lease.depth)
            if self._attempt(self._watch.tells, found, rule):
                return lease, rule
            self._attempt(self._frontier.skip, lease)
        self.has_more = True
        return None

    def save(self) -> None:
        """Keep what is known of traps."""
        if self._watch is not None:
            self._attempt(self._watch.save)
