"""Where what is known of traps is kept beside a frontier: in its file, or in the memory of a worker that shares one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backlink_spider.frontier_file import raises_frontier_error

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

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


class WorkerTraps:
    """Of one worker, while it runs: of the hosts without a trap, those asked last are remembered."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._trapped: dict[str, str] = {}

    def trap_memory(self, name: str) -> str | None:
        return self._trapped.get(name) or self._texts.get(name)

    def set_trap_memory(self, name: str, text: str, is_trap: bool) -> None:
        self._texts.pop(name, None)
        (self._trapped if is_trap else self._texts)[name] = text
        if len(self._texts) > MOST_REMEMBERED:
            del self._texts[next(iter(self._texts))]

    def trapped(self) -> list[str]:
        return list(self._trapped)
