"""The one task of a worker that talks to Redis: what was found and done goes out, leased pages come in, in rounds.

The order within a round is what the frontier's promises rest on: links are in Redis before the page they are of leaves
it, seeds are known before what lies behind them, traps before their host is given back. What a round took out of the
outbox is sent again until it is answered: pushes and acks may be repeated.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from backlink_spider.frontier_file import FrontierError
from backlink_spider.frontier_sweep import dropped, sweep
from backlink_spider.redis_delivery import Delivery
from backlink_spider.redis_leasing import Leasing
from backlink_spider.redis_scripts import RECOVERABLE, is_full, trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from backlink_spider.crawl_end import CrawlEnd
    from backlink_spider.crawl_register import Beat, CrawlRegister, Joined
    from backlink_spider.redis_holdings import Holdings
    from backlink_spider.redis_outbox import News
    from backlink_spider.redis_scripts import Scripts
    from backlink_spider.start_urls import StartUrls

logger = logging.getLogger(__name__)

BETWEEN_ROUNDS = 0.02  # seconds, at the least
LONGEST_IDLE = 1.0
BEAT = 1.0
KEYS_SWEPT = 500  # of dropped runs, a beat
AWAY_RETRY = 1.0  # seconds between two tries while Redis is away
LEAVE_SECONDS = 10.0


@dataclass(slots=True)
class Reports:
    """What the exchange tells: of pages ready, of its failure, the crawl's state, URLs pushed and how many were new."""

    ready: Callable[[], None]
    failed: Callable[[FrontierError], None]
    beat: Callable[[Beat], None]
    pushed: Callable[[int, int], None]
    seeds: Callable[[str], None]
    about: Callable[[], Mapping[str, Any]]


class Exchange:
    """`wants_pages` says whether this worker goes on fetching; `seen_expiry` in seconds, 0 for never."""

    def __init__(
        self,
        scripts: Scripts,
        register: CrawlRegister,
        joined: Joined,
        holdings: Holdings,
        reports: Reports,
        *,
        inbox: StartUrls,
        end: CrawlEnd,
        wants_pages: Callable[[], bool],
        concurrency: int,
        seen_expiry: int = 0,
        reads_seeds: bool = False,
    ) -> None:
        self._scripts, self._register, self._joined, self._reports = scripts, register, joined, reports
        self._holdings, self._shards = holdings, holdings.shards
        self._inbox, self._end, self._wants_pages, self._concurrency = inbox, end, wants_pages, concurrency
        self._delivery = Delivery(scripts, holdings, joined, reports.pushed, seen_expiry)
        new_seed = reports.seeds if reads_seeds else None
        self._leasing = Leasing(scripts, register, joined, holdings, concurrency=concurrency, new_seed=new_seed)
        self._clock = holdings.shards.clock
        self._task: asyncio.Task[None] | None = None
        self._woken = asyncio.Event()
        self._next = 0.0  # when the next round is due at the latest
        self._wanted_at = 0.0  # when it was asked for
        self._began: float | None = None  # the round that is under way
        self._news: News | None = None  # taken out of the outbox, not yet all answered
        self._beat_at = self._tidy_at = 0.0
        self._seeding = self._leaving = False
        self._fetching = True
        self.round_took: Callable[[float], object] = _untold  # seconds, of a round that Redis answered
        self.away = self._full = False

    @property
    def budget_spent(self) -> bool:
        """Whether the crawl's budget of pages had none left when this worker asked."""
        return self._leasing.budget_spent

    def start(self, *, seeding: bool) -> None:
        self._seeding = seeding
        self._task = asyncio.create_task(self._run(), name="exchange with Redis")

    def nudge(self, within: float = 0.0) -> None:
        """Let the next round begin that soon."""
        at = self._clock() + within
        if at < self._wanted_at:
            self._wanted_at = at
            self._woken.set()

    def nudge_for_pages(self) -> None:
        """Let the next round begin when a shard may have pages, if they are getting few."""
        if self._lacks_pages():
            self.nudge(self._shards.next_due() - self._clock())

    @property
    def unanswered(self) -> float:
        """Seconds for which a round has had no answer."""
        if self.away:
            return LEAVE_SECONDS
        return 0.0 if self._began is None else self._clock() - self._began

    async def leave(self) -> None:
        """Tell what is left to tell, put back what is left to fetch, and be gone; without Redis, leases end alone."""
        self._leaving = True
        self.nudge()
        with suppress(*RECOVERABLE, FrontierError, TimeoutError):
            async with asyncio.timeout(LEAVE_SECONDS):
                if self._task is not None:
                    await asyncio.wait({self._task})
                self._holdings.drop_waiting()
                while self._news or not self._holdings.outbox.news.is_empty:
                    await self._tell()
                self._holdings.flight.clear()
                await self._put_back()
                await self._register.beat(self._reports.about(), leaves=True)
        self.abandon()
        await self._scripts.close()

    def abandon(self) -> None:
        """Stop at once."""
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        while not self._leaving:
            try:
                await self._try_round()
            except FrontierError as error:
                self._reports.failed(error)
                return
            except Exception as error:
                logger.exception("The exchange with Redis failed")
                self._reports.failed(FrontierError(f"Redis cannot be used as the frontier: {error!r}."))
                return
            await asyncio.sleep(BETWEEN_ROUNDS)
            while (left := self._due_at() - self._clock()) > 0 and not self._leaving:
                self._woken.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(left):
                        await self._woken.wait()

    def _due_at(self) -> float:
        return self._next if self.away else min(self._next, self._wanted_at)

    async def _try_round(self) -> None:
        self._began = self._clock()
        self._wanted_at = float("inf")
        try:
            await self._round()
        except RECOVERABLE as error:
            if not self.away or is_full(error) != self._full:
                logger.warning("%s; the crawl waits for it.", trouble(error))
            self.away = self._leasing.is_unsure = True
            self._full = is_full(error)
            self._next = self._clock() + AWAY_RETRY
            self._holdings.hang_up_where_over()
        else:
            if self.away:
                logger.warning("Redis %s: the crawl goes on.", "has room again" if self._full else "is back")
            self.away = False
            self._next = self._clock() + self._idle()
        self._began = None
        if self._holdings.hosts.ready:
            self._reports.ready()

    def _idle(self) -> float:
        holdings = self._holdings
        if holdings.outbox.wishes:
            return 0.25
        if self._lacks_pages():
            return min(max(self._shards.next_due() - self._clock(), 0.0), LONGEST_IDLE)
        return LONGEST_IDLE

    def _lacks_pages(self) -> bool:
        return self._fetching and self._holdings.hosts.ready < self._concurrency / 2

    async def _round(self) -> None:
        began = self._clock()
        await self._beat()
        fetches = self._wants_pages()
        if self._fetching and not fetches:
            self._holdings.drop_waiting()
        stopped, self._fetching = self._fetching and not fetches, fetches
        is_beat = self._clock() >= self._tidy_at
        if is_beat and fetches and await self._inbox.take():
            await self._register.busy()
        await self._tell()
        await self._inbox.queued()
        if is_beat:
            await self._tidy()
        if self._leasing.is_unsure or stopped:
            await self._put_back()
        await self._leasing.lease(wants_pages=self._fetching)
        self.round_took(self._clock() - began)
        may_be_over = not self._seeding and self._end.due(self._clock(), is_idle=self._is_idle())
        if may_be_over and await self._end.look(budget_spent=self.budget_spent):
            self._beat_at = 0.0
            await self._beat()

    async def _tidy(self) -> None:
        """Remove a little of what dropped runs left."""
        self._tidy_at = self._clock() + BEAT
        for run in (await dropped(self._scripts))[:1]:
            await sweep(self._scripts, run, self._joined.shards, KEYS_SWEPT)

    def _is_idle(self) -> bool:
        holdings = self._holdings
        nothing = not (holdings.hosts.held or holdings.flight or holdings.outbox.wishes)
        return nothing and holdings.outbox.news.is_empty and self._fetching

    async def _beat(self, *, seeded: bool = False) -> None:
        if not seeded and self._clock() < self._beat_at:
            return
        beat = await self._register.beat(self._reports.about(), seeded=seeded)
        self._beat_at = self._clock() + BEAT
        self._leasing.budget = beat.pages
        self._reports.beat(beat)

    async def _tell(self) -> None:
        """Send all that is in the outbox now, or what was taken out of it before and not answered."""
        holdings = self._holdings
        holdings.release_finished()
        news = self._news = self._news or holdings.outbox.take()
        if news.seeds:
            await self._register.add_seeds(news.seeds)
            news.seeds = []
        await self._delivery.push(news)
        if news.seeded:
            await self._beat(seeded=True)
            news.seeded = self._seeding = False
        await self._delivery.traps()
        await self._delivery.settle(news)
        await self._delivery.confess(news)
        self._news = None

    async def _put_back(self) -> None:
        await self._leasing.put_back([self._holdings.outbox.news, *([self._news] if self._news else [])])


def _untold(seconds: float) -> None:
    """Where nobody counts rounds."""
