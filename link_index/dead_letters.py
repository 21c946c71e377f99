"""Documents the server refuses, kept with the reason: a line of extended JSON each."""

from __future__ import annotations

import errno
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bson import json_util
from bson.binary import UuidRepresentation

if TYPE_CHECKING:
    from pathlib import Path

_READABLE = json_util.RELAXED_JSON_OPTIONS.with_options(uuid_representation=UuidRepresentation.STANDARD)


class DeadLetters:
    """An append-only file; `mongoimport` reads its documents back once the reason is gone."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "dead-letters.jsonl"

    def keep(self, collection: str, document: Any, reason: str) -> None:
        """On disk when it returns. Raises an OSError of the disk: nothing refused is dropped silently."""
        letter = {"at": datetime.now(UTC), "collection": collection, "reason": reason, "document": document}
        line = json_util.dumps(letter, json_options=_READABLE).encode() + b"\n"
        with self.path.open("ab", buffering=0) as file:
            end = file.tell()
            try:
                if file.write(line) < len(line):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))
                os.fsync(file.fileno())
            except OSError:
                file.truncate(end)  # half a line would spoil the next one
                raise
