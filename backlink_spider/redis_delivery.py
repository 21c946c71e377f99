"""Takes a worker's news to Redis. What was answered is taken out of the news: the rest may be delivered again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backlink_spider import shard_calls
from backlink_spider.frontier_keys import shard_of
from backlink_spider.shard_calls import Release

if TYPE_CHECKING:
    from collections.abc import Callable

    from backlink_spider.crawl_register import Joined
    from backlink_spider.redis_holdings import Holdings
    from backlink_spider.redis_outbox import HostNews, News
    from backlink_spider.redis_scripts import Call, Scripts

LINES_A_PIPELINE = 2000


class Delivery:
    """`pushed` is told of URLs pushed, and how many were new; `seen_expiry` in seconds, 0 for never."""

    def __init__(
        self,
        scripts: Scripts,
        holdings: Holdings,
        joined: Joined,
        pushed: Callable[[int, int], None],
        seen_expiry: int,
    ) -> None:
        self._scripts, self._holdings, self._place, self._pushed = scripts, holdings, joined.place, pushed
        self._expiry_ms = seen_expiry * 1000

    async def push(self, news: News) -> None:
        """URLs that were found."""
        calls: list[Call] = []
        lines = 0
        groups = list(news.groups())
        for at, (shard, group, part) in enumerate(groups):
            calls.append(shard_calls.push(self._place(shard), [group], "new", self._expiry_ms))
            lines += len(part)
            if lines >= LINES_A_PIPELINE or at == len(groups) - 1:
                replies = await self._scripts.run(calls)
                self._pushed(lines, sum(shard_calls.pushed(reply).new for reply in replies))
                calls, lines = [], 0
        for shard, *_ in news.pushes:
            self._holdings.shards.due_within(shard, 0.0)
        news.pushes = {}

    async def settle(self, news: News) -> None:
        """Pages that are done or given up, and hosts that are given back or put off."""
        calls: list[Call] = []
        for shard in sorted({*news.acks, *news.skips, *news.hosts, *news.survived}):
            place = self._place(shard)
            released = news.hosts.get(shard, ())
            releases = [self._release(host) for host in released if not host.borrowed]
            skips = news.skips.get(shard, ())
            calls.append(shard_calls.settle(place, news.acks.get(shard, ()), shard in news.survived, releases, skips))
            calls += [
                shard_calls.give_back(place, host.name, host.token, self._release(host).rest_ms)
                for host in released
                if host.borrowed
            ]
        calls += [shard_calls.bury(self._place(shard), serial, why) for shard, serial, why in news.burials]
        if calls:
            await self._scripts.run(calls)
        now = self._holdings.now()
        for shard, hosts in news.hosts.items():  # what is left of them may be leased as soon as they have rested
            for host in hosts:
                if host.until is not None:
                    self._holdings.shards.due_within(shard, max(host.until - now, 0.0))
        news.acks, news.skips, news.hosts, news.burials, news.survived = {}, {}, {}, [], set()

    async def traps(self) -> None:
        """What pages were found to be; it is known to who gets their hosts next."""
        traps, shards = self._holdings.traps, len(self._holdings.shards.all)
        by_shard: dict[int, list[tuple[str, str]]] = {}
        for name, domain, text in traps.news():
            by_shard.setdefault(shard_of(domain, shards), []).append((name, text))
        if not by_shard:
            return
        replies = await self._scripts.run(
            [shard_calls.traps(self._place(shard), pairs) for shard, pairs in by_shard.items()]
        )
        for pairs, reply in zip(by_shard.values(), replies, strict=True):
            for (name, _), text in zip(pairs, reply, strict=True):
                traps.learned(name, text.decode())

    async def confess(self, news: News) -> None:
        """Doubtful pages whose bodies are about to be touched; who waits for that learns whether they are held."""
        waiting = [confession for confession in news.confessions if not confession.held.done()]
        if waiting:
            replies = await self._scripts.run([shard_calls.suspect(self._place(c.shard), c.serial) for c in waiting])
            for confession, held in zip(waiting, replies, strict=True):
                confession.held.set_result(bool(held))

    def _release(self, host: HostNews) -> Release:
        rest = -1 if host.until is None else max(int((host.until - self._holdings.now()) * 1000) + 1, 0)
        return Release(host.name, host.token, rest, -1 if host.delay is None else int(host.delay * 1000))
