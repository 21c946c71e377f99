"""Pages on disk that wait for MongoDB: fsynced segment files, replayed oldest first."""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from struct import Struct
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_HEAD = Struct("<II")  # a record's length and CRC-32; the record itself follows
_SUFFIX = ".segment"
_UNFINISHED = ".unfinished"


class SpoolFull(Exception):
    """The spool has reached its cap, or its disk the reserve."""


class Spool:
    """A folder of segments, one a batch. A segment has its name only once it is whole and on disk.

    It holds `max_bytes` at most, and leaves `reserve` bytes of its disk to others.
    """

    def __init__(self, folder: Path, max_bytes: int, reserve: int = 0) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._reserve = reserve
        self._last = 0
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.glob(f"*{_UNFINISHED}"):  # of a process that was killed; one that lives tries again
            path.unlink(missing_ok=True)
        self._bytes = sum(path.stat().st_size for path in self.segments())

    @property
    def size(self) -> int:
        """Bytes it holds."""
        return self._bytes

    def segments(self) -> list[Path]:
        """Oldest first, whoever wrote them."""
        return sorted(self._folder.glob(f"*{_SUFFIX}"))

    def append(self, records: Iterable[bytes]) -> Path:
        """Write one segment; it survives a power loss from here on. Raises SpoolFull, or an OSError of the disk."""
        data = b"".join(_HEAD.pack(len(record), crc32(record)) + record for record in records)
        if self._bytes + len(data) > self._max_bytes:
            raise SpoolFull(f"it holds {self._bytes:,} of BACKLINKS_SPOOL_MAX_BYTES={self._max_bytes:,} bytes")
        if self._reserve and shutil.disk_usage(self._folder).free < self._reserve + len(data):
            raise SpoolFull(f"its disk has no more than BACKLINKS_DISK_RESERVE={self._reserve:,} bytes left")
        self._last = max(self._last + 1, time.time_ns())
        path = self._folder / f"{self._last:020d}-{os.getpid()}{_SUFFIX}"
        unfinished = path.with_suffix(_UNFINISHED)
        try:
            with unfinished.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            unfinished.rename(path)
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise
        _sync_folder(self._folder)
        self._bytes += len(data)
        return path

    def read(self, segment: Path) -> tuple[list[bytes], int]:
        """The records of a segment up to the first that is damaged, and how many bytes were not readable.

        A segment that another process has replayed and removed meanwhile is empty.
        """
        try:
            data = segment.read_bytes()
        except FileNotFoundError:
            return [], 0
        records, start = [], 0
        while start + _HEAD.size <= len(data):
            length, crc = _HEAD.unpack_from(data, start)
            record = data[start + _HEAD.size : start + _HEAD.size + length]
            if len(record) < length or crc32(record) != crc:
                break
            records.append(record)
            start += _HEAD.size + length
        return records, len(data) - start

    def remove(self, segment: Path, *, damaged: bool = False) -> None:
        """Take a replayed segment away; a damaged one stays beside for a person to look at."""
        with suppress(FileNotFoundError):
            self._bytes -= segment.stat().st_size
        if damaged:
            segment.rename(segment.with_suffix(".damaged"))
        else:
            segment.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """A new name is durable when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
