"""The SQLite file a frontier lives in: its tables, how it is opened, and what its failures mean to a person.

A queued URL costs about 50 bytes on disk beyond its text, 20 of which stay when it is done: the price of knowing
exactly what was seen.
"""

from __future__ import annotations

import sqlite3
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol, TypeVar, cast

from backlink_spider.errors import CrawlError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SCHEMA_VERSION = 2  # PRAGMA user_version
# `hosts.due` says where a host stands. Above zero it is the Unix time until which the host is left alone.
READY = 0  # has queued pages and may be asked
DRAINED = -1  # has none
SPENT = -2  # has some, and its domain's budget is used up
HELD = -3  # is in the memory of the running crawl
SPENT_HOST = -4  # has some, and its own budget is used up

SCHEMA = """
    CREATE TABLE notes (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE counters (next_page INTEGER, turn INTEGER, queued INTEGER, fetched INTEGER, running INTEGER);
    INSERT INTO counters VALUES (1, 0, 0, 0, 0);
    CREATE TABLE domains (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, fetched INTEGER NOT NULL DEFAULT 0);
    CREATE TABLE hosts (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, domain INTEGER NOT NULL,
                        head INTEGER NOT NULL, turn INTEGER NOT NULL, due INTEGER NOT NULL,
                        delay REAL NOT NULL DEFAULT 0, fetched INTEGER NOT NULL DEFAULT 0);
    CREATE INDEX hosts_ready ON hosts (head, turn) WHERE due = 0;
    CREATE INDEX hosts_parked ON hosts (due) WHERE due > 0;
    -- Clustered by host: the new links of one page, most of them its own host's, fall into few leaves.
    CREATE TABLE seen (host INTEGER, fingerprint BLOB, PRIMARY KEY (host, fingerprint)) WITHOUT ROWID;
    CREATE TABLE pages (id INTEGER PRIMARY KEY, host INTEGER NOT NULL, depth INTEGER NOT NULL, url TEXT NOT NULL,
                        hops TEXT);
    CREATE INDEX pages_in_order ON pages (host, depth);
    CREATE TABLE attempts (page INTEGER PRIMARY KEY, errors INTEGER NOT NULL, deaths INTEGER NOT NULL);
    PRAGMA user_version = 2;
"""
FROM_VERSION_1 = """
    ALTER TABLE hosts ADD COLUMN fetched INTEGER NOT NULL DEFAULT 0;
    PRAGMA user_version = 2;
"""
# Younger than the version: a file without it gets it.
TRAPS = """
    CREATE TABLE IF NOT EXISTS traps (name TEXT PRIMARY KEY, memory TEXT NOT NULL, is_trap INTEGER NOT NULL)
    WITHOUT ROWID
"""
TABLES = ("notes", "counters", "domains", "hosts", "seen", "pages", "attempts", "traps")


class FrontierError(CrawlError):
    """The frontier cannot go on; the message is one sentence that says what to do. `reason` ends the crawl."""

    reason = "frontier_error"


class FrontierLocked(FrontierError):
    """Another process has the file."""


class FrontierUnwritable(FrontierError):
    """The file or its folder cannot be opened or written."""


class FrontierDiskFull(FrontierError):
    """There is no room for more."""

    reason = "disk_full"


class FrontierDamaged(FrontierError):
    """The file is no frontier, or not a whole one."""


class FrontierLost(FrontierError):
    """Redis knows nothing of the crawl any more."""

    reason = "frontier_lost"


_DAMAGED = "{path} is damaged or no frontier of this version: move it away, and the crawl begins anew."
_FAILURES: dict[int, tuple[type[FrontierError], str]] = {
    sqlite3.SQLITE_BUSY: (FrontierLocked, "Another crawl is using {path}: stop it, or wait for it to end."),
    sqlite3.SQLITE_READONLY: (FrontierUnwritable, "{path} is read-only: make it and its folder writable."),
    sqlite3.SQLITE_CANTOPEN: (FrontierUnwritable, "{path} cannot be opened: make its folder readable and writable."),
    sqlite3.SQLITE_FULL: (FrontierDiskFull, "The disk that holds {path} is full: free some space and crawl again."),
    sqlite3.SQLITE_IOERR: (FrontierUnwritable, "{path} cannot be used ({error}): make it writable, or check its disk."),
    sqlite3.SQLITE_CORRUPT: (FrontierDamaged, _DAMAGED),
    sqlite3.SQLITE_NOTADB: (FrontierDamaged, _DAMAGED),
}


def frontier_error(error: sqlite3.Error, path: Path) -> FrontierError:
    """What a failure of SQLite means to the person who runs the crawl."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the low byte is the primary result code
    kind, sentence = _FAILURES.get(code, (FrontierError, "The frontier {path} failed: {error}."))
    return kind(sentence.format(path=path, error=error))


class _HasPath(Protocol):
    path: Path


_P = ParamSpec("_P")
_R = TypeVar("_R")
_S = TypeVar("_S", bound=_HasPath)


def raises_frontier_error(method: Callable[Concatenate[_S, _P], _R]) -> Callable[Concatenate[_S, _P], _R]:
    """Let the method of an object with a `path` raise FrontierError where SQLite fails."""

    @wraps(method)
    def wrapper(self: _S, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return method(self, *args, **kwargs)
        except sqlite3.Error as error:
            raise frontier_error(error, self.path) from error

    return cast("Callable[Concatenate[_S, _P], _R]", wrapper)


def open_file(path: Path) -> sqlite3.Connection:
    """Open or create the file for this process alone; the operating system ends the claim when the process dies."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(path, timeout=0.2, cached_statements=64)
    except OSError as error:
        sentence = f"{path.parent} cannot be created ({error.strerror}): choose another folder."
        raise FrontierUnwritable(sentence) from error
    except sqlite3.Error as error:
        raise frontier_error(error, path) from error
    try:
        _prepare(db, path)
    except sqlite3.Error as error:
        db.close()
        raise frontier_error(error, path) from error
    except FrontierError:
        db.close()
        raise
    return db


def _prepare(db: sqlite3.Connection, path: Path) -> None:
    db.execute("PRAGMA locking_mode = EXCLUSIVE")  # set before WAL, which then needs no shared memory
    (version,) = db.execute("PRAGMA user_version").fetchone()
    is_new = version == 0 and db.execute("SELECT 1 FROM sqlite_master").fetchone() is None
    if version not in {1, SCHEMA_VERSION} and not is_new:
        raise FrontierDamaged(_DAMAGED.format(path=path))
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")  # a killed process loses nothing, a power cut the last moments
    db.execute("PRAGMA secure_delete = OFF")  # some builds overwrite what is deleted with zeros
    db.execute("PRAGMA cache_size = -16000")  # KiB
    db.execute("PRAGMA wal_autocheckpoint = 4000")  # 16 MB instead of 4: pages written often are written once
    if is_new:
        db.executescript(f"BEGIN; {SCHEMA} COMMIT;")
    elif version == 1:  # of a crawl that an earlier version began
        db.executescript(f"BEGIN; {FROM_VERSION_1} COMMIT;")
    db.execute(TRAPS)
    db.execute("UPDATE counters SET running = running")  # now is the time to learn that it cannot be written
    db.commit()
