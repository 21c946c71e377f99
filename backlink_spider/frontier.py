"""The crawl's frontier: every URL found and not yet stored, in one SQLite file, breadth first and fair between hosts.

A page is leased in memory and leaves the file when it is durable elsewhere: a killed crawl fetches again what was in
flight and nothing else. A host has one request at a time and rests between two. It knows no Scrapy: the public methods
are all that the scheduler needs, and what a frontier shared by many machines has to offer in its place.
"""

from __future__ import annotations

import json
import logging
import time
from typing import TYPE_CHECKING

from backlink_spider.frontier_attempts import Attempts
from backlink_spider.frontier_file import TABLES, open_file, raises_frontier_error
from backlink_spider.frontier_hosts import Hosts
from backlink_spider.frontier_traps import FileTraps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from backlink_spider.frontier_records import Lease
    from backlink_spider.items import Hop
    from link_index.urls import Target

logger = logging.getLogger(__name__)

RECENT = 65_536  # fingerprints of a generation; two are kept, 12 MB when full


class Frontier:
    """`queued` pages are in the file, in flight or not; `fetched` ones, of all runs, are done; `given_up` ones, of this
    run, are done without success.

    `max_pages`, `max_pages_per_domain` and `max_pages_per_host` are budgets of pages fetched, 0 for none. What they
    refuse stays queued, for a later run with a larger budget.
    """

    def __init__(
        self,
        path: Path,
        *,
        delay: float = 0.0,
        max_pages: int = 0,
        max_pages_per_domain: int = 0,
        max_pages_per_host: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.path = path
        self.max_pages, self.max_pages_per_domain = max_pages, max_pages_per_domain
        self.max_pages_per_host = max_pages_per_host
        self._delay, self._clock = delay, clock
        self._db = open_file(path)
        self.traps = FileTraps(self._db, path)
        self._load()

    @raises_frontier_error
    def _load(self) -> None:
        self.given_up = 0
        self._leases: dict[int, Lease] = {}
        self._recent: set[bytes] = set()
        self._older: set[bytes] = set()
        row = self._db.execute("SELECT next_page, turn, queued, fetched, running FROM counters").fetchone()
        self._next_page, turn, self.queued, self.fetched, running = row
        self.was_killed = bool(running)  # the process before this one did not close the file
        self._attempts = Attempts(self._db)
        self._hosts = Hosts(self._db, self._leases, delay=self._delay, turn=turn, clock=self._clock)
        self._db.execute("UPDATE counters SET running = 1")
        self._db.commit()

    @raises_frontier_error
    def start_over(self) -> None:
        """Forget everything."""
        for table in TABLES:
            self._db.execute(f"DELETE FROM {table}")  # noqa: S608 (names of our own)
        self._db.execute("INSERT INTO counters VALUES (1, 0, 0, 0, 0)")
        self._load()

    @property
    def leased(self) -> int:
        """Pages fetched or being fetched, and not yet durable."""
        return len(self._leases)

    def lease(self, page_id: int) -> Lease | None:
        """The page in flight that has this id."""
        return self._leases.get(page_id)

    @property
    def spent(self) -> bool:
        """Whether the budget of pages is used up."""
        return bool(self.max_pages) and self.fetched + len(self._leases) >= self.max_pages

    def unseen(self, targets: Iterable[Target]) -> list[Target]:
        """Those that were not found lately. Fast, for all links of a page; `push` knows the older ones."""
        recent, older = self._recent, self._older
        return [target for target in targets if target.hash8 not in recent and target.hash8 not in older]

    @raises_frontier_error
    def push(self, targets: Iterable[Target], depth: int, hops: tuple[Hop, ...] = ()) -> int:
        """Queue those that were never found before; how many those are. `hops` are the redirects that led to them."""
        by_host: dict[str, list[Target]] = {}
        for target in self.unseen(targets):
            by_host.setdefault(target.host, []).append(target)
        hops_text = json.dumps(hops) if hops else None
        pushed = 0
        for name, group in by_host.items():
            pushed += self._push_to_host(self._hosts.id_of(name, group[0].domain), group, depth, hops_text)
        self.queued += pushed
        return pushed

    def _push_to_host(self, host_id: int, targets: list[Target], depth: int, hops: str | None) -> int:
        insert = self._db.execute
        page_id = self._next_page
        rows = []
        for target in targets:
            if insert("INSERT OR IGNORE INTO seen VALUES (?, ?)", (host_id, target.hash8)).rowcount:
                rows.append((page_id, host_id, depth, target.url, hops))
                page_id += 1
        self._remember(targets)
        if rows:
            self._db.executemany("INSERT INTO pages VALUES (?, ?, ?, ?, ?)", rows)
            self._next_page = page_id
            self._hosts.gained(host_id, depth)
        return len(rows)

    def _remember(self, targets: Iterable[Target]) -> None:
        self._recent.update([target.hash8 for target in targets])
        if len(self._recent) >= RECENT:
            self._older, self._recent = self._recent, set()

    @raises_frontier_error
    def pop(self) -> Lease | None:
        """The next page that may be fetched now. Its host is busy until `ended`, the page leased until `done`."""
        while (host := self._hosts.first()) is not None:
            if not host.again:
                if self.spent:
                    return None
                if self.max_pages_per_domain and host.domain.taken >= self.max_pages_per_domain:
                    self._hosts.set_aside(host, for_domain=True)
                    continue
                if self.max_pages_per_host and host.taken >= self.max_pages_per_host:
                    self._hosts.set_aside(host, for_domain=False)
                    continue
            lease = self._hosts.start(host)
            if lease.page_id not in self._leases:
                self._leases[lease.page_id] = lease
                host.domain.taken += 1
                host.taken += 1
            if not self._attempts.exhausted(lease.page_id):
                return lease
            self._give_up(lease)
        return None

    @raises_frontier_error
    def ended(self, lease: Lease) -> None:
        """The request is over, however: its host rests from now on."""
        if lease.host.busy is lease:
            self._hosts.rest(lease.host)

    @raises_frontier_error
    def put_back(self, lease: Lease, seconds: float = 0.0) -> None:
        """Fetch a leased page again, before any other of its host and after so long at the least."""
        if lease.page_id in self._leases and lease not in lease.host.again:
            self._hosts.fetch_again(lease, seconds)

    @raises_frontier_error
    def failed(self, page_id: int) -> None:
        """An exception of our own code kept the page from being stored: try again, or give it up."""
        lease = self._leases.get(page_id)
        if lease is None:
            return
        self._attempts.add_error(page_id)
        if self._attempts.exhausted(page_id):
            self._give_up(lease)
        else:
            self.put_back(lease)

    @raises_frontier_error
    def suspect(self, page_id: int) -> None:
        """The process may die of this page: note it in the file, until it has `survived`."""
        if page_id in self._leases:
            self._attempts.add_death(page_id)
            self.flush()

    @raises_frontier_error
    def survived(self, page_id: int) -> None:
        """The process did not die of this page."""
        self._attempts.no_death(page_id)

    @raises_frontier_error
    def done(self, page_ids: Iterable[int]) -> None:
        """These pages are durable elsewhere, or need not be: forget them, and remember that on disk."""
        for page_id in page_ids:
            if lease := self._leases.get(page_id):
                self._finish(lease)
        self.flush()

    @raises_frontier_error
    def skip(self, lease: Lease) -> None:
        """Forget a page that `pop` gave out without asking for it: no budget counts it, and its host need not rest."""
        if self._leases.pop(lease.page_id, None) is None:
            return
        self.queued -= 1
        self._untake(lease)
        self._attempts.forget(lease.page_id)
        self._db.execute("DELETE FROM pages WHERE id = ?", (lease.page_id,))
        self._hosts.go_on(lease.host)

    @raises_frontier_error
    def postpone(self, lease: Lease, seconds: float) -> None:
        """Queue a page again that `pop` gave out without asking for it: it comes first of its host, after so long."""
        if self._leases.pop(lease.page_id, None) is not None:
            self._untake(lease)
            self._hosts.postpone(lease, seconds)

    @raises_frontier_error
    def defer(self, host: str, seconds: float) -> None:
        """Leave a host alone for so long from now on."""
        self._hosts.defer(host, seconds)

    @raises_frontier_error
    def borrow(self, host: str) -> float:
        """Keep a host busy until `give_back`, for what is no page; else seconds until that may be tried again."""
        return self._hosts.borrow(host)

    @raises_frontier_error
    def give_back(self, host: str) -> None:
        """That host rests from now on."""
        self._hosts.give_back(host)

    @raises_frontier_error
    def set_delay(self, host: str, seconds: float) -> None:
        """Let a host rest so long between two requests, if that is longer than the crawl's own delay."""
        self._hosts.set_delay(host, seconds)

    @raises_frontier_error
    def pending(self) -> bool:
        """Whether a page is left to fetch, now or later; pages in flight are none."""
        return self._hosts.pending(
            only_again=self.spent, max_taken=self.max_pages_per_domain, max_of_host=self.max_pages_per_host
        )

    @raises_frontier_error
    def refused_by_budget(self) -> tuple[int, int]:
        """Queued pages of hosts whose domain has used up its budget, and of those that have used up their own."""
        return self._hosts.kept_out()

    @raises_frontier_error
    def next_due(self) -> float:
        """When, by the clock given, the next host has rested; infinity if none rests."""
        return self._hosts.next_due()

    @raises_frontier_error
    def note(self, key: str) -> str | None:
        """What `set_note` wrote."""
        row = self._db.execute("SELECT value FROM notes WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    @raises_frontier_error
    def notes(self, prefix: str) -> list[str]:
        """The keys of all notes that begin with this."""
        rows = self._db.execute("SELECT key FROM notes WHERE substr(key, 1, ?) = ?", (len(prefix), prefix))
        return [key for (key,) in rows]

    @raises_frontier_error
    def set_note(self, key: str, value: str) -> None:
        """Write something about the crawl into the file; it is committed together with what came before it."""
        self._db.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (key, value))

    @raises_frontier_error
    def flush(self) -> None:
        """Commit."""
        if self._db.in_transaction:
            self._db.execute(
                "UPDATE counters SET next_page = ?, turn = ?, queued = ?, fetched = ?",
                (self._next_page, self._hosts.turn, self.queued, self.fetched),
            )
            self._db.commit()

    @raises_frontier_error
    def close(self) -> None:
        """Commit and close. Pages in flight stay queued."""
        try:
            self._db.execute("UPDATE counters SET running = 0")
            self.flush()
        finally:
            self._db.close()

    def abandon(self) -> None:
        """Close without another write: after a FrontierError. The file is as of the last commit."""
        self._db.close()

    @staticmethod
    def _untake(lease: Lease) -> None:
        """It used up nothing of a budget."""
        lease.host.domain.taken -= 1
        lease.host.taken -= 1

    def _give_up(self, lease: Lease) -> None:
        logger.warning("Gave up %s: it made the crawl fail again and again.", lease.url)
        self.given_up += 1
        self._finish(lease)

    def _finish(self, lease: Lease) -> None:
        del self._leases[lease.page_id]
        if lease in lease.host.again:
            lease.host.again.remove(lease)
        self.queued -= 1
        self.fetched += 1
        self._attempts.forget(lease.page_id)
        self._db.execute("DELETE FROM pages WHERE id = ?", (lease.page_id,))
        self._db.execute("UPDATE domains SET fetched = fetched + 1 WHERE id = ?", (lease.host.domain.id,))
        self._db.execute("UPDATE hosts SET fetched = fetched + 1 WHERE id = ?", (lease.host.id,))
        if lease.host.busy is lease:
            self._hosts.rest(lease.host)
