"""Stage 900: gives every page to the index writer, waits where the writer is behind, and keeps the crawl's record."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any

from pymongo.errors import PyMongoError
from scrapy import signals

from backlink_spider.items import Page, pages_counted, pages_stored
from link_index.aggregates import rebuild_dirty
from link_index.connection import SILENCE, connect, data_dir, revive, when_there
from link_index.dead_letters import DeadLetters
from link_index.errors import IndexUnavailable
from link_index.spool import Spool
from link_index.writer import IndexWriter
from pipelines.crawl_record import OwnRecord, SharedRecord, crawl_counts
from pipelines.page_encoder import encode_page
from pipelines.page_ledger import PageLedger

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path
    from typing import Self

    from pymongo.database import Database
    from scrapy.crawler import Crawler

    from link_index.documents import Document
    from pipelines.crawl_record import CrawlRecord

logger = logging.getLogger(__name__)

REBUILD_SECONDS = 30.0  # at the end of a crawl; what is left is rebuilt at the end of the next
PROGRESS_SECONDS = 5.0
_NOT_REBUILT = "Counts by domain are rebuilt after the next crawl, since MongoDB is away: %s"


class MongoSinkPipeline:
    """A thin skin over the writer: the event loop encodes and enqueues, and waits only when the queue is full."""

    def __init__(self, crawler: Crawler, uri: str | None, data: Path, spool_bytes: int) -> None:
        self._crawler = crawler
        self._uri = uri
        self._data = data
        self._spool_bytes = spool_bytes
        self._reserve = crawler.settings.getint("BACKLINKS_DISK_RESERVE")
        self._is_shared = crawler.settings.getbool("BACKLINKS_SHARED_CRAWL")
        self._room = asyncio.Event()
        assert crawler.stats is not None
        self._ledger = PageLedger(crawler.stats)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        settings = crawler.settings
        data = data_dir(settings["BACKLINKS_DATA_DIR"])
        sink = cls(crawler, settings["MONGODB_URI"], data, settings.getint("BACKLINKS_SPOOL_MAX_BYTES"))
        crawler.signals.connect(sink.spider_closed, signal=signals.spider_closed)
        return sink

    async def open_spider(self) -> None:
        """Raises IndexUnavailable: a crawl does not start without its index."""
        self._loop = asyncio.get_running_loop()
        self._db = await asyncio.to_thread(connect, self._uri, self._data, silence=SILENCE)
        self._record = await asyncio.to_thread(self._begin)
        self._spool = Spool(self._data / "spool", self._spool_bytes, self._reserve)
        dead_letters = DeadLetters(self._data / "dead-letters")
        self._writer = IndexWriter(
            self._db,
            self._spool,
            dead_letters,
            on_durable=self._durable_in_thread,
            on_room=self._room_in_thread,
            on_change=self._count_in_thread,
            revive=self._revive,
        )
        self._writer.start()

    def process_item(self, item: Page) -> Page | Coroutine[Any, Any, Page]:
        self._ledger.note(item)
        return item if self._writer.put(encode_page(item)) else self._when_room(item)

    async def _when_room(self, item: Page) -> Page:
        self._room.clear()
        self._wait(True)
        await self._room.wait()
        self._wait(False)
        return item

    def _wait(self, waiting: bool) -> None:
        """For the progress: without it, a crawl that waits for a slow database looks like one that hangs."""
        assert self._crawler.stats is not None
        self._crawler.stats.set_value("sink/waiting", int(waiting))

    async def close_spider(self) -> None:
        if not self._has_begun:
            return
        await asyncio.to_thread(self._finish)
        self._count()

    def spider_closed(self, reason: str) -> Coroutine[Any, Any, None] | None:
        """The crawl's record ends with why it ended, which the pipelines are not told."""
        if not self._has_begun:
            return None
        if self._is_shared:
            return asyncio.to_thread(self._end_of_worker, reason)
        self._end(reason)
        return None

    @property
    def _has_begun(self) -> bool:
        """Not if the index was away, or if the crawl has no use for this worker."""
        return hasattr(self, "_record")

    def _begin(self) -> CrawlRecord:
        if self._is_shared:
            assert self._crawler.stats is not None
            return SharedRecord.begin(self._db, self._crawl_record(), self._crawler.stats.get_stats())
        return OwnRecord.begin(self._db, self._crawl_record())

    def _finish(self) -> None:
        self._writer.close()
        self._last_work(self._sweep)
        if not self._is_shared:
            self._last_work(self._rebuild)

    def _sweep(self) -> None:
        self._writer.sweep_redirects(self._record.started)

    def _rebuild(self) -> None:
        _rebuild(self._db)

    def _last_work(self, work: Callable[[], None]) -> None:
        """Of a crawl that ends: it waits a while for MongoDB. Done twice, it does nothing twice."""
        try:
            when_there(work, self._revive)
        except (PyMongoError, IndexUnavailable) as error:
            logger.warning(_NOT_REBUILT, error)

    def _revive(self) -> None:
        revive(self._uri, self._data)

    def _end_of_worker(self, reason: str) -> None:
        if self._record.is_over(reason):
            self._last_work(self._rebuild)
        self._end(reason)

    def _end(self, reason: str) -> None:
        assert self._crawler.stats is not None
        counts = crawl_counts(self._crawler.stats.get_stats())
        pages = self._crawler.stats.get_value(pages_counted)
        try:
            when_there(lambda: self._record.end(reason, counts, pages), self._revive)
        except (PyMongoError, IndexUnavailable) as error:
            logger.warning("The crawl's own record misses its end, since MongoDB is away: %s", error)
        self._db.client.close()

    def _crawl_record(self) -> Document:
        settings = self._crawler.settings
        options = getattr(self._crawler.spider, "options", None)
        record = {
            "_id": settings["BACKLINKS_CRAWL_ID"],
            "settings": {name: _plain(settings[name]) for name in sorted(settings) if name.startswith("BACKLINKS_")},
            "seeds": [seed.url for seed in getattr(options, "seeds", ())],
        }
        if self._is_shared and options is not None:
            record["options"] = options.as_document()  # what a lost frontier is rebuilt by
        return record

    def _durable_in_thread(self, page_ids: list[int]) -> None:
        self._loop.call_soon_threadsafe(self._durable, page_ids)

    def _durable(self, page_ids: list[int]) -> None:
        counts = self._ledger.durable(page_ids)
        self._crawler.signals.send_catch_log(signal=pages_stored, page_ids=page_ids, counts=counts)
        self._count()

    def _room_in_thread(self) -> None:
        self._loop.call_soon_threadsafe(self._room.set)

    def _count_in_thread(self) -> None:
        self._loop.call_soon_threadsafe(self._count)

    def _count(self) -> None:
        assert self._crawler.stats is not None
        for name, n in (self._writer.counts.copy() | self._writer.outages.counts()).items():
            self._crawler.stats.set_value(f"sink/{name}", n)
        if self._is_shared:  # others watch it
            self._crawler.stats.set_value("spool/bytes", self._spool.size)


def _rebuild(db: Database[Document]) -> None:
    """Rebuild counts by domain, and say how far it is where that takes long."""
    said, done, total = time.monotonic(), 0, 0
    for done, total in rebuild_dirty(db, REBUILD_SECONDS):
        if time.monotonic() - said > PROGRESS_SECONDS:
            said = time.monotonic()
            logger.warning("Counts by domain: %d of %d domains are rebuilt.", done, total)
    if done < total:
        logger.warning("Counts by domain: the rest of %d domains is rebuilt after the next crawl.", total)


def _plain(value: Any) -> Any:
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)
