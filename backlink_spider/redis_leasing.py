"""What a worker asks of the shards in a round: to renew what it holds, to lease more, to take back what it leaves.

What was granted is known to Redis before it is known here: where a reply is lost, `put_back` returns what it held.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from backlink_spider import shard_calls
from backlink_spider.redis_outbox import serials
from backlink_spider.redis_scripts import SessionLost
from backlink_spider.shard_leases import PAGES_A_HOST

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from backlink_spider.crawl_register import CrawlRegister, Joined
    from backlink_spider.redis_holdings import Holdings
    from backlink_spider.redis_outbox import News
    from backlink_spider.redis_scripts import Scripts
    from backlink_spider.shard_calls import Leased
    from backlink_spider.shard_leases import Shard

logger = logging.getLogger(__name__)


class Leasing:
    """`new_seed` is told of seeds before any page is taken over that may lie behind them; None where nobody asks."""

    def __init__(
        self,
        scripts: Scripts,
        register: CrawlRegister,
        joined: Joined,
        holdings: Holdings,
        *,
        concurrency: int,
        new_seed: Callable[[str], None] | None,
    ) -> None:
        self._scripts, self._register, self._joined = scripts, register, joined
        self._holdings, self._shards = holdings, holdings.shards
        self._concurrency, self._new_seed = concurrency, new_seed
        self.budget = 0  # pages of the whole crawl; 0: none
        self.budget_spent = False
        self.is_unsure = False  # replies were lost: Redis may hold for this worker what it does not know of

    async def lease(self, *, wants_pages: bool) -> None:
        """Renew what is held; lease hosts with their pages, and those that are wished for, where there is room."""
        holdings, place = self._holdings, self._joined.place
        hosts, pages = await self._wanted() if wants_pages else (0, 0)
        asked_at = self._shards.clock()
        asks = list(self._shards.asks(hosts, pages))
        reaped = self._shards.to_reap()
        wishes = holdings.due_wishes()
        calls = [shard_calls.put_back_dead(place(shard.number), holdings.delay_ms) for shard in reaped]
        calls += [shard_calls.borrow(place(wish.shard), wish.name) for wish in wishes]
        calls += [shard_calls.lease(place(shard.number), ask) for shard, ask in asks]
        if not calls:
            return
        replies = await self._scripts.run(calls)
        granted = await self._take([shard for shard, _ in asks], asked_at, replies[len(reaped) + len(wishes) :])
        for wish, reply in zip(wishes, replies[len(reaped) :], strict=False):
            holdings.wish_answered(wish, reply)
        if self.budget and pages > granted:
            await self._register.quota(0, pages - granted)
        await self._give_budget_back(replies[: len(reaped)])

    async def put_back(self, undelivered: Sequence[News]) -> None:
        """What Redis holds for this worker and this worker does not know of, or wants no more, goes back in line.

        What the undelivered news are about stays: it is about to be settled.
        """
        holdings, calls = self._holdings, []
        for shard in range(self._joined.shards):
            keep = [*holdings.serials(shard), *serials(undelivered, shard)]
            released = (host.token for news in undelivered for host in news.hosts.get(shard, ()))
            tokens = [*holdings.tokens(shard), *released]
            calls.append(shard_calls.put_back_own(self._joined.place(shard), holdings.delay_ms, keep, tokens))
        await self._give_budget_back(await self._scripts.run(calls))
        if self.is_unsure:
            self.is_unsure = False
            holdings.seen.clear()

    async def _wanted(self) -> tuple[int, int]:
        """How many hosts and pages to lease now, the pages taken out of the crawl's budget."""
        hosts = self._holdings.room(self._concurrency)
        if hosts and self._shards.next_due() > self._shards.clock():
            hosts = 0
        pages = hosts * PAGES_A_HOST
        if self.budget and hosts:
            pages = await self._register.quota(pages, 0)
            self.budget_spent = not pages
        return hosts, pages

    async def _take(self, asked: list[Shard], asked_at: float, replies: list[Any]) -> int:
        """Take over what the shards have leased; how many pages."""
        leased = []
        for shard, reply in zip(asked, replies, strict=True):
            if isinstance(reply, SessionLost):
                self._holdings.lost(shard)
                continue
            answer = shard_calls.leased(reply)
            if shard.is_older(answer):
                self._roll_back(shard)
            leased.append((shard, answer))
            self._shards.heard(shard, asked_at, answer)
        await self._read_seeds(leased)
        for shard, answer in leased:
            for grant in answer.grants:
                self._holdings.take(shard.number, grant)
        return sum(answer.pages for _, answer in leased)

    async def _read_seeds(self, leased: list[tuple[Shard, Leased]]) -> None:
        if all(answer.seeds == shard.seeds for shard, answer in leased):
            return
        if self._new_seed is not None:
            async for url in self._register.new_seeds():
                self._new_seed(url)
        for shard, answer in leased:
            shard.seeds = answer.seeds

    def _roll_back(self, shard: Shard) -> None:
        """Numbers that were given out since are given out again: nothing may be said of them any more."""
        logger.warning(
            "Redis lost its last writes in shard %d: `backlinks frontier rebuild %s` queues what they held.",
            shard.number,
            self._register.name,
        )
        self._holdings.lost(shard)
        self._holdings.outbox.forget(shard.number)
        self._register.read_seeds_anew()
        self._holdings.seen.clear()
        self.is_unsure = True

    async def _give_budget_back(self, replies: list[Any]) -> None:
        """The budget's share of what was put back."""
        pages = sum(shard_calls.put_back(reply).get(self._joined.run, 0) for reply in replies)
        if self.budget and pages:
            await self._register.quota(0, pages)
