"""The crawl's own document in `crawls`: begun and ended by one process, or shared by all workers of a crawl."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from pymongo import WriteConcern
from pymongo.errors import DuplicateKeyError

from link_index.documents import ensure_indexes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from pymongo.database import Database

    from link_index.documents import Document

RUN, RUN_STARTED = "frontier/run", "frontier/run_started"  # stats of a shared crawl: number, ms since the epoch
# Reasons after which a shared crawl is over for all its workers; any other ends one worker's part.
ENDS = frozenset({"finished", "limit_pages", "stopped"})
# Stats that tell how the crawl as a whole stands: what one worker says of them is what all would say.
_OF_THE_CRAWL = ("frontier/queued", "frontier/fetched", "frontier/refused/")
# Stats that tell what the crawl did; the others tell how Scrapy did it.
_COUNTS = ("pages/", "links/", "cut/", "sink/", "scope/", "traps/", "frontier/")
_STATES = frozenset({RUN, RUN_STARTED, "sink/waiting", "sink/away", "sink/spool_full"})  # not counts


def crawl_counts(stats: Mapping[str, Any]) -> dict[str, int]:
    """What the record keeps of a process's stats."""
    return {
        name: n for name, n in stats.items() if name.startswith(_COUNTS) and isinstance(n, int) and name not in _STATES
    }


class CrawlRecord(Protocol):
    """The record of a crawl that has begun."""

    started: datetime

    def end(self, reason: str, counts: Mapping[str, int], pages: Mapping[str, int] | None = None) -> None: ...

    def is_over(self, reason: str) -> bool:
        """Whether the crawl is over when one process ends for this reason."""


class OwnRecord:
    """Of a crawl that one process has to itself; an interrupted one goes on with its start and its counts."""

    def __init__(self, db: Database[Document], record: Document) -> None:
        self._db, self._record = db, record
        self.started: datetime = record["started"]

    @classmethod
    def begin(cls, db: Database[Document], record: Document) -> Self:
        ensure_indexes(db)
        before = db["crawls"].find_one({"_id": record["_id"]})
        if before and before.get("reason") != "finished":
            record = {"started": before["started"], "counts": before.get("counts", {}), **record}
        else:
            record = {"started": datetime.now(UTC), **record}
        db["crawls"].replace_one({"_id": record["_id"]}, record, upsert=True)
        return cls(db, record)

    def end(self, reason: str, counts: Mapping[str, int], pages: Mapping[str, int] | None = None) -> None:
        """`pages` are counts of all runs of the crawl, those that were killed among them: they go first."""
        total = dict(counts)
        for name, n in self._record.get("counts", {}).items():  # of the runs before it was interrupted
            total[name] = total.get(name, 0) + n
        total.update(pages or ())
        end = {"finished": datetime.now(UTC), "reason": reason, "counts": total}
        # On disk, and with it all that was written before: the crawl ends with this.
        crawls = self._db["crawls"].with_options(write_concern=WriteConcern(w="majority", j=True))
        crawls.update_one({"_id": self._record["_id"]}, {"$set": end})

    def is_over(self, reason: str) -> bool:
        return True


class SharedRecord:
    """Of a crawl with many workers: each adds its counts when it ends, and whoever sees the crawl's end writes that.

    Another run, by its number or its start, replaces the record: the crawl began anew.
    """

    def __init__(self, db: Database[Document], crawl_id: str, run: int, started: datetime) -> None:
        self._crawls = db["crawls"]
        self._own = {"_id": crawl_id, "run": run, "started": started}  # numbers begin anew in a Redis that was emptied
        self.started = started

    @classmethod
    def begin(cls, db: Database[Document], record: Document, stats: Mapping[str, Any]) -> Self:
        ensure_indexes(db)
        run, started = int(stats[RUN]), datetime.fromtimestamp(stats[RUN_STARTED] / 1000, tz=UTC)
        shared = cls(db, record["_id"], run, started)
        values = {name: value for name, value in record.items() if name not in {"_id", "seeds"}}
        joined = {
            "$setOnInsert": values,
            "$addToSet": {"seeds": {"$each": record["seeds"]}},
            "$unset": {"finished": "", "reason": ""},  # a spent budget that was raised: the run goes on
        }
        try:
            shared._crawls.update_one(shared._own, joined, upsert=True)
        except DuplicateKeyError:  # the record is of another run, or another worker was quicker
            other = {"_id": record["_id"], "$or": [{"run": {"$ne": run}}, {"started": {"$ne": started}}]}
            shared._crawls.replace_one(other, record | shared._own)
            shared._crawls.update_one(shared._own, joined)
        return shared

    def end(self, reason: str, counts: Mapping[str, int], pages: Mapping[str, int] | None = None) -> None:
        own = {f"counts.{name}": n for name, n in counts.items() if n and not name.startswith(_OF_THE_CRAWL)}
        common = {f"counts.{name}": n for name, n in counts.items() if name.startswith(_OF_THE_CRAWL)}
        change = {operator: values for operator, values in (("$inc", own), ("$set", common)) if values}
        if change:
            self._crawls.update_one(self._own, change)
        if self.is_over(reason):
            end = {"finished": datetime.now(UTC), "reason": reason}
            self._crawls.update_one({**self._own, "reason": {"$exists": False}}, {"$set": end})

    def is_over(self, reason: str) -> bool:
        return reason in ENDS
