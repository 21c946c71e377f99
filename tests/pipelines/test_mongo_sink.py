"""The last stage, driven as Scrapy drives it, into the real server."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

import pytest
from scrapy.utils.test import get_crawler

from backlink_spider.items import pages_stored
from link_index import connection, page_queue, writer
from link_index.errors import IndexUnavailable
from pipelines.mongo_sink import MongoSinkPipeline
from tests.crawled import link, page

if TYPE_CHECKING:
    from pathlib import Path

    from pymongo.database import Database
    from scrapy.crawler import Crawler

    from backlink_spider.items import Page
    from link_index.documents import Document

SOURCE, A = "https://www.source.example/", "https://a.example/"


class Sink:
    """The pipeline in a crawler that does nothing else."""

    def __init__(self, uri: str, **settings: Any) -> None:
        values = {
            "MONGODB_URI": uri,
            "BACKLINKS_CRAWL_ID": "source.example-1",
            "BACKLINKS_SPOOL_MAX_BYTES": 10**9,
        } | settings
        self.crawler: Crawler = get_crawler(settings_dict=values)
        self.pipeline = MongoSinkPipeline.from_crawler(self.crawler)
        self.durable: list[int] = []
        self.crawler.signals.connect(self._stored, signal=pages_stored)

    def _stored(self, page_ids: list[int]) -> None:
        self.durable += page_ids

    def crawl(self, *pages: Page, reason: str = "finished") -> None:
        asyncio.run(self._crawl(pages))
        self.pipeline.spider_closed(reason)

    async def _crawl(self, pages: tuple[Page, ...]) -> None:
        await self.pipeline.open_spider()
        for each in pages:
            assert await self.process(each) is each
        await self.pipeline.close_spider()

    async def process(self, item: Page) -> Page:
        """It waits for room only where there is none."""
        answer = self.pipeline.process_item(item)
        return await answer if isinstance(answer, Coroutine) else answer

    @property
    def stats(self) -> dict[str, Any]:
        assert self.crawler.stats is not None
        return self.crawler.stats.get_stats()


def test_closing_stores_counts_and_tells_the_frontier(db: Database[Document], db_uri: str) -> None:
    sink = Sink(db_uri)

    sink.crawl(page(SOURCE, link(A), page_id=5), page(A, link(SOURCE), page_id=6))

    assert sorted(sink.durable) == [5, 6]
    assert db["links"].count_documents({}) == 2
    assert sorted(db["domains"].distinct("_id")) == ["a.example", "source.example"]
    assert {name: n for name, n in sink.stats.items() if name.startswith("sink/")} == {
        "sink/links_new": 2,
        "sink/pages_new": 2,
    }


def test_indexes_are_there_on_first_use(db: Database[Document], db_uri: str) -> None:
    Sink(db_uri).crawl()

    assert "via_1" in db["links"].index_information()


def test_the_crawl_leaves_its_record(db: Database[Document], db_uri: str) -> None:
    sink = Sink(db_uri)
    sink.crawler.stats.inc_value("pages/page", 3)  # type: ignore[union-attr]
    sink.crawler.stats.inc_value("downloader/request_bytes", 3)  # type: ignore[union-attr]

    sink.crawl(page(SOURCE, link(A)), reason="limit_pages")

    record = db["crawls"].find_one({})
    assert record is not None
    assert (record["_id"], record["reason"], record["seeds"]) == ("source.example-1", "limit_pages", [])
    assert record["started"] <= record["finished"]
    assert record["settings"]["BACKLINKS_SPOOL_MAX_BYTES"] == 10**9
    assert "MONGODB_URI" not in record["settings"]
    assert record["counts"] == {"pages/page": 3, "sink/links_new": 1, "sink/pages_new": 1}


@pytest.mark.parametrize(("reason", "pages"), [("shutdown", 2), ("finished", 1)])
def test_an_interrupted_crawl_goes_on_with_its_record(
    db: Database[Document], db_uri: str, reason: str, pages: int
) -> None:
    Sink(db_uri).crawl(page(SOURCE), reason=reason)
    first = db["crawls"].find_one({})
    Sink(db_uri).crawl(page(A))
    second = db["crawls"].find_one({})

    assert first is not None
    assert second is not None
    assert (second["started"] == first["started"]) is (reason == "shutdown")
    assert second["counts"]["sink/pages_new"] == pages


def test_a_full_queue_holds_the_crawl_and_lets_it_go_on(
    db: Database[Document], db_uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_queue, "HIGH_WATER", 3000)
    monkeypatch.setattr(page_queue, "LOW_WATER", 1500)
    monkeypatch.setattr(page_queue, "BATCH_SECONDS", 0.05)
    sink = Sink(db_uri)

    sink.crawl(*[page(f"{SOURCE}{number}", link(A), page_id=number) for number in range(5)])

    assert sorted(sink.durable) == list(range(5))
    assert db["pages"].count_documents({"domain": "source.example"}) == 5


def test_a_crawl_does_not_begin_without_its_index() -> None:
    sink = Sink("mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=50")

    with pytest.raises(IndexUnavailable):
        sink.crawl()

    sink.pipeline.spider_closed("shutdown")


def test_an_index_that_goes_away_leaves_the_crawl_in_the_spool(
    db_uri: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (connection, writer):
        monkeypatch.setattr(module, "END_SECONDS", 0.5)
    sink = Sink(db_uri, BACKLINKS_DATA_DIR=str(tmp_path / "here"))

    async def crawl() -> None:
        await sink.pipeline.open_spider()
        sink.pipeline._db.client.close()
        await sink.process(page(SOURCE, link(A), page_id=1))
        await sink.pipeline.close_spider()

    asyncio.run(crawl())
    sink.pipeline.spider_closed("finished")

    assert sink.durable == [1]
    assert len(list((tmp_path / "here" / "spool").iterdir())) == 1
    assert "rebuilt after the next crawl" in caplog.text
    assert "misses its end" in caplog.text
