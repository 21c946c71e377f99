"""Makes a crawl's frontier anew from what MongoDB holds: for a Redis that lost it. A tool for the worst day.

Pages fetched since the crawl began are noted as seen; what they link and redirect to, as far as the scope goes, is
queued unless it is seen. What else the frontier knew is gone: attempts, delays, dead letters, and seeds of
`backlinks seed` that were not fetched yet. It may be repeated, and run beside workers.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from backlink_spider.crawl_register import CrawlRegister
from backlink_spider.errors import CrawlError
from backlink_spider.frontier_keys import counters, run_key, shard_of, tag
from backlink_spider.options import rules_of
from backlink_spider.scope import Scope
from backlink_spider.shard_calls import Place
from backlink_spider.shard_calls import found as counters_made
from backlinks.crawl_guest import guest, run_of
from backlinks.frontier_push import Found, push
from backlinks.stored_crawl import StoredCrawl
from link_index.urls import target
from pipelines.crawl_record import ENDS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from pymongo.database import Database

    from backlink_spider.redis_scripts import Scripts
    from link_index.documents import Document

_T = TypeVar("_T")
AT_ONCE = 500  # pages


class NothingToRebuild(CrawlError):
    """The crawl is over: its frontier is of no use."""


class Rebuilt(NamedTuple):
    """Pages noted as seen, and URLs queued."""

    pages: int
    queued: int


async def rebuild(
    scripts: Scripts, db: Database[Document], name: str, shards: int, say: Callable[[str], None]
) -> Rebuilt:
    """Raises CrawlNotStored, NothingToRebuild, CrawlDraining."""
    stored = await asyncio.to_thread(StoredCrawl.find, db, name)
    register = CrawlRegister(scripts, name)
    run = await run_of(scripts, register)
    reason = run.reason if run else stored.reason
    if (run is None and reason in ENDS) or (run is not None and run.state == "finished"):
        raise NothingToRebuild(f"Crawl {name} is over ({reason}): `backlinks crawl` begins it anew.")
    rules, pages = (json.loads(run.rules), run.pages) if run else (stored.rules, stored.pages)
    async with guest(register, rules=rules, pages=pages, shards=shards):
        work = Rebuild(scripts, register, stored, say)
        seen = await work.note_pages(is_new=run is None)
        if run is None:
            await asyncio.to_thread(
                db["crawls"].update_one, {"_id": name, "run": stored.run}, {"$set": {"run": register.run}}
            )
        return Rebuilt(seen, await work.queue_links())


class Rebuild:
    """The two passes over a crawl's pages: a link may be queued only once all fetched pages are known as seen."""

    def __init__(
        self, scripts: Scripts, register: CrawlRegister, stored: StoredCrawl, say: Callable[[str], None]
    ) -> None:
        self._scripts, self._register, self._stored, self._say = scripts, register, stored, say
        self._seeds = dict.fromkeys(stored.seeds)

    async def note_pages(self, *, is_new: bool) -> int:
        """Note fetched pages as seen, and count them where the counts are lost."""
        places = [Place(shard, self._register.run, self._register.session) for shard in range(self._register.shards)]
        await self._scripts.run([counters_made(place) for place in places])
        by_domain: Counter[str] = Counter()
        async for pages in _parts(self._stored.fetched(), AT_ONCE):
            await push(self._scripts, self._register, [Found(target(p["_id"]), p["depth"]) for p in pages], "seen")
            by_domain.update(page["domain"] for page in pages)
            first = [page for page in pages if page["depth"] == 0]
            self._seeds.update((found.target, None) for found in self._stored.redirected_to(first))
            self._say(f"{by_domain.total():,} pages noted as fetched")
        await self._count(by_domain)
        if is_new:
            started = int(self._stored.started.timestamp() * 1000)
            fields = ("started", started, "taken", by_domain.total())
            await self._scripts.commands(("HSET", run_key(self._register.run), *fields))
        await self._register.add_seeds([seed.url for seed in self._seeds])
        return by_domain.total()

    async def queue_links(self) -> int:
        """Queue what fetched pages lead to, then the seeds."""
        scope = Scope(rules_of(self._stored.rules), self._seeds)
        queued = 0
        async for pages in _parts(self._stored.fetched(), AT_ONCE):
            found = await asyncio.to_thread(self._stored.redirected_to, pages)
            found += await asyncio.to_thread(self._stored.linked_from, pages)
            found.sort(key=attrgetter("depth"))  # what is pushed first stays: the shortest way from a seed
            within = [each for each in found if scope.refusal(each.target, each.depth) is None]
            queued += await push(self._scripts, self._register, within)
            self._say(f"{queued:,} URLs queued")
        return queued + await push(self._scripts, self._register, [Found(seed, 0) for seed in self._seeds])

    async def _count(self, by_domain: Counter[str]) -> None:
        """Give shards that are new their count of fetched pages, and domains that are not counted theirs."""
        run, shards = self._register.run, self._register.shards
        fetched: Counter[int] = Counter()
        for domain, pages in by_domain.items():
            fetched[shard_of(domain, shards)] += pages
        new = [shard for shard, counts in enumerate(await self._register.look()) if not counts.pushed + counts.fetched]
        commands = [("HINCRBY", counters(shard, run), "fetched", fetched[shard]) for shard in new if fetched[shard]]
        if commands:
            await self._scripts.commands(*commands)
        domains = iter(by_domain.items() if self._stored.per_domain else ())
        while part := list(islice(domains, AT_ONCE)):
            await self._scripts.commands(
                *(("HSETNX", f"{tag(shard_of(domain, shards))}{run}:n", domain, pages) for domain, pages in part)
            )


async def _parts(rows: Iterator[_T], size: int) -> AsyncIterator[list[_T]]:
    """So many rows at a time, waited for in a thread."""
    while part := await asyncio.to_thread(lambda: list(islice(rows, size))):
        yield part
