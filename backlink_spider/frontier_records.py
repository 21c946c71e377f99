"""What the frontier of a file keeps in memory of a domain, a host and a page."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False, weakref_slot=True)
class Domain:
    """A registrable domain and how many of its pages were fetched or are being fetched."""

    id: int
    taken: int


@dataclass(slots=True, eq=False)
class Lease:
    """A queued page that is, or is about to be, fetched; its row stays in the file until the page is durable."""

    page_id: int
    url: str
    depth: int
    hops: str | None
    host: Host


@dataclass(slots=True, eq=False, weakref_slot=True)
class Host:
    """A host in memory with its next few pages. `taken` of its pages were fetched or are being fetched."""

    id: int
    name: str
    domain: Domain
    delay: float
    head: int  # depth of the next page; -1 if that is one to fetch again
    turn: int  # number of the crawl's request that was its last: the smaller goes first
    taken: int
    ready: bool = False
    busy: Lease | None = None
    ready_at: float = 0.0
    pages: deque[Lease] = field(default_factory=deque)
    again: deque[Lease] = field(default_factory=deque)  # pages to fetch again, before any other
    more: bool = True  # the file may hold pages behind the last of `pages`
    last: tuple[int, int] = (-1, 0)  # depth and id of the last page read from the file

    @property
    def has_work(self) -> bool:
        return bool(self.again or self.pages or self.more)
