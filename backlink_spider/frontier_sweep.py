"""Removes from Redis what dropped runs left, a little at a time, so that nothing waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backlink_spider import shard_calls
from backlink_spider.frontier_keys import CRAWLS, DROPPED, run_keys
from backlink_spider.shard_calls import Place

if TYPE_CHECKING:
    from backlink_spider.redis_scripts import Scripts


async def drop(scripts: Scripts, name: str) -> int | None:
    """Forget the crawl of this name; the number of its run, whose keys are to be swept, or None if there is none."""
    (run,) = await scripts.commands(("HGET", CRAWLS, name))
    if run is None:
        return None
    await scripts.commands(("HDEL", CRAWLS, name), ("SADD", DROPPED, int(run)))  # never a run in use among the dropped
    return int(run)


async def dropped(scripts: Scripts) -> list[int]:
    """The runs of which something may be left."""
    (runs,) = await scripts.commands(("SMEMBERS", DROPPED))
    return sorted(map(int, runs))


async def sweep(scripts: Scripts, run: int, shards: int, budget: int) -> bool:
    """Remove some `budget` keys of a dropped run; False once nothing of it is left. Many may do it at once."""
    keys = max(1, budget // shards)
    replies = await scripts.run([shard_calls.sweep(Place(shard, run, 0), keys) for shard in range(shards)])
    if any(replies):
        return True
    await scripts.commands(("UNLINK", *run_keys(run)))
    await scripts.commands(("SREM", DROPPED, run))
    return False
