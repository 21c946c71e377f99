"""Whether a crawl of many workers is over: told from the counters of all shards, looked at twice.

Between two looks that find nothing queued and no new URL pushed, every shard was empty at the same moment; pages in
flight count as queued until they are stored, and their links are pushed before.
"""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from backlink_spider.crawl_register import CrawlRegister, ShardCounts

BETWEEN_LOOKS = 0.2  # seconds
SPREAD = 1.0  # seconds over which the workers' looks are spread


class CrawlEnd:
    """`inbox_is_empty` says whether seeds wait; `idle` is for how long there must be nothing to do, -1: for ever."""

    def __init__(self, register: CrawlRegister, idle: float, inbox_is_empty: Callable[[], Awaitable[bool]]) -> None:
        self._register = register
        self._idle_ms = -1 if idle < 0 else int(idle * 1000)
        self._inbox_is_empty = inbox_is_empty
        self._look_at: float | None = None

    def due(self, now: float, *, is_idle: bool) -> bool:
        """Whether it is this worker's time to look; to be asked again and again while it has nothing to do."""
        if not is_idle:
            self._look_at = None
            return False
        if self._look_at is None:
            self._look_at = now + random.uniform(0, SPREAD / 2)
        if now < self._look_at:
            return False
        self._look_at = now + random.uniform(SPREAD / 2, SPREAD)
        return True

    async def look(self, *, budget_spent: bool) -> bool:
        """Finish the crawl if it is over; whether it is."""
        first = await self._register.look()
        if not (_drained(first) or (budget_spent and _landed(first))):
            return False
        await asyncio.sleep(BETWEEN_LOOKS)
        second = await self._register.look()
        if sum(shard.pushed for shard in first) != sum(shard.pushed for shard in second):
            return False
        pages = sum(shard.fetched + shard.flying for shard in second)
        if _drained(first) and _drained(second):
            if not await self._inbox_is_empty():
                return False
            return await self._register.finish("finished", pages, self._idle_ms) == "finished"
        if budget_spent and _landed(first) and _landed(second):
            return await self._register.finish("limit_pages", pages, 0) == "finished"
        return False


def _drained(shards: list[ShardCounts]) -> bool:
    return all(shard.queued == shard.aside for shard in shards)


def _landed(shards: list[ShardCounts]) -> bool:
    return not any(shard.flying for shard in shards)
