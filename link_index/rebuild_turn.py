"""Whose turn it is to rebuild what is derived from the links: one process of all that write to an index.

Two that rebuilt a domain's counts at the same moment would each take the other's rows for those of an earlier time,
and remove them; two that scored it would write one another's figures over.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from pymongo.errors import DuplicateKeyError

if TYPE_CHECKING:
    from pymongo.database import Database

    from link_index.documents import Document

TURN = timedelta(minutes=2)  # after which one that was not renewed is over: its process was killed
LOOK_AGAIN = 0.1  # seconds


class RebuildTurn:
    """A turn that is to be renewed within TURN, and given back."""

    def __init__(self, db: Database[Document], of: str = "rebuild") -> None:
        self._locks = db["locks"]
        self._of = of  # rebuild (counts by domain) or score
        self._owner = uuid4().hex

    def take(self, until: float) -> bool:
        """Wait for the turn until this time of the monotonic clock; whether it came."""
        while not self.renew():
            if time.monotonic() >= until:
                return False
            time.sleep(LOOK_AGAIN)
        return True

    def renew(self) -> bool:
        """Keep the turn, or take it if it is nobody's; whether it is this process's."""
        now = datetime.now(UTC)
        free_or_own = {"_id": self._of, "$or": [{"owner": self._owner}, {"until": {"$lt": now}}]}
        try:
            self._locks.update_one(free_or_own, {"$set": {"owner": self._owner, "until": now + TURN}}, upsert=True)
        except DuplicateKeyError:
            return False
        return True

    def give_back(self) -> None:
        self._locks.delete_one({"_id": self._of, "owner": self._owner})
