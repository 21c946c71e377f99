"""What a worker has to tell Redis, gathered in memory until the next exchange."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from backlink_spider.frontier_entry import line
from backlink_spider.shard_calls import Group

if TYPE_CHECKING:
    from asyncio import Future
    from collections.abc import Iterable, Iterator

    from backlink_spider.leased_hosts import RedisLease
    from link_index.urls import Target

LINES = 500  # of a group, at most


class HostNews(NamedTuple):
    """A host is given back and rests `until` then, by the clock of hosts; None: it stays leased. Token 0: put off.

    A delay of None is as it was.
    """

    name: str
    token: int
    until: float | None
    delay: float | None = None
    borrowed: bool = False


@dataclass(slots=True, eq=False)
class Wish:
    """A host to lease without one of its pages: for a page to fetch `again`, or for who waits for `lent`.

    It is asked for from `at` on, and given up after `deadline`.
    """

    name: str
    shard: int
    again: RedisLease | None = None
    lent: Future[bool] | None = None
    at: float = 0.0
    deadline: float = float("inf")


class Confession(NamedTuple):
    """A doubtful page whose body is about to be touched."""

    shard: int
    serial: int
    held: Future[bool]


@dataclass(slots=True)
class News:
    """By shard, in the order in which it came. `pushes` are lines by shard, host, length of its domain, and depth."""

    pushes: dict[tuple[int, str, int, int], list[str]] = field(default_factory=dict)
    seeds: list[str] = field(default_factory=list)
    seeded: bool = False
    acks: dict[int, list[int]] = field(default_factory=dict)
    skips: dict[int, list[int]] = field(default_factory=dict)
    hosts: dict[int, list[HostNews]] = field(default_factory=dict)
    burials: list[tuple[int, int, str]] = field(default_factory=list)  # shard, serial, why
    survived: set[int] = field(default_factory=set)
    confessions: list[Confession] = field(default_factory=list)

    def groups(self) -> Iterator[tuple[int, Group, list[str]]]:
        """The pushes cut into groups, with the lines each is made of."""
        for (shard, host, domain_length, depth), lines in self.pushes.items():
            for at in range(0, len(lines), LINES):
                part = lines[at : at + LINES]
                yield shard, Group(host, domain_length, depth, "".join(part)), part

    @property
    def is_empty(self) -> bool:
        told = (
            self.pushes,
            self.seeds,
            self.acks,
            self.skips,
            self.hosts,
            self.burials,
            self.survived,
            self.confessions,
        )
        return not (any(told) or self.seeded)


class Outbox:
    """`lines` counts the URLs that wait in it; `wishes` stay here until they are granted."""

    def __init__(self) -> None:
        self.news = News()
        self.lines = 0
        self.wishes: list[Wish] = []

    def push(self, shard: int, targets: list[Target], depth: int, hops: str | None) -> None:
        """Targets of one host."""
        key = (shard, targets[0].host, len(targets[0].domain), depth)
        self.news.pushes.setdefault(key, []).extend([line(target, hops) for target in targets])
        self.lines += len(targets)

    def ack(self, shard: int, serial: int) -> None:
        self.news.acks.setdefault(shard, []).append(serial)

    def skip(self, shard: int, serial: int) -> None:
        self.news.skips.setdefault(shard, []).append(serial)

    def host(self, shard: int, news: HostNews) -> None:
        self.news.hosts.setdefault(shard, []).append(news)

    def forget(self, shard: int) -> None:
        """All but the URLs to push: what it is about is not held any more."""
        news = self.news
        news.acks.pop(shard, None)
        news.skips.pop(shard, None)
        news.hosts.pop(shard, None)
        news.survived.discard(shard)
        news.burials = [burial for burial in news.burials if burial[0] != shard]

    def take(self) -> News:
        taken, self.news, self.lines = self.news, News(), 0
        return taken


def serials(news: Iterable[News], shard: int) -> list[int]:
    """Pages of a shard that are done, skipped or buried, and not known to be so in Redis."""
    return [
        serial
        for each in news
        for serial in [
            *each.acks.get(shard, ()),
            *each.skips.get(shard, ()),
            *(number for at, number, _ in each.burials if at == shard),
        ]
    ]
