"""The reference readings of many bodies: on two processes, and kept, since html5lib needs minutes for them."""

from __future__ import annotations

import json
import sqlite3
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Self

from benchmarks.real_docs import reference
from benchmarks.real_docs.reference import Found, Reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Job = tuple[bytes, str | None]  # a body and the charset its Content-Type names


class Readings:
    """Answers `read(body, charset)` out of a file, or by reading; use it as a context manager."""

    def __init__(self, file: Path, processes: int = 2) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(file)
        self._database.execute("CREATE TABLE IF NOT EXISTS readings (key BLOB PRIMARY KEY, reading TEXT)")
        self._rules = sha256(Path(reference.__file__).read_bytes()).digest()  # a rule that changed reads anew
        # Spawned: a forked process would hold the pipes of whatever else is running open.
        self._pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()
        self._database.close()

    def of(self, jobs: Iterable[Job]) -> Iterator[Reading]:
        """The readings in the order of the jobs."""
        pending = [(self._key(job), job) for job in jobs]
        new = {key: job for key, job in pending if self._stored(key) is None}
        for key, reading in zip(new, self._pool.map(_read, new.values(), chunksize=4), strict=True):
            self._database.execute("INSERT INTO readings VALUES (?, ?)", (key, json.dumps(asdict(reading))))
        self._database.commit()
        for key, _ in pending:
            stored = self._stored(key)
            assert stored is not None
            yield stored

    def _key(self, job: Job) -> bytes:
        body, charset = job
        return sha256(self._rules + (charset or "").encode() + b"\0" + body).digest()

    def _stored(self, key: bytes) -> Reading | None:
        row = self._database.execute("SELECT reading FROM readings WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        fields = json.loads(row[0])
        found = [
            Found(kind, href, anchor, tuple(rel), placement)
            for kind, href, anchor, rel, placement in fields.pop("found")
        ]
        robots = [(name, content) for name, content in fields.pop("robots")]
        return Reading(**fields, found=found, robots=robots)


def _read(job: Job) -> Reading:
    return reference.read(*job)
