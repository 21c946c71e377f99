"""How fast a host may be asked: its robots.txt and its troubles raise its delay, good answers bring it down again.

What a host's delay is now the frontier knows, for all workers of a crawl and for the run that resumes it; which part of
it is the host's own wish each page brings along, in `request.meta["crawl_delay"]`.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from scrapy import Request

    from backlink_spider.frontier_contract import AnyFrontier
    from backlink_spider.retry_backoff import Backoff


class HostPace:
    """`usual` is the crawl's delay in seconds; `attempt` calls the frontier, `count` counts a name of the stats."""

    def __init__(
        self,
        frontier: AnyFrontier,
        backoff: Backoff,
        usual: float,
        *,
        attempt: Callable[..., Any],
        count: Callable[[str], object],
    ) -> None:
        self._frontier, self._backoff, self._usual = frontier, backoff, usual
        self._attempt, self._count = attempt, count

    def raise_delay(self, request: Request, seconds: float) -> None:
        """Let the host of a page rest so long at least between two requests, as its robots.txt asks for."""
        lease = self._frontier.lease(request.meta["page_id"])
        if lease is not None and lease.host.delay < seconds:
            self._attempt(self._frontier.set_delay, lease.host.name, seconds)

    def slow_down(self, request: Request, why: str, retry_after: str = "") -> None:
        """A page's host is in trouble: it rests longer before each request, and at once as long as it asks for."""
        lease = self._frontier.lease(request.meta.get("page_id", 0))
        if lease is None:
            return
        self._count(f"backoff/{why}")
        delay = self._backoff.grown(max(lease.host.delay, self._usual))
        rest = max(delay, self._backoff.retry_after(retry_after, time.time()))
        self._attempt(self._frontier.set_delay, lease.host.name, delay)
        self._attempt(self._frontier.defer, lease.host.name, rest)

    def went_well(self, request: Request) -> None:
        """A page's host answered: if it rests longer than it asks for, it does so half as long from now on."""
        lease = self._frontier.lease(request.meta.get("page_id", 0))
        if lease is None or lease.host.delay <= self._usual:
            return
        own = request.meta.get("crawl_delay", 0.0)
        if lease.host.delay > own:
            eased = self._backoff.eased(lease.host.delay, own, self._usual)
            self._attempt(self._frontier.set_delay, lease.host.name, eased)
