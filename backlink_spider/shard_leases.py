"""What a worker knows of each shard of the frontier: until when its leases hold there, and when to ask for more."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backlink_spider.shard_calls import Ask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from backlink_spider.shard_calls import Leased

PAGES_A_HOST = 8  # that are leased at once
BUSY_MS = 5000  # for which a host's pages should last: a slow host is lent for one page
LONGEST_UNASKED = 1.0  # seconds after which a shard may have work that others have pushed
RENEWALS = 6  # of a lease before it would be over
REAPINGS = 4  # in the time of a lease, each shard


def awake() -> float:
    """Seconds that go on while the machine sleeps, where the system counts them."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


@dataclass(slots=True)
class Shard:
    """`valid_until` is when the lease on all that is held here is over; the counts are as last heard."""

    number: int
    valid_until: float = 0.0
    is_new: bool = True  # the next lease begins a session
    asked_at: float = -LONGEST_UNASKED
    due_at: float = 0.0
    waits: bool = True  # as far as is known
    reap_at: float = 0.0
    depth: int = 0  # of what was granted last
    queued: int = 0
    fetched: int = 0
    aside: int = 0
    aside_host: int = 0
    seeds: int = 0
    serial: int = 0
    pushed: int = 0

    def is_older(self, leased: Leased) -> bool:
        """Whether a reply is from before what was last heard: the server came back without its last writes."""
        return leased.serial < self.serial or leased.pushed < self.pushed


class ShardLeases:
    """`lease` is how long one holds, in seconds by `clock`, `timeout` how long a request may take."""

    def __init__(
        self,
        shards: int,
        *,
        lease: float,
        timeout: float,
        delay: float,
        per_domain: int,
        per_host: int = 0,
        clock: Callable[[], float] = awake,
    ) -> None:
        self.clock, self._lease, self._timeout = clock, lease, timeout
        self._delay_ms, self._per_domain, self._per_host = int(delay * 1000), per_domain, per_host
        now = clock()
        self.lost_leases = 0  # that ended before they were renewed
        self.all = [Shard(n, due_at=now, reap_at=now + lease / REAPINGS * n / shards) for n in range(shards)]

    def valid(self, shard: int) -> bool:
        """Whether a request that begins now is over before the lease is."""
        return self.all[shard].valid_until - self.clock() >= self._timeout

    def is_over(self, shard: int) -> bool:
        """Whether the lease on what is held in the shard has ended, unless Redis says otherwise."""
        return self.all[shard].valid_until <= self.clock()

    def asks(self, hosts: int, pages: int) -> Iterator[tuple[Shard, Ask]]:
        """What to ask of which shards for so many hosts and pages in all; those that need it are asked to renew."""
        now = self.clock()
        due = sorted((s for s in self.all if self._may_be_due(s, now)), key=lambda s: s.depth) if hosts > 0 else []
        asked = set()
        for left, shard in zip(range(len(due), 0, -1), due, strict=True):
            share = -(-hosts // left)
            most = min(share * PAGES_A_HOST, -(-pages // left))
            hosts, pages = hosts - share, pages - most
            if most:
                asked.add(shard.number)
                yield shard, self._ask(shard, share, most)
        for shard in self.all:
            if shard.number not in asked and now - shard.asked_at >= self._lease / RENEWALS:
                yield shard, self._ask(shard, 0, 0)

    def heard(self, shard: Shard, asked_at: float, leased: Leased) -> None:
        shard.valid_until, shard.is_new, shard.asked_at = asked_at + self._lease, False, asked_at
        shard.waits = leased.due_ms >= 0
        shard.due_at = asked_at + (leased.due_ms / 1000 if shard.waits else LONGEST_UNASKED)
        shard.queued, shard.fetched = leased.queued, leased.fetched
        shard.aside, shard.aside_host = leased.aside, leased.aside_host
        shard.serial, shard.pushed = leased.serial, leased.pushed
        if leased.grants:
            shard.depth = leased.grants[-1].depth

    def lost(self, shard: Shard) -> None:
        self.lost_leases += shard.valid_until > 0
        shard.is_new, shard.valid_until, shard.due_at = True, 0.0, 0.0
        shard.asked_at = -self._lease

    def due_within(self, shard: int, seconds: float) -> None:
        """A host of the shard may be leased after so long."""
        self.all[shard].due_at = min(self.all[shard].due_at, self.clock() + seconds)

    def next_due(self) -> float:
        """When a shard may have a host for this worker, by `clock`."""
        return min(min(s.due_at, s.asked_at + LONGEST_UNASKED) for s in self.all)

    def to_reap(self) -> list[Shard]:
        """Shards whose dead sessions it is time to look for."""
        now = self.clock()
        due = [shard for shard in self.all if shard.reap_at <= now]
        for shard in due:
            shard.reap_at = now + self._lease / REAPINGS
        return due

    def _may_be_due(self, shard: Shard, now: float) -> bool:
        return shard.due_at <= now or now - shard.asked_at >= LONGEST_UNASKED

    def _ask(self, shard: Shard, hosts: int, pages: int) -> Ask:
        return Ask(
            lease_ms=int(self._lease * 1000),
            is_new=shard.is_new,
            hosts=hosts,
            pages=pages,
            pages_a_host=PAGES_A_HOST,
            busy_ms=BUSY_MS,
            delay_ms=self._delay_ms,
            per_domain=self._per_domain,
            per_host=self._per_host,
        )
