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

from link_index.process_name import has_ended, process_name

if TYPE_CHECKING:
    from pymongo.database import Database

    from link_index.documents import Document

TURN = timedelta(minutes=2)  # after which one that was not renewed is over: its process was killed, or its machine
LOOK_AGAIN = 0.1  # seconds


class RebuildTurn:
    """A turn that is to be renewed within TURN, and given back.

    What is worked on is noted with the turn: of a process that was killed, the next one finds it `in_hand`.
    """

    def __init__(self, db: Database[Document], of: str = "rebuild") -> None:
        self._locks = db["locks"]
        self._of = of  # rebuild (counts by domain) or score
        self._owner = uuid4().hex
        self._process = process_name()

    def take(self, until: float) -> bool:
        """Wait for the turn until this time of the monotonic clock; whether it came."""
        while not (self.renew() or self._inherited()):
            if time.monotonic() >= until:
                return False
            time.sleep(LOOK_AGAIN)
        return True

    def renew(self, in_hand: list[str] | None = None) -> bool:
        """Keep the turn, or take it if it is nobody's, and note what is worked on; whether it is this process's."""
        now = datetime.now(UTC)
        note = {} if in_hand is None else {"in_hand": in_hand}
        free_or_own = {"_id": self._of, "$or": [{"owner": self._owner}, {"until": {"$lt": now}}]}
        try:
            self._locks.update_one(free_or_own, {"$set": self._own_until(now + TURN) | note}, upsert=True)
        except DuplicateKeyError:
            return False
        return True

    def _inherited(self) -> bool:
        """Take the turn of a process of this machine that was killed, without waiting for its end."""
        lock = self._locks.find_one({"_id": self._of}) or {}
        if not has_ended(lock.get("process", "")):
            return False
        its = {"_id": self._of, "owner": lock["owner"]}
        return bool(self._locks.update_one(its, {"$set": self._own_until(datetime.now(UTC) + TURN)}).matched_count)

    def _own_until(self, until: datetime) -> Document:
        return {"owner": self._owner, "process": self._process, "until": until}

    def in_hand(self) -> list[str]:
        """What this process noted last, or the one that had the turn before and did not give it back."""
        lock = self._locks.find_one({"_id": self._of}) or {}
        return list(lock.get("in_hand", ()))

    def give_back(self) -> None:
        """What is in hand still stays for the next one."""
        own = {"_id": self._of, "owner": self._owner}
        if not self._locks.delete_one({**own, "in_hand.0": {"$exists": False}}).deleted_count:
            self._locks.update_one(own, {"$set": {"until": datetime.now(UTC)}})
