"""The files of an embedded server's folder: its lock, the note that says where it listens, the end of its log."""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

NOTE = "server.json"
LOG = "server.log"
LOG_BYTES = 10_000_000  # a longer log is put aside at the next start


@dataclass(frozen=True)
class Server:
    """A server process and where it listens."""

    program: str
    pid: int
    port: int
    started: str  # ISO 8601, UTC

    @property
    def name(self) -> str:
        return Path(self.program).name


@contextmanager
def locked(folder: Path) -> Iterator[int | None]:
    """The folder's lock as a file descriptor, None if somebody holds it; a server that inherits it keeps it."""
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            held: int | None = descriptor
        except BlockingIOError:
            held = None
        yield held
    finally:
        os.close(descriptor)


def is_held(folder: Path) -> bool:
    with locked(folder) as lock:
        return lock is None


def note(folder: Path, content: dict[str, Any]) -> None:
    """Write server.json whole: readers see the old one or the new one."""
    scratch = folder / f"{NOTE}.new"
    scratch.write_text(json.dumps(content) + "\n")
    scratch.replace(folder / NOTE)


def noted(folder: Path) -> Server | None:
    """The server that server.json names; None while there is none (only the port of the last is kept then)."""
    try:
        return Server(**json.loads((folder / NOTE).read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def last_port(folder: Path) -> int | None:
    try:
        return int(json.loads((folder / NOTE).read_text())["port"])
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None


def rotated_log(folder: Path) -> int:
    """Put a long log aside; where the next entry will start."""
    log = folder / LOG
    size = log.stat().st_size if log.exists() else 0
    if size < LOG_BYTES:
        return size
    log.replace(log.with_suffix(".log.1"))
    return 0


def log_tail(folder: Path, start: int, lines: int = 8) -> str:
    return "\n".join((folder / LOG).read_bytes()[start:].decode(errors="replace").strip().splitlines()[-lines:])
