"""The writer: one thread that takes encoded pages to MongoDB, or to the spool while MongoDB is away."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter, deque
from typing import TYPE_CHECKING

import pymongo
from bson.errors import BSONError
from pymongo.errors import OperationFailure, PyMongoError

from link_index.batch import BatchWriter
from link_index.checked_writes import REFUSALS, CheckedWrites, WriteDelayed
from link_index.errors import LinkIndexError
from link_index.memory import keep_freed_blocks
from link_index.outages import AWAY, SPOOL_FULL, Outages
from link_index.page_queue import PageQueue
from link_index.page_write import PageWrite
from link_index.spool import SpoolFull

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from pymongo.database import Database

    from link_index.dead_letters import DeadLetters
    from link_index.documents import Document
    from link_index.spool import Spool

logger = logging.getLogger(__name__)

RETRY_SECONDS = 1.0  # between attempts while MongoDB is away
PING_SECONDS = 2.0
END_SECONDS = 30.0  # that a crawl which ends waits for MongoDB to come back
REPLAYED_AT_ONCE = 2  # segments stored for each batch that is spooled behind them: the backlog shrinks


class IndexWriter:
    """Stores pages from a queue in a thread of its own. The client of `db` must not wait for an answer for ever.

    `on_durable` gets the `page_id`s of pages that MongoDB has acknowledged or that are fsynced in the spool;
    `on_room` says that a full queue has room again, `on_change` that `outages` are other ones. `revive` may bring
    MongoDB back, before it is asked again. All are called in the writer's thread.
    """

    def __init__(
        self,
        db: Database[Document],
        spool: Spool,
        dead_letters: DeadLetters,
        on_durable: Callable[[list[int]], None],
        on_room: Callable[[], None],
        on_change: Callable[[], None] = lambda: None,
        revive: Callable[[], None] = lambda: None,
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._db = db
        self._spool = spool
        self._dead_letters = dead_letters
        self._on_durable = on_durable
        self._queue = PageQueue(on_room)
        self._batches = BatchWriter(db, CheckedWrites(db, dead_letters, self.counts), self.counts)
        self._backlog: deque[Path] = deque(spool.segments())
        self._retry_at = 0.0
        self.outages = Outages(on_change)
        self._revive = revive
        self._give_up_at = float("inf")
        self._thread = threading.Thread(target=self._run, name="index-writer", daemon=True)

    def start(self) -> None:
        keep_freed_blocks()
        if self._backlog:
            logger.warning("%d batches that an earlier crawl left in the spool are stored first.", len(self._backlog))
        self._thread.start()

    def put(self, page: PageWrite) -> bool:
        """Queue a page. False: hold the crawl until `on_room`."""
        return self._queue.put(page)

    def close(self) -> None:
        """Return when what was queued is in MongoDB, or in the spool if MongoDB stays away."""
        self._give_up_at = time.monotonic() + END_SECONDS
        self._queue.close()
        self._thread.join()

    def sweep_redirects(self, since: datetime) -> None:
        """Resolve links by all redirects seen since, for those that other writers stored at the same moment."""
        self._batches.sweep_redirects(since)

    def _run(self) -> None:
        while not self._queue.is_finished:
            can_replay = self._backlog and time.monotonic() >= self._retry_at
            batch = self._queue.batch(0 if can_replay else RETRY_SECONDS)
            try:
                if batch:
                    self._settle(batch)
                self._replay(REPLAYED_AT_ONCE)
            except Exception:  # pages that are not durable are fetched again; a dead thread would hold the crawl
                logger.exception("The writer met an error of this program.")
        while self._backlog:
            self._retry_at = min(self._retry_at, time.monotonic())
            self._replay(len(self._backlog))
            if self._backlog:
                if time.monotonic() > self._give_up_at:
                    logger.warning("%d batches stay in the spool: the next crawl stores them.", len(self._backlog))
                    return
                time.sleep(RETRY_SECONDS)

    def _settle(self, batch: list[PageWrite]) -> None:
        """Make a batch durable, however long it takes; only a crawl that ends gives up waiting."""
        while True:
            stored = not self._backlog and self._store(batch)
            if stored or self._spooled(batch):
                self._on_durable([page.page_id for page in batch])
                return
            if time.monotonic() > self._give_up_at:
                logger.error("%d pages could not be stored: the next crawl fetches them again.", len(batch))
                return
            time.sleep(RETRY_SECONDS)
            self._replay(1)

    def _store(self, batch: list[PageWrite]) -> bool:
        """Write to MongoDB; False if it has to wait."""
        if time.monotonic() < self._retry_at:
            return False
        try:
            if self._retry_at:
                self._find_it_back()
            self._write(batch)
        except (PyMongoError, WriteDelayed, OSError, LinkIndexError) as error:
            self.outages.began(AWAY, f"MongoDB cannot store now, pages wait in the spool: {error}")
            self._retry_at = time.monotonic() + RETRY_SECONDS
            return False
        self._retry_at = 0.0
        self.outages.over(AWAY, "MongoDB stores again.")
        return True

    def _find_it_back(self) -> None:
        """It was away: do not wait long to find that it still is."""
        self._revive()
        with pymongo.timeout(PING_SECONDS):
            self._db.command("ping")

    def _write(self, batch: list[PageWrite]) -> None:
        """Write a batch; a page that cannot be written is found by writing each alone, and becomes a dead letter."""
        try:
            self._batches.write(batch)
        except Exception as error:
            if _may_pass(error):
                raise
            if len(batch) > 1:
                for page in batch:
                    self._write([page])
            else:
                self._bury(batch[0], error)

    def _bury(self, page: PageWrite, error: Exception) -> None:
        logger.warning("A page became a dead letter: %s: %s", page.url, error)
        self._dead_letters.keep("pages", page.page, repr(error))
        self.counts["dead_letters"] += 1

    def _spooled(self, batch: list[PageWrite]) -> bool:
        try:
            records = list(self._records(batch))
            self._backlog.append(self._spool.append(records))
        except (SpoolFull, OSError) as error:
            self.outages.began(SPOOL_FULL, f"The spool takes no more, the crawl waits for MongoDB: {error}")
            return False
        self.outages.over(SPOOL_FULL, "The spool has room again.")
        self.counts["spooled"] += len(records)
        return True

    def _records(self, batch: list[PageWrite]) -> Iterator[bytes]:
        """As the spool has them; a page that is no BSON is a dead letter here as it would be later."""
        for page in batch:
            try:
                yield page.to_bson()
            except (BSONError, OverflowError, ValueError, TypeError) as error:
                self._bury(page, error)

    def _replay(self, segments: int) -> None:
        """Store spooled segments, oldest first, as far as MongoDB takes them."""
        for _ in range(min(segments, len(self._backlog))):
            try:
                if not self._replayed(self._backlog[0]):
                    return
            except OSError as error:
                self.outages.began(SPOOL_FULL, f"The spool cannot be read or emptied: {error}")
                self._retry_at = time.monotonic() + RETRY_SECONDS
                return
            self._backlog.popleft()

    def _replayed(self, segment: Path) -> bool:
        pages, is_damaged = self._read(segment)
        if pages and not self._store(pages):
            return False
        self._spool.remove(segment, damaged=is_damaged)
        self.outages.over(SPOOL_FULL, "The spool has room again.")
        self.counts["replayed"] += len(pages)
        return True

    def _read(self, segment: Path) -> tuple[list[PageWrite], bool]:
        records, damaged_bytes = self._spool.read(segment)
        pages: list[PageWrite] = []
        try:
            pages.extend(PageWrite.from_bson(record) for record in records)
        except (BSONError, LookupError, TypeError):  # of another version of this program
            damaged_bytes += 1
        if damaged_bytes:
            logger.error("A part of %s cannot be read; it is kept with the ending .damaged.", segment)
            self.counts["damaged_segments"] += 1
        return pages, bool(damaged_bytes)


def _may_pass(error: Exception) -> bool:
    """Whether the same write may succeed later: all that the server says but refusals of the data."""
    if isinstance(error, OperationFailure):
        return error.code not in REFUSALS
    return isinstance(error, (PyMongoError, WriteDelayed, OSError))
