"""The Redis that a command asks: found, checked, and its failures as sentences; and the crawls that are in it."""

from __future__ import annotations

import asyncio
import logging
import os
from typing import TYPE_CHECKING, Any, TypeVar

from redis.exceptions import RedisError
from scrapy.settings import Settings

from backlink_spider.crawl_register import CrawlRegister
from backlink_spider.errors import RedisUnavailable, UsageMistake
from backlink_spider.frontier_keys import CRAWLS
from backlink_spider.redis_address import check, connect, redis_url, without_secrets
from backlink_spider.redis_scripts import RECOVERABLE, Scripts, is_full, trouble

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_R = TypeVar("_R")
_FAILURES: tuple[type[Exception], ...] = (RedisError, *RECOVERABLE)


class NoSuchCrawl(UsageMistake):
    """Redis knows no crawl of this name; the message says which it knows."""


def project_settings() -> Settings:
    """The settings of a crawl of many workers that is started here."""
    settings = Settings()
    settings.setmodule(os.environ.get("SCRAPY_SETTINGS_MODULE", "settings.cluster"), priority="project")
    return settings


def asked(question: Callable[[Scripts], Awaitable[_R]], settings: Settings | None = None) -> _R:
    """What the question finds out. Raises UsageMistake, RedisUnavailable and what the question raises."""
    values = project_settings() if settings is None else settings
    url = redis_url(values, os.environ)
    if url is None:
        raise UsageMistake(
            "REDIS_URL is not set: this command is for crawls of many workers, whose frontier is in Redis"
            " (export REDIS_URL=redis://HOST:6379/0)."
        )
    return asyncio.run(_asked(question, url, values.getdict("REDIS_PARAMS")))


async def _asked(question: Callable[[Scripts], Awaitable[_R]], url: str, params: dict[str, Any]) -> _R:
    logging.getLogger("backlink_spider.redis_address").setLevel(logging.ERROR)  # what concerns workers, they log
    client = connect(url, params)
    scripts = Scripts(client)
    try:
        await check(client)
        return await question(scripts)
    except _FAILURES as error:
        if is_full(error):
            raise RedisUnavailable(f"{trouble(error)}.") from error
        raise RedisUnavailable(f"Redis at {without_secrets(url)} does not answer: {error}.") from error
    finally:
        await scripts.close()
        await client.aclose()


async def crawls(scripts: Scripts) -> dict[str, int]:
    """The crawls by name, with the number of their run."""
    (pairs,) = await scripts.commands(("HGETALL", CRAWLS))
    fields = pairs.items() if isinstance(pairs, dict) else zip(pairs[::2], pairs[1::2], strict=True)
    return {name.decode(): int(run) for name, run in sorted(fields) if not name.startswith(b"#")}


async def crawl_of(scripts: Scripts, name: str) -> CrawlRegister:
    """The crawl of this name. Raises NoSuchCrawl."""
    register = CrawlRegister(scripts, name)
    if not name.startswith("#") and await register.find():
        return register
    there = ", ".join(await crawls(scripts))
    raise NoSuchCrawl(
        f"There is no crawl '{name}' in Redis"
        + (f"; there are: {there}." if there else ", and no other: `backlinks crawl` or `backlinks seed` makes one.")
    )
