"""What a worker holds of the frontier in Redis: leased hosts, pages in flight, what it has yet to tell."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from backlink_spider import frontier_entry
from backlink_spider.frontier_entry import BadEntry
from backlink_spider.frontier_traps import WorkerTraps
from backlink_spider.leased_hosts import NO_PAGE, LeasedHost, LeasedHosts, RedisLease
from backlink_spider.redis_outbox import HostNews, Outbox, Wish
from backlink_spider.redis_scripts import SessionLost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from backlink_spider.redis_dupefilter import SeenFilter
    from backlink_spider.shard_calls import Grant
    from backlink_spider.shard_leases import Shard, ShardLeases

MOST_HOSTS = 4096  # held, most of them resting
MOST_LINES = 20_000  # URLs to push above which nothing new is begun


class Holdings:
    """`flight` are pages that were handed out and are not known to be stored; `now` is the clock of delays.

    `released` is told of hosts before Redis is, and as soon as they are known to be others'.
    """

    def __init__(
        self,
        shards: ShardLeases,
        seen: SeenFilter,
        *,
        delay: float,
        now: Callable[[], float],
        released: Callable[[set[str]], object],
    ) -> None:
        self.shards, self.seen, self.now = shards, seen, now
        self.delay_ms = int(delay * 1000)
        self._released = released
        self.hosts = LeasedHosts(delay=delay, clock=now)
        self.outbox = Outbox()
        self.traps = WorkerTraps()
        self.flight: dict[int, RedisLease] = {}
        self._page_ids = count(NO_PAGE + 1)

    @property
    def is_full(self) -> bool:
        """Whether so much waits to be pushed that nothing new is to be begun."""
        return self.outbox.lines > MOST_LINES

    def room(self, concurrency: int) -> int:
        """How many more hosts are wanted. Those that rest do not count: slow ones would fill all places."""
        if self.is_full:
            return 0
        return max(min(concurrency - self.hosts.ready - self.hosts.busy, MOST_HOSTS - self.hosts.held), 0)

    def take(self, shard: int, grant: Grant) -> None:
        """A host of a shard was leased."""
        for name, text in grant.traps.items():
            self.traps.learned(name, text)
        host = LeasedHost(grant.host, shard, grant.token, grant.delay_ms / 1000)
        for serial, entry in enumerate(grant.entries, grant.token):
            try:
                url, hops, losses, _ = frontier_entry.loads(entry, grant.host)
            except BadEntry:
                self.outbox.news.burials.append((shard, serial, "unreadable"))
                continue
            host.pages.append(RedisLease(next(self._page_ids), url, grant.depth, hops, host, serial, losses > 0))
        self.hosts.add(host)

    def lost(self, shard: Shard) -> None:
        """All that was held in a shard is others' now."""
        self.shards.lost(shard)
        self._let_go(self.hosts.drop(shard.number))
        for lease in [lease for lease in self.flight.values() if lease.host.shard == shard.number]:
            lease.host.lost = True
            del self.flight[lease.page_id]
        wishes = self.outbox.wishes
        wishes[:] = [wish for wish in wishes if wish.shard != shard.number or wish.again is None]

    def drop_waiting(self) -> None:
        """Forget all pages that are not being fetched, those to fetch again among them: they will be put back."""
        for host in self.hosts.all():
            for lease in host.again:
                self.flight.pop(lease.page_id, None)
        self.hosts.drop_waiting()

    def release_finished(self) -> None:
        finished = self.hosts.finished()
        self._let_go(finished)
        for host in finished:
            self.outbox.host(host.shard, HostNews(host.name, host.token, host.ready_at, None, host.borrowed))

    def hang_up_where_over(self) -> None:
        """Where leases are over by this worker's clock, hosts may be others' by now, whether Redis tells or not."""
        self._let_go([host for host in self.hosts.all() if self.shards.is_over(host.shard)])

    def fetch_again(self, lease: RedisLease, seconds: float) -> None:
        """A page in flight, after so long at the least, though its host may have been released since."""
        if not self.hosts.fetch_again(lease, seconds):
            self.outbox.wishes.append(Wish(lease.host.name, lease.host.shard, lease, at=self.now() + seconds))

    def due_wishes(self) -> list[Wish]:
        """Hosts to borrow now; those that are held anyway are used as they are."""
        now = self.now()
        due = []
        for wish in list(self.outbox.wishes):
            host = self.hosts.find(wish.name)
            if host is not None and wish.again is not None:
                self.outbox.wishes.remove(wish)
                self.hosts.fetch_again(wish.again, 0.0)
            elif host is not None and host.busy is None and host.ready_at <= now:
                self._lend(wish, host)
            elif wish.deadline <= now and wish.lent is not None:
                self.outbox.wishes.remove(wish)
                if not wish.lent.done():
                    wish.lent.set_result(False)
            elif host is None and wish.at <= now:
                due.append(wish)
        return due

    def wish_answered(self, wish: Wish, reply: Any) -> None:
        """The shard's reply to a borrow: [0, token, delay ms of its own], or [ms to wait]."""
        if isinstance(reply, SessionLost) or reply[0]:
            wish.at = self.now() + (0.5 if isinstance(reply, SessionLost) else reply[0] / 1000)
            return
        host = LeasedHost(wish.name, wish.shard, reply[1], reply[2] / 1000, borrowed=True)
        if wish.again is None:
            self._lend(wish, host)
        elif wish in self.outbox.wishes:
            self.outbox.wishes.remove(wish)
            wish.again.host = host
            host.again.append(wish.again)
            self.hosts.add(host)

    def serials(self, shard: int) -> Iterator[int]:
        """Of the pages held in a shard."""
        yield from (lease.serial for lease in self.flight.values() if lease.host.shard == shard)
        for host in self.hosts.all():
            if host.shard == shard:
                yield from (lease.serial for lease in host.pages)

    def tokens(self, shard: int) -> Iterator[int]:
        """Of the hosts held in a shard."""
        return (host.token for host in self.hosts.all() if host.shard == shard)

    def _let_go(self, hosts: list[LeasedHost]) -> None:
        if hosts:
            self._released({host.name for host in hosts})

    def _lend(self, wish: Wish, host: LeasedHost) -> None:
        self.outbox.wishes.remove(wish)
        self.hosts.occupy(host)
        if wish.lent is None or wish.lent.done():  # nobody waits for it any more
            self.hosts.rest(host)
        else:
            wish.lent.set_result(True)
