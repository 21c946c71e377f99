"""The hosts this worker holds, and whose turn it is among them.

A host is ready (its next page may be fetched), busy (one of its pages is being fetched) or resting (its delay runs).
Among ready hosts the smallest depth of a next page goes first, then the host that has waited longest; a page that is
fetched again goes before all others. Where nothing is left of a host it is finished: its lease can be given back.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# Signal, sent as (hosts: set[str]) when this worker gives hosts back or has lost them: no connection to one is kept.
hosts_released = object()

NEVER = float("inf")
AGAIN = -1  # in place of a depth
NO_PAGE = 0  # in place of a page's id


@dataclass(slots=True, eq=False)
class RedisLease:
    """A page in flight. `serial` is its number in its host's shard; a doubtful one was lost by a worker before."""

    page_id: int
    url: str
    depth: int
    hops: str | None
    host: LeasedHost
    serial: int
    doubtful: bool = False


@dataclass(slots=True, eq=False)
class LeasedHost:
    """A host of a shard, leased by `token`. `lost`: the lease is over, and nothing may be asked in its name."""

    name: str
    shard: int
    token: int
    delay: float
    borrowed: bool = False  # without a page of its own
    ready: bool = False
    turn: int = 0  # in line since; the smaller goes first
    busy: RedisLease | None = None
    ready_at: float = 0.0
    pages: deque[RedisLease] = field(default_factory=deque)
    again: deque[RedisLease] = field(default_factory=deque)
    lost: bool = False

    @property
    def head(self) -> int:
        """Depth of the next page."""
        return AGAIN if self.again else self.pages[0].depth


class LeasedHosts:
    """`delay` is the crawl's own; `clock` says what time it is for delays."""

    def __init__(self, *, delay: float, clock: Callable[[], float]) -> None:
        self.ready = self.busy = 0
        self._delay, self._clock = delay, clock
        self._held: dict[str, LeasedHost] = {}
        self._ready: list[tuple[int, int, LeasedHost]] = []  # heap; entries that no longer hold are skipped
        self._resting: list[tuple[float, int, LeasedHost]] = []  # heap, likewise
        self._finished: dict[str, LeasedHost] = {}
        self._turn = count()

    @property
    def held(self) -> int:
        return len(self._held)

    def all(self) -> Iterable[LeasedHost]:
        return self._held.values()

    def find(self, name: str) -> LeasedHost | None:
        return self._held.get(name)

    def add(self, host: LeasedHost) -> None:
        """A host that was just leased, with pages."""
        self._held[host.name] = host
        self._go_on(host)

    def first(self) -> LeasedHost | None:
        """The ready host whose turn it is; it has a page."""
        now = self._clock()
        while self._resting and self._resting[0][0] <= now:
            ready_at, _, host = heappop(self._resting)
            if host.ready_at == ready_at and self._rests(host):
                self._line_up(host)
        while self._ready:
            _, turn, host = self._ready[0]
            if host.ready and not host.lost and turn == host.turn:
                return host
            heappop(self._ready)
        return None

    def start(self, host: LeasedHost) -> RedisLease:
        """Take the next page of the host that `first` returned; the host is busy until `rest`."""
        heappop(self._ready)
        self._not_ready(host)
        host.busy = (host.again or host.pages).popleft()
        self.busy += 1
        return host.busy

    def occupy(self, host: LeasedHost) -> None:
        """Ask a host for something that is no page of ours: it is busy until `rest`."""
        self._held[host.name] = host
        self._finished.pop(host.name, None)
        self._not_ready(host)
        host.busy = RedisLease(NO_PAGE, "", 0, None, host, 0)
        self.busy += 1

    def rest(self, host: LeasedHost, seconds: float = 0.0) -> None:
        """Leave a host alone from now on for its delay, or for `seconds` if that is longer."""
        if host.busy is not None:
            host.busy = None
            self.busy -= 1
        self._not_ready(host)
        host.ready_at = max(host.ready_at, self._clock() + max(host.delay, self._delay, seconds))
        self._go_on(host)

    def go_on(self, host: LeasedHost) -> None:
        """The page that `start` took was not asked for: the host is in line again."""
        if host.busy is not None:
            host.busy = None
            self.busy -= 1
        self._go_on(host)

    def postpone(self, lease: RedisLease, seconds: float) -> None:
        """The page that `start` took was not asked for, and is the host's next: not before so long."""
        lease.host.pages.appendleft(lease)
        lease.host.ready_at = max(lease.host.ready_at, self._clock() + seconds)
        self.go_on(lease.host)

    def put_off(self, host: LeasedHost, seconds: float) -> None:
        """Leave a host alone for so long from now on, whatever it does."""
        host.ready_at = max(host.ready_at, self._clock() + seconds)
        if host.busy is None:
            self._not_ready(host)
            self._go_on(host)

    def fetch_again(self, lease: RedisLease, seconds: float) -> bool:
        """Put a page back before all others of its host, which rests at least so long. False: the host is not held."""
        host = self._held.get(lease.host.name)
        if host is None:
            return False
        lease.host = host
        host.again.append(lease)
        if host.busy is None or host.busy is lease:
            self.rest(host, seconds)
        return True

    def forget(self, lease: RedisLease) -> None:
        """This page is not fetched again."""
        if lease in lease.host.again:
            lease.host.again.remove(lease)
            if lease.host.ready:
                self._not_ready(lease.host)
                self._go_on(lease.host)

    def next_due(self) -> float:
        """When the next resting host may be asked, by the clock given."""
        while self._resting:
            ready_at, _, host = self._resting[0]
            if host.ready_at == ready_at and self._rests(host):
                return ready_at
            heappop(self._resting)
        return NEVER

    def finished(self) -> list[LeasedHost]:
        """Hosts of which nothing is left to fetch: they are held no more, and rest until their `ready_at`."""
        hosts, self._finished = list(self._finished.values()), {}
        for host in hosts:
            del self._held[host.name]
        return hosts

    def drop_waiting(self) -> None:
        """Forget all pages that are not being fetched."""
        for host in list(self._held.values()):
            host.pages.clear()
            host.again.clear()
            if host.busy is None:
                self._not_ready(host)
                self._go_on(host)

    def drop(self, shard: int) -> list[LeasedHost]:
        """The leases of a shard are over: its hosts, marked lost. Their waiting pages are forgotten."""
        lost = [host for host in self._held.values() if host.shard == shard]
        for host in lost:
            self._not_ready(host)
            if host.busy is not None:
                host.busy = None
                self.busy -= 1
            host.lost = True
            host.pages.clear()
            host.again.clear()
            self._finished.pop(host.name, None)
            del self._held[host.name]
        return lost

    def _rests(self, host: LeasedHost) -> bool:
        return not host.ready and host.busy is None and not host.lost and self._held.get(host.name) is host

    def _go_on(self, host: LeasedHost) -> None:
        """Whatever is next for a host that is not busy."""
        self._finished.pop(host.name, None)
        if host.lost:
            return
        if not (host.again or host.pages):
            self._finished[host.name] = host
        elif host.ready_at <= self._clock():
            self._line_up(host)
        else:
            heappush(self._resting, (host.ready_at, next(self._turn), host))

    def _line_up(self, host: LeasedHost) -> None:
        if not (host.again or host.pages):
            return
        host.ready = True
        self.ready += 1
        host.turn = next(self._turn)
        heappush(self._ready, (host.head, host.turn, host))

    def _not_ready(self, host: LeasedHost) -> None:
        if host.ready:
            host.ready = False
            self.ready -= 1
