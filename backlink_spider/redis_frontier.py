"""The frontier that many workers share, as one of them sees it: what it asks is answered from memory, at once."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from typing import TYPE_CHECKING

from backlink_spider.errors import HostNotLent
from backlink_spider.frontier_attempts import MAX_ERRORS
from backlink_spider.frontier_keys import shard_of
from backlink_spider.leased_hosts import NEVER, NO_PAGE
from backlink_spider.redis_outbox import Confession, HostNews, Wish
from link_index.urls import registrable_domain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from backlink_spider.frontier_traps import WorkerTraps
    from backlink_spider.items import Hop
    from backlink_spider.leased_hosts import RedisLease
    from backlink_spider.redis_exchange import Exchange
    from backlink_spider.redis_holdings import Holdings
    from link_index.urls import Target

logger = logging.getLogger(__name__)

SOON = 0.05  # seconds that an ack or a release waits for others to go with
MANY_LINES = 500  # URLs to push that do not wait
UNANSWERED = 2.0  # seconds after which nothing new is begun
NOT_VALID = 0.1  # seconds after which a host is looked at again whose lease is being renewed
BORROW_SECONDS = 10.0
LONGEST_SUSPECTED = 30.0  # seconds after which the next doubtful page goes on


class RedisFrontier:
    """Counts are those of the whole crawl, as last heard; `leased` and `given_up` are this worker's."""

    was_killed = False  # whether a page killed a worker is known of each page

    def __init__(self, holdings: Holdings, exchange: Exchange) -> None:
        self.given_up = 0
        self.over = ""  # why this worker is to end: finished limit_pages stopped drained
        self.paused = False
        self._holdings, self._exchange = holdings, exchange
        self._errors: Counter[int] = Counter()
        self._one_suspect = asyncio.Lock()
        self._suspect = 0  # page id of who has the lock
        self._pardon: asyncio.TimerHandle | None = None

    @property
    def holdings(self) -> Holdings:
        return self._holdings

    @property
    def traps(self) -> WorkerTraps:
        return self._holdings.traps

    @property
    def exchange(self) -> Exchange:
        return self._exchange

    @property
    def queued(self) -> int:
        return sum(shard.queued for shard in self._holdings.shards.all)

    @property
    def fetched(self) -> int:
        return sum(shard.fetched for shard in self._holdings.shards.all)

    @property
    def leased(self) -> int:
        return len(self._holdings.flight)

    @property
    def spent(self) -> bool:
        return self._exchange.budget_spent

    def lease(self, page_id: int) -> RedisLease | None:
        return self._holdings.flight.get(page_id)

    def unseen(self, targets: Iterable[Target]) -> list[Target]:
        return self._holdings.seen.unseen(targets)

    def push(self, targets: Iterable[Target], depth: int, hops: tuple[Hop, ...] = ()) -> int:
        """Have those queued that this worker has not seen lately; how many those are."""
        by_host: dict[str, list[Target]] = {}
        for target in {target.hash8: target for target in self.unseen(targets)}.values():
            by_host.setdefault(target.host, []).append(target)
        hops_text = json.dumps(hops) if hops else None
        shards = len(self._holdings.shards.all)
        for group in by_host.values():
            self._holdings.outbox.push(shard_of(group[0].domain, shards), group, depth, hops_text)
            self._holdings.seen.remember(group)
        if by_host:
            self._exchange.nudge(SOON if self._holdings.outbox.lines < MANY_LINES else 0.0)
        return sum(map(len, by_host.values()))

    def pop(self) -> RedisLease | None:
        """The next page that may be fetched now. Its host is busy until `ended`, the page leased until `done`."""
        if self.is_backed_up or self.over or self.paused:
            return None
        hosts = self._holdings.hosts
        while (host := hosts.first()) is not None:
            if self._holdings.shards.valid(host.shard):
                lease = hosts.start(host)
                self._holdings.flight[lease.page_id] = lease
                self._exchange.nudge_for_pages()
                return lease
            hosts.put_off(host, NOT_VALID)
            self._exchange.nudge()
        self._exchange.nudge_for_pages()
        return None

    @property
    def is_backed_up(self) -> bool:
        """Whether Redis has to take what is there before anything new is begun."""
        return self._holdings.is_full or self._exchange.unanswered > UNANSWERED

    def may_fetch(self, host: str) -> bool:
        """Whether a request to a host may be sent now: it is held, and the lease outlasts the request."""
        held = self._holdings.hosts.find(host)
        return held is not None and held.busy is not None and self._holdings.shards.valid(held.shard)

    def ended(self, lease: RedisLease) -> None:
        if lease.host.busy is lease:
            self._holdings.hosts.rest(lease.host)
            self._exchange.nudge(SOON)

    def skip(self, lease: RedisLease) -> None:
        """Forget a page that `pop` gave out without asking for it: no budget counts it, and its host need not rest."""
        if self._holdings.flight.pop(lease.page_id, None) is None:
            return
        self._errors.pop(lease.page_id, None)
        self._holdings.outbox.skip(lease.host.shard, lease.serial)
        if not lease.host.lost:
            self._holdings.hosts.go_on(lease.host)
        self._exchange.nudge(SOON)

    def postpone(self, lease: RedisLease, seconds: float) -> None:
        """Wait with a page that `pop` gave out without asking for it: it comes first of its host, after so long."""
        if self._holdings.flight.pop(lease.page_id, None) is not None and not lease.host.lost:
            self._holdings.hosts.postpone(lease, seconds)

    def put_back(self, lease: RedisLease, seconds: float = 0.0) -> None:
        self.survived(lease.page_id)
        if lease.page_id in self._holdings.flight and lease not in lease.host.again:
            self._holdings.fetch_again(lease, seconds)
            self._exchange.nudge(SOON)

    def failed(self, page_id: int) -> None:
        lease = self.lease(page_id)
        if lease is None:
            return
        self.survived(page_id)
        self._errors[page_id] += 1
        if self._errors[page_id] < MAX_ERRORS:
            self.put_back(lease)
            return
        logger.warning("Gave up %s: it made the crawl fail again and again.", lease.url)
        self.given_up += 1
        self._forget(lease)
        self._holdings.outbox.news.burials.append((lease.host.shard, lease.serial, "errors"))
        self._exchange.nudge(SOON)

    def suspect(self, page_id: int) -> None:
        """Nothing: `confess` waits for what this would not."""

    async def confess(self, page_id: int) -> bool:
        """Have Redis note that the worker may die of this page, before it does; False if the page is no longer ours.

        One page at a time is noted: the next waits until this one has `survived`.
        """
        await self._one_suspect.acquire()
        lease = self.lease(page_id)
        held: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        if lease is None:
            held.set_result(False)
        else:
            self._holdings.outbox.news.confessions.append(Confession(lease.host.shard, lease.serial, held))
            self._exchange.nudge()
        try:
            is_ours = await held
        except BaseException:
            self._one_suspect.release()
            raise
        if not is_ours:
            self._one_suspect.release()
            return False
        self._suspect = page_id
        self._pardon = asyncio.get_running_loop().call_later(LONGEST_SUSPECTED, self.survived, page_id)
        return True

    def survived(self, page_id: int) -> None:
        """The worker did not die of this page, or is to send it again."""
        if not page_id or page_id != self._suspect:
            return
        self._suspect = 0
        if self._pardon is not None:
            self._pardon.cancel()
        if lease := self.lease(page_id):
            self._holdings.outbox.news.survived.add(lease.host.shard)
        self._one_suspect.release()

    def done(self, page_ids: Iterable[int]) -> None:
        for page_id in page_ids:
            if lease := self.lease(page_id):
                self._forget(lease)
                self._holdings.outbox.ack(lease.host.shard, lease.serial)
        self._exchange.nudge(SOON)

    def defer(self, host: str, seconds: float) -> None:
        """Leave a host alone for so long from now on, whoever holds it."""
        held = self._holdings.hosts.find(host)
        if held is not None:
            self._holdings.hosts.put_off(held, seconds)
        else:
            self._holdings.outbox.host(self._shard_of(host), HostNews(host, 0, self._holdings.now() + seconds))

    def set_delay(self, host: str, seconds: float) -> None:
        held = self._holdings.hosts.find(host)
        if held is not None and held.delay != seconds:
            held.delay = seconds
            self._holdings.outbox.host(held.shard, HostNews(host, held.token, None, seconds))

    def pending(self) -> bool:
        """Until the crawl is over there may be more: others push, too."""
        return not self.over

    def refused_by_budget(self) -> tuple[int, int]:
        by_host = sum(shard.aside_host for shard in self._holdings.shards.all)
        return sum(shard.aside for shard in self._holdings.shards.all) - by_host, by_host

    def next_due(self) -> float:
        return NEVER if self.is_backed_up or self.over else self._holdings.hosts.next_due()

    def flush(self) -> None:
        self._exchange.nudge()

    def close(self) -> None:
        """Nothing: `leave` is what a worker does at its end."""

    def abandon(self) -> None:
        self._exchange.abandon()

    async def leave(self) -> None:
        await self._exchange.leave()

    def add_seed(self, seed: Target) -> None:
        self._holdings.outbox.news.seeds.append(seed.url)

    async def room(self) -> None:
        """Wait until more may be queued."""
        while self.is_backed_up and not self.over:
            self._exchange.nudge()
            await asyncio.sleep(SOON)

    def seeded(self) -> None:
        self._holdings.outbox.news.seeded = True
        self._exchange.nudge()

    async def borrow(self, host: str) -> None:
        """Wait until a host may be asked for something that is no page of ours. Raises HostNotLent after a while."""
        lent: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        deadline = self._holdings.now() + BORROW_SECONDS
        self._holdings.outbox.wishes.append(Wish(host, self._shard_of(host), lent=lent, deadline=deadline))
        self._exchange.nudge()
        if not await lent:
            raise HostNotLent(host)

    def give_back(self, host: str) -> None:
        held = self._holdings.hosts.find(host)
        if held is not None and held.busy is not None and held.busy.page_id == NO_PAGE:
            self._holdings.hosts.rest(held)
            self._exchange.nudge(SOON)

    def _shard_of(self, host: str) -> int:
        return shard_of(registrable_domain(host), len(self._holdings.shards.all))

    def _forget(self, lease: RedisLease) -> None:
        self.survived(lease.page_id)
        del self._holdings.flight[lease.page_id]
        self._errors.pop(lease.page_id, None)
        self._holdings.hosts.forget(lease)
        self.ended(lease)
