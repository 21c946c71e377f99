"""Documents the server refuses, kept with the reason: a line of extended JSON each."""

from __future__ import annotations

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
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json_util.dumps(letter, json_options=_READABLE) + "\n")
            file.flush()
            os.fsync(file.fileno())
