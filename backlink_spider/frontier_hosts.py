"""Whose turn it is: a window of hosts in memory, in front of those in the file.

A host in memory is ready (its next page may be fetched), busy (one of its pages is being fetched) or resting (its
delay runs). Among ready hosts the smallest depth of a next page goes first, then the host that waited longest. A
host of the file that would come before them is loaded; when too many are in memory, the last in line go back.
"""

from __future__ import annotations

import time
from heapq import heapify, heappop, heappush
from itertools import count
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from backlink_spider.frontier_cold import NO_HOST, ColdHosts, HostRow
from backlink_spider.frontier_file import DRAINED, READY, SPENT, SPENT_HOST
from backlink_spider.frontier_records import Domain, Host, Lease

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Container

NEVER = float("inf")
NO_PAGE = 0  # in place of a page's id
LOADED_AT_ONCE = 256  # hosts read from the file in one go
IN_MEMORY = 4096  # ready hosts above which half of them go back to the file
PAGES_IN_MEMORY = 8  # of one host
BUSY = 0.05  # seconds after which a host is looked at again that is being asked
LONG_REST = 60.0  # seconds; a host that rests longer does so in the file


class Hosts:
    """All hosts of a frontier. Pages in `leases` are in flight and are not read from the file again."""

    def __init__(
        self, db: sqlite3.Connection, leases: Container[int], *, delay: float, turn: int, clock: Callable[[], float]
    ) -> None:
        self.turn = turn  # requests of the crawl so far
        self._db, self._leases, self._delay, self._clock = db, leases, delay, clock
        self._cold = ColdHosts(db)
        self._held: dict[int, Host] = {}
        self._domains: WeakValueDictionary[int, Domain] = WeakValueDictionary()
        self._known: WeakValueDictionary[int, Host] = WeakValueDictionary()  # held, or with pages in flight
        self._ready: list[tuple[int, int, int, Host]] = []  # heap; entries that no longer hold are skipped
        self._resting: list[tuple[float, int, Host]] = []  # heap, likewise
        self._serial = count()

    def id_of(self, name: str, domain: str) -> int:
        """The id of a host, known or new; a new one joins the round in front of the host that was asked last."""
        return self._cold.id_of(name, domain, self.turn - 1)

    def first(self) -> Host | None:
        """The ready host whose turn it is; it has a page."""
        self._wake()
        while True:
            while self._cold.best < NO_HOST and (not self._ready or self._ready[0] > self._cold.best):
                self._load()
            if not self._ready:
                return None
            head, turn, _, host = self._ready[0]
            holds = host.ready and (head, turn) == (host.head, host.turn)
            if holds and (host.pages or host.again):
                return host
            heappop(self._ready)
            if holds:
                self._line_up(host)  # its pages are read when its turn has come

    def start(self, host: Host) -> Lease:
        """Take the next page of the host that `first` returned; the host is busy until `rest`."""
        heappop(self._ready)
        self.turn += 1
        host.turn, host.ready = self.turn, False
        host.busy = (host.again or host.pages).popleft()
        return host.busy

    def rest(self, host: Host, seconds: float = 0.0) -> None:
        """Leave a host alone from now on for its delay, or for `seconds` if that is longer."""
        host.busy, host.ready = None, False
        now = self._clock()
        host.ready_at = max(host.ready_at, now + max(host.delay, self._delay, seconds))
        if host.ready_at <= now:
            self._line_up(host)
        elif host.ready_at > now + LONG_REST and not host.again:
            self._put(host, int(time.time() + host.ready_at - now) + 1)
        else:
            heappush(self._resting, (host.ready_at, next(self._serial), host))

    def go_on(self, host: Host) -> None:
        """The page that `start` took was not asked for: the host is in line again."""
        host.busy = None
        self._line_up(host)

    def postpone(self, lease: Lease, seconds: float) -> None:
        """The page that `start` took was not asked for, and is the host's next: not before so long."""
        host = lease.host
        host.pages.appendleft(lease)
        host.busy, host.ready = None, False
        host.ready_at = max(host.ready_at, self._clock() + seconds)
        heappush(self._resting, (host.ready_at, next(self._serial), host))

    def fetch_again(self, lease: Lease, seconds: float) -> None:
        """Put a page back before all others of its host, which rests at least so long."""
        lease.host = host = self._held.get(lease.host.id) or self._hold(self._cold.take_one(lease.host.id))
        host.again.append(lease)
        if host.busy is None or host.busy is lease:
            self.rest(host, seconds)

    def borrow(self, name: str) -> float:
        """Keep a host busy that has to be asked for something that is no page; else seconds until that may be tried."""
        host_id = self._cold.find(name)
        host = self._held.get(host_id or 0)
        if host is None:
            if not host_id:  # a host of no page of ours
                return 0.0
            if wait := self._cold.rest_left(host_id):
                return wait
            host = self._hold(self._cold.take_one(host_id))
        if wait := BUSY if host.busy else max(host.ready_at - self._clock(), 0.0):
            return wait
        host.ready = False
        host.busy = Lease(NO_PAGE, "", 0, None, host)
        return 0.0

    def give_back(self, name: str) -> None:
        """A borrowed host rests as after a page."""
        host = self._held.get(self._cold.find(name) or 0)
        if host is not None and host.busy is not None and host.busy.page_id == NO_PAGE:
            self.rest(host)

    def defer(self, name: str, seconds: float) -> None:
        """Leave a host alone for so long from now on, or for its delay if that is longer."""
        host_id = self._cold.find(name)
        host = self._held.get(host_id or 0)
        if host is None and host_id:
            self._cold.park(host_id, time.time() + seconds)
        elif host and host.busy:
            host.ready_at = max(host.ready_at, self._clock() + seconds)
        elif host:
            self.rest(host, seconds)

    def set_delay(self, name: str, seconds: float) -> None:
        """Give a host a delay of its own; it counts where it is longer than the crawl's."""
        host_id = self._cold.find(name)
        if host_id:
            self._cold.set_delay(host_id, seconds)
            if host_id in self._held:
                self._held[host_id].delay = seconds

    def gained(self, host_id: int, depth: int) -> None:
        """Pages of this depth were queued for a host."""
        host = self._held.get(host_id)
        if host is None:
            self._cold.gained(host_id, depth)
            return
        host.more = True
        if depth < host.last[0]:  # they come before some of the pages in memory: read those again
            host.pages.clear()
            host.last = (-1, 0)
        if host.ready and depth < host.head:
            host.head = depth
            heappush(self._ready, (depth, host.turn, host.id, host))

    def set_aside(self, host: Host, *, for_domain: bool) -> None:
        """Take a host out of the crawl that has used up its budget, or its domain's."""
        self._put(host, SPENT if for_domain else SPENT_HOST)

    def kept_out(self) -> tuple[int, int]:
        """Queued pages of the hosts that were set aside: for their domain's budget, and for their own."""
        query = "SELECT count(*) FROM hosts JOIN pages ON pages.host = hosts.id WHERE hosts.due = ?"
        by_domain, by_host = (self._db.execute(query, (due,)).fetchone()[0] for due in (SPENT, SPENT_HOST))
        return by_domain, by_host

    def pending(self, *, only_again: bool, max_taken: int, max_of_host: int) -> bool:
        """Whether any host that is not busy has, now or after its rest, a page to fetch.

        With `only_again` a page to fetch again; of domains of which `max_taken` pages are taken, and of hosts of which
        `max_of_host` are, likewise.
        """
        hosts = [host for host in self._held.values() if not host.busy]
        if any(host.again for host in hosts):
            return True
        if only_again:
            return False
        allowed = (
            host
            for host in hosts
            if (not max_taken or host.domain.taken < max_taken) and (not max_of_host or host.taken < max_of_host)
        )
        return any(host.has_work for host in allowed) or self._cold.pending()

    def next_due(self) -> float:
        """When the next resting host may be asked, by the clock given."""
        while self._resting and self._stale(self._resting[0]):
            heappop(self._resting)
        due = self._resting[0][0] if self._resting else NEVER
        if self._cold.parked_until is not None:
            due = min(due, self._clock() + max(self._cold.parked_until - time.time(), 0.0))
        return due

    def _wake(self) -> None:
        if self._cold.parked_until is not None and self._cold.parked_until <= time.time():
            self._cold.unpark()
        now = self._clock()
        while self._resting and self._resting[0][0] <= now:
            entry = heappop(self._resting)
            if not self._stale(entry):
                self._line_up(entry[2])

    def _stale(self, entry: tuple[float, int, Host]) -> bool:
        ready_at, _, host = entry
        return host.ready or host.busy is not None or host.ready_at != ready_at or self._held.get(host.id) is not host

    def _line_up(self, host: Host) -> None:
        if not host.pages and host.more:
            self._read_pages(host)
        if not host.has_work:
            self._put(host, DRAINED)
            return
        host.head = -1 if host.again else host.pages[0].depth
        host.ready = True
        heappush(self._ready, (host.head, host.turn, host.id, host))

    def _read_pages(self, host: Host) -> None:
        rows = self._db.execute(
            "SELECT id, url, depth, hops FROM pages INDEXED BY pages_in_order WHERE host = ? AND (depth, id) > (?, ?) "
            "ORDER BY depth, id",
            (host.id, *host.last),
        )
        host.more = False
        for page_id, url, depth, hops in rows:
            if len(host.pages) == PAGES_IN_MEMORY:
                host.more = True
                break
            if page_id not in self._leases:
                host.pages.append(Lease(page_id, url, depth, hops, host))
            host.last = (depth, page_id)
        rows.close()

    def _load(self) -> None:
        for row in self._cold.take(LOADED_AT_ONCE):
            host = self._hold(row)
            host.ready = True
            heappush(self._ready, (host.head, host.turn, host.id, host))
        if len(self._ready) > IN_MEMORY:
            self._give_back()

    def _hold(self, row: HostRow) -> Host:
        domain = self._domains.get(row.domain_id)
        if domain is None:
            self._domains[row.domain_id] = domain = Domain(row.domain_id, row.domain_fetched)
        before = self._known.get(row.id)
        taken = before.taken if before else row.fetched
        host = Host(row.id, row.name, domain, row.delay, row.head, row.turn, taken)
        self._held[row.id] = self._known[row.id] = host
        return host

    def _give_back(self) -> None:
        valid = sorted(e for e in self._ready if e[3].ready and e[:2] == (e[3].head, e[3].turn))
        self._ready = valid[: IN_MEMORY // 2]
        for entry in valid[IN_MEMORY // 2 :]:
            host = entry[3]
            if host.again:
                self._ready.append(entry)
            elif host.ready:
                self._put(host, READY)
        heapify(self._ready)

    def _put(self, host: Host, due: int) -> None:
        host.ready = False
        del self._held[host.id]
        # Where the next page is not in memory, a depth that is too small only lets the host be looked at too early.
        head = host.pages[0].depth if host.pages else max(host.head if due == READY else host.last[0], 0)
        self._cold.put(host.id, due, head, host.turn)
