"""Taking part in a crawl of many workers without fetching: to bring it URLs, and keep it from ending meanwhile."""

from __future__ import annotations

import asyncio
import os
import socket
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from backlink_spider.frontier_keys import run_key

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from backlink_spider.crawl_register import CrawlRegister, Joined
    from backlink_spider.redis_scripts import Scripts

BEAT_SECONDS = 1.0


class Run(NamedTuple):
    """A crawl's run as Redis holds it; `rules` as in `rules_document`, `pages` 0 for no budget."""

    state: str
    reason: str
    rules: str
    pages: int


async def run_of(scripts: Scripts, register: CrawlRegister) -> Run | None:
    """The run of a crawl that may not exist."""
    if not await register.find():
        return None
    fields = ("state", "reason", "options", "pages")
    (values,) = await scripts.commands(("HMGET", run_key(register.run), *fields))
    state, reason, rules, pages = (value.decode() if value else "" for value in values)
    return Run(state, reason, rules, int(pages or 0)) if state else None


@asynccontextmanager
async def guest(register: CrawlRegister, *, rules: Mapping[str, Any], pages: int, shards: int) -> AsyncIterator[Joined]:
    """Be counted among the workers that have seeds still to queue; once through, the crawl may end.

    A crawl that is over begins anew. Raises CrawlDraining and OtherOptions.
    """
    about = {"host": socket.gethostname(), "pid": os.getpid(), "state": "queueing"}
    joined = await register.join(
        label="", options=rules, pages=pages, age=0.0, brings_seeds=True, most=0, about=about, shards=shards
    )
    await register.lay_out()
    beating = asyncio.create_task(_beat(register, about))
    try:
        yield joined
        await register.beat(about, seeded=True)
    finally:
        beating.cancel()
        with suppress(asyncio.CancelledError):
            await beating
        await register.beat(about, leaves=True)


async def _beat(register: CrawlRegister, about: Mapping[str, Any]) -> None:
    while True:
        await asyncio.sleep(BEAT_SECONDS)
        await register.beat(about)
