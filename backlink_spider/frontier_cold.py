"""The hosts of a frontier that are not in memory: their rows in the file, in the order of their turns."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple, cast

from backlink_spider.frontier_file import DRAINED, HELD, READY, SPENT, SPENT_HOST

if TYPE_CHECKING:
    import sqlite3

NAMES_IN_MEMORY = 20_000
FIRST_OF_ALL = (-1, 0, 0)
NO_HOST = (1 << 62, 0, 0)


class HostRow(NamedTuple):
    """A host as the file has it."""

    id: int
    name: str
    domain_id: int
    domain_fetched: int
    delay: float
    head: int
    turn: int
    fetched: int


class ColdHosts:
    """`best` is a bound: no ready host of the file comes before (depth of its next page, turn, id)."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.best = FIRST_OF_ALL
        self.parked_until: float | None = None  # Unix time at which the next parked host is ready
        self._db = db
        self._ids: dict[str, int] = {}
        self._recover()
        self.unpark()

    def id_of(self, name: str, domain: str, turn: int) -> int:
        """The id of a host; one that has no row gets one with this turn."""
        host_id = self._ids.get(name)
        if host_id is None:
            if len(self._ids) >= NAMES_IN_MEMORY:
                self._ids.clear()
            host_id = self._ids[name] = self.find(name) or self._insert(name, domain, turn)
        return host_id

    def find(self, name: str) -> int | None:
        row = self._db.execute("SELECT id FROM hosts WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def take(self, limit: int) -> list[HostRow]:
        """The first ready hosts in line; they are the caller's until `put`."""
        rows = self._db.execute(
            "SELECT hosts.id, hosts.name, domain, domains.fetched, delay, head, turn, hosts.fetched "
            "FROM hosts JOIN domains ON domains.id = domain WHERE due = 0 ORDER BY head, turn, hosts.id LIMIT ?",
            (limit + 1,),
        ).fetchall()
        hosts = [HostRow._make(row) for row in rows]
        self.best = NO_HOST
        if len(hosts) > limit:
            behind = hosts.pop()
            self.best = (behind.head, behind.turn, behind.id)
        self._db.executemany("UPDATE hosts SET due = ? WHERE id = ?", ((HELD, host.id) for host in hosts))
        return hosts

    def take_one(self, host_id: int) -> HostRow:
        """This host, whatever its state."""
        row = self._db.execute(
            "SELECT hosts.id, hosts.name, domain, domains.fetched, delay, head, turn, hosts.fetched "
            "FROM hosts JOIN domains ON domains.id = domain WHERE hosts.id = ?",
            (host_id,),
        ).fetchone()
        self._db.execute("UPDATE hosts SET due = ? WHERE id = ?", (HELD, host_id))
        return HostRow._make(row)

    def put(self, host_id: int, due: int, head: int, turn: int) -> None:
        """Give a host back: READY, DRAINED, SPENT, SPENT_HOST, or parked until a Unix time."""
        self._db.execute("UPDATE hosts SET due = ?, head = ?, turn = ? WHERE id = ?", (due, head, turn, host_id))
        if due == READY:
            self.best = min(self.best, (head, turn, host_id))
        elif due > 0:
            self.unpark()

    def park(self, host_id: int, until: float) -> None:
        """Leave a host alone until a Unix time."""
        self._db.execute(
            "UPDATE hosts SET due = max(due, ?) WHERE id = ? AND due NOT IN (?, ?)",
            (int(until) + 1, host_id, SPENT, SPENT_HOST),
        )
        self.unpark()

    def rest_left(self, host_id: int) -> float:
        """Seconds that a host of the file is yet left alone."""
        (due,) = self._db.execute("SELECT due FROM hosts WHERE id = ?", (host_id,)).fetchone()
        return max(due - time.time(), 0.0) if due > 0 else 0.0

    def gained(self, host_id: int, depth: int) -> None:
        """Pages of this depth were queued for a host."""
        row = self._db.execute("SELECT due, head, turn FROM hosts WHERE id = ?", (host_id,)).fetchone()
        due, head, turn = row
        if due == DRAINED:
            self.put(host_id, READY, depth, turn)
        elif depth < head:
            self.put(host_id, due, depth, turn)

    def set_delay(self, host_id: int, seconds: float) -> None:
        self._db.execute("UPDATE hosts SET delay = ? WHERE id = ?", (seconds, host_id))

    def unpark(self) -> None:
        """Make the parked hosts ready whose time has come."""
        if self._db.execute("UPDATE hosts SET due = 0 WHERE due > 0 AND due <= ?", (int(time.time()),)).rowcount:
            self.best = FIRST_OF_ALL
        (self.parked_until,) = self._db.execute("SELECT min(due) FROM hosts WHERE due > 0").fetchone()

    def pending(self) -> bool:
        """Whether a host has a page to fetch now, or when its parking ends."""
        if self.best < NO_HOST:
            return True
        query = "SELECT 1 FROM hosts WHERE due > 0 AND EXISTS (SELECT 1 FROM pages WHERE host = hosts.id) LIMIT 1"
        return self.parked_until is not None and self._db.execute(query).fetchone() is not None

    def _recover(self) -> None:
        # The hosts that were in memory when the last crawl ended, those that a budget kept out, and those whose last
        # pages were in flight then: their rows are there until they are durable.
        self._db.execute(
            "UPDATE hosts SET due = 0, head = coalesce((SELECT min(depth) FROM pages WHERE host = hosts.id), 0) "
            "WHERE due IN (?, ?, ?) OR (due = ? AND EXISTS (SELECT 1 FROM pages WHERE host = hosts.id))",
            (HELD, SPENT, SPENT_HOST, DRAINED),
        )

    def _insert(self, name: str, domain: str, turn: int) -> int:
        self._db.execute("INSERT OR IGNORE INTO domains (name) VALUES (?)", (domain,))
        (domain_id,) = self._db.execute("SELECT id FROM domains WHERE name = ?", (domain,)).fetchone()
        host = (name, domain_id, turn, DRAINED)
        cursor = self._db.execute("INSERT INTO hosts (name, domain, head, turn, due) VALUES (?, ?, 0, ?, ?)", host)
        return cast("int", cursor.lastrowid)
