"""The dead letters of a crawl in Redis: pages that were given up, and how they get into the queue again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from backlink_spider import frontier_entry
from backlink_spider.frontier_entry import BadEntry
from backlink_spider.frontier_keys import counters, dead_letters
from backlinks.frontier_push import Found, push
from link_index.urls import resolve, target

if TYPE_CHECKING:
    from backlink_spider.crawl_register import CrawlRegister
    from backlink_spider.redis_scripts import Scripts


@dataclass(frozen=True, slots=True)
class BuriedPage:
    """A page that was given up at `at` (Unix seconds). `url` is "" if what Redis holds is no entry."""

    shard: int
    row: bytes
    at: float
    losses: int
    deaths: int
    why: str
    url: str
    hops: str | None

    def as_json(self) -> dict[str, Any]:
        return {"url": self.url, "at": self.at, "why": self.why, "losses": self.losses, "deaths": self.deaths}


async def buried_pages(scripts: Scripts, register: CrawlRegister) -> list[BuriedPage]:
    """All of the crawl's, the latest first."""
    shards = range(register.shards)
    lists = await scripts.commands(*(("LRANGE", dead_letters(shard, register.run), 0, -1) for shard in shards))
    pages = [_page(shard, row) for shard, rows in zip(shards, lists, strict=True) for row in rows]
    return sorted(pages, key=lambda page: page.at, reverse=True)


async def retry(scripts: Scripts, register: CrawlRegister, depth: int, url: str | None = None) -> int:
    """Queue given up pages again, or the one of this URL; how many. They count as so many links away from a seed.

    How deep they were is not kept: at the crawl's limit, say, none of them leads beyond it.
    """
    wanted = resolve(url, url) if url else None
    pages = [page for page in await buried_pages(scripts, register) if page.url and wanted in {None, page.url}]
    found = [Found(target(page.url), depth, page.hops) for page in pages]
    await push(scripts, register, found, "again")
    for page in pages:
        count = counters(page.shard, register.run)
        await scripts.commands(
            ("LREM", dead_letters(page.shard, register.run), 1, page.row),
            ("HINCRBY", count, "buried", -1),
            ("HINCRBY", count, "fetched", -1),  # it was counted as done
        )
    await register.busy()
    return len(pages)


def _page(shard: int, row: bytes) -> BuriedPage:
    at, losses, deaths, why, host, entry = row.split(b" ", 5)
    try:
        url, hops, *_ = frontier_entry.loads(entry, host.decode())
    except BadEntry:
        url, hops = "", None
    return BuriedPage(shard, row, int(at) / 1000, int(losses), int(deaths), why.decode(), url, hops)
