"""Pushes URLs into a crawl's frontier in Redis from outside of the crawl: for commands, which are no workers."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from backlink_spider import frontier_entry, shard_calls
from backlink_spider.frontier_keys import shard_of
from backlink_spider.shard_calls import Group, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from backlink_spider.crawl_register import CrawlRegister
    from backlink_spider.redis_scripts import Call, Scripts
    from link_index.urls import Target

AT_ONCE = 2000  # URLs in one exchange
IN_GROUP = 500  # of one host and depth


class Found(NamedTuple):
    """A URL for the frontier; `hops` is the JSON of the redirects that led to it."""

    target: Target
    depth: int
    hops: str | None = None


async def push(
    scripts: Scripts, register: CrawlRegister, urls: Iterable[Found], mode: str = "new", expiry_ms: int = 0
) -> int:
    """How many were queued. `mode`: new; again, to queue what was seen, too; seen, to note and queue nothing."""
    queued, rest = 0, iter(urls)
    while part := list(islice(rest, AT_ONCE)):
        replies = await scripts.run(list(_calls(register, part, mode, expiry_ms)))
        queued += sum(shard_calls.pushed(reply).new for reply in replies)
    return queued


def _calls(register: CrawlRegister, urls: list[Found], mode: str, expiry_ms: int) -> Iterator[Call]:
    by_shard: dict[int, dict[tuple[str, int, int], list[str]]] = {}
    for target, depth, hops in urls:
        groups = by_shard.setdefault(shard_of(target.domain, register.shards), {})
        lines = groups.setdefault((target.host, len(target.domain), depth), [])
        lines.append(frontier_entry.line(target, hops))
    for shard, groups in by_shard.items():
        place = Place(shard, register.run, register.session)
        yield shard_calls.push(place, _cut(groups), mode, expiry_ms)


def _cut(groups: dict[tuple[str, int, int], list[str]]) -> Iterator[Group]:
    for (host, domain_length, depth), lines in groups.items():
        for start in range(0, len(lines), IN_GROUP):
            yield Group(host, domain_length, depth, "".join(lines[start : start + IN_GROUP]))
