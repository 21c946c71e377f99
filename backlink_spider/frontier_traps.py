"""Where what is known of traps is kept beside a frontier: in its file, or with the workers that share one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from backlink_spider.frontier_file import raises_frontier_error

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from backlink_spider.trap_memory import HostMemory

Learn = Callable[[str, str], object]  # name, what is known as JSON
MOST_REMEMBERED = 50_000  # hosts of a worker


class FileTraps:
    """In the frontier's file, written with its next commit. Raises FrontierError."""

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        self.path = path
        self._db = db

    @raises_frontier_error
    def trap_memory(self, name: str) -> str | None:
        """What is known of a host or domain."""
        row = self._db.execute("SELECT memory FROM traps WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    @raises_frontier_error
    def set_trap_memory(self, name: str, text: str, is_trap: bool) -> None:
        self._db.execute("INSERT OR REPLACE INTO traps VALUES (?, ?, ?)", (name, text, int(is_trap)))

    @raises_frontier_error
    def trapped(self) -> list[str]:
        """The hosts and domains that have a trap."""
        return [name for (name,) in self._db.execute("SELECT name FROM traps WHERE is_trap")]

    def changed(self, name: str, domain: str, memory: HostMemory) -> None:
        """There is nobody to tell."""

    def listen(self, learn: Learn) -> None:
        """There is nobody to hear of."""


class News(NamedTuple):
    """What a worker found out of a host, or of the sub-domains of its domain."""

    name: str
    domain: str
    text: str


class WorkerTraps:
    """Of one worker, while it runs: of the hosts without a trap, those asked last are remembered.

    What it finds out is told to the others, and what they found out to who listens.
    """

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._trapped: dict[str, str] = {}
        self._learn: Learn | None = None  # None where the rules for traps are off
        self._changed: dict[str, tuple[str, HostMemory]] = {}
        self._sent: dict[str, tuple[str, HostMemory]] = {}

    def trap_memory(self, name: str) -> str | None:
        return self._trapped.get(name) or self._texts.get(name)

    def set_trap_memory(self, name: str, text: str, is_trap: bool) -> None:
        self._texts.pop(name, None)
        (self._trapped if is_trap else self._texts)[name] = text
        if len(self._texts) > MOST_REMEMBERED:
            del self._texts[next(iter(self._texts))]

    def trapped(self) -> list[str]:
        return list(self._trapped)

    def changed(self, name: str, domain: str, memory: HostMemory) -> None:
        self._changed[name] = domain, memory

    def listen(self, learn: Learn) -> None:
        self._learn = learn

    def news(self) -> list[News]:
        """What changed and is worth telling; what of it must not be lost also when it was told and not answered."""
        self._sent.update(self._changed)
        self._changed = {}
        news = [News(name, domain, text) for name, (domain, memory) in self._sent.items() if (text := memory.news())]
        self._sent = {name: self._sent[name] for name, *_ in news}
        return news

    def learned(self, name: str, text: str) -> None:
        """What all workers together know of a host or domain."""
        self._sent.pop(name, None)
        if self._learn is not None:
            self._learn(name, text)
