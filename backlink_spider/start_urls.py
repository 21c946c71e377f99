"""scrapy-redis' start-urls key: whoever adds a URL to it adds a seed to the crawl whose workers look there.

A URL that was taken from the key is kept beside it until it is queued: a worker that dies in between loses none.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from backlink_spider.frontier_keys import taken
from backlink_spider.frontier_report import waiting_start_urls
from backlink_spider.redis_scripts import Call
from link_index.urls import MAX_URL_LENGTH, resolve, target

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy.settings import BaseSettings

    from backlink_spider.redis_scripts import Scripts
    from link_index.urls import Target

AT_ONCE = 200
TAKEN_AGAIN_MS = 60_000  # after which what was taken and never queued is taken again


class StartUrls:
    """`kind` is list, set or zset; `accept` queues a seed; `count` counts what could not be taken as it is."""

    def __init__(
        self, scripts: Scripts, key: str, kind: str, accept: Callable[[Target], None], count: Callable[[str, int], None]
    ) -> None:
        self._scripts, self._key, self._kind = scripts, key, kind
        self._accept, self._count = accept, count
        self._taken: list[bytes] = []

    @staticmethod
    def key_and_kind(settings: BaseSettings, spider: str) -> tuple[str, str]:
        """By scrapy-redis' own settings."""
        key = (settings["REDIS_START_URLS_KEY"] or "%(name)s:start_urls") % {"name": spider}
        if settings.getbool("REDIS_START_URLS_AS_SET"):
            return key, "set"
        return key, "zset" if settings.getbool("REDIS_START_URLS_AS_ZSET") else "list"

    async def take(self) -> bool:
        """Take some URLs, to be told to Redis before `queued`; whether there were any."""
        args = (AT_ONCE, self._kind, TAKEN_AGAIN_MS)
        (members,) = await self._scripts.run([Call("take_seeds", self._key, args, (taken(self._key),))])
        for member in members:
            if seed := self._read(member):
                self._accept(seed)
            else:
                self._count("start_urls/refused", 1)
        self._taken += members
        return bool(members)

    async def queued(self) -> None:
        """What was taken is in the frontier now."""
        if self._taken:
            await self._scripts.commands(("ZREM", taken(self._key), *self._taken))
            self._taken = []

    async def is_empty(self) -> bool:
        return not await waiting_start_urls(self._scripts, self._key)

    def _read(self, member: bytes) -> Target | None:
        """A bare URL, or a JSON object with one in `url`."""
        try:
            text = member.decode().strip()
            if text.startswith("{"):
                fields = json.loads(text)
                text = str(fields.pop("url", ""))
                self._count("start_urls/ignored_fields", len(fields))
        except (ValueError, RecursionError):  # brackets within brackets
            return None
        url = resolve(text, text) if len(text) <= MAX_URL_LENGTH else None
        return target(url) if url and len(url) <= MAX_URL_LENGTH and url.startswith(("http://", "https://")) else None
