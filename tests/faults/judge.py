"""Whether a crawl kept its promises: its links against the truth, its manners against the web server's log."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from backlinks.web_server import Exchange

TOLERANCE = 0.9  # of the delay: the server's clock starts a little later than the crawler's


class Verdict(NamedTuple):
    """What was found wrong, and how often pages were asked for."""

    missing: set[tuple[str, str]]  # edges
    extra: set[tuple[str, str]]
    overlaps: list[tuple[Exchange, Exchange]]  # two requests at a time on one host
    short_gaps: list[tuple[Exchange, Exchange]]  # the second came too early
    smallest_gap: float  # between two requests' starts, as a share of the host's delay
    fetched: int  # requests for pages, robots.txt left out
    fetched_again: int  # of those, beyond the first of a URL

    @property
    def is_good(self) -> bool:
        return not (self.missing or self.extra or self.overlaps or self.short_gaps)


def judge(
    log: Iterable[Exchange],
    found: set[tuple[str, str]],
    expected: set[tuple[str, str]],
    delay: Callable[[str], float],
    retry_after: float,
) -> Verdict:
    """`delay` tells the seconds that must lie between two requests to a host; after a 503 it is `retry_after`."""
    by_host: dict[str, list[Exchange]] = defaultdict(list)
    for exchange in log:
        by_host[exchange.host].append(exchange)
    overlaps, short_gaps, smallest = [], [], float("inf")
    for host, exchanges in by_host.items():
        for before, after in pairwise(sorted(exchanges, key=lambda each: each.started)):
            if after.started < before.ended:
                overlaps.append((before, after))
            needed = max(delay(host), retry_after) if before.status == 503 else delay(host)
            share = (after.started - before.started) / needed
            smallest = min(smallest, share)
            if share < TOLERANCE:
                short_gaps.append((before, after))
    times = Counter(
        exchange.url for exchanges in by_host.values() for exchange in exchanges if not _is_robots(exchange)
    )
    return Verdict(
        missing=expected - found,
        extra=found - expected,
        overlaps=overlaps,
        short_gaps=short_gaps,
        smallest_gap=smallest,
        fetched=times.total(),
        fetched_again=times.total() - len(times),
    )


def _is_robots(exchange: Exchange) -> bool:
    return exchange.url.endswith("/robots.txt")
