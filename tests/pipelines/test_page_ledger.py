"""Each page's part of the counts is told once it is durable, whatever comes between."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from scrapy.utils.test import get_crawler

from backlink_spider.items import pages_stored
from backlink_spider.stats_collector import PlainStatsCollector
from pipelines.mongo_sink import MongoSinkPipeline
from pipelines.page_ledger import PageLedger
from tests.crawled import link, page

if TYPE_CHECKING:
    from collections import Counter

    from pymongo.database import Database

    from link_index.documents import Document

A = "https://a.example/"


def test_what_came_to_the_stats_since_the_last_page_is_the_next_ones() -> None:
    stats = PlainStatsCollector(get_crawler())
    ledger = PageLedger(stats)
    stats.inc_value("links/found", 3)
    ledger.note(page(A, page_id=1))
    stats.inc_value("links/found", 4)
    stats.inc_value("links/dofollow", 1)
    ledger.note(page(f"{A}2", page_id=2))
    ledger.note(page(f"{A}3", page_id=3))

    assert ledger.durable([2]) == {"pages/page": 1, "links/found": 4, "links/dofollow": 1}
    assert ledger.durable([1, 3]) == {"pages/page": 2, "links/found": 3}
    assert ledger.durable([1, 2, 3]) == {}


def test_the_frontier_is_told_counts_with_the_pages(db: Database[Document], db_uri: str) -> None:
    told: list[tuple[list[int], Counter[str]]] = []
    crawler = get_crawler(
        settings_dict={"MONGODB_URI": db_uri, "BACKLINKS_CRAWL_ID": "x", "BACKLINKS_SPOOL_MAX_BYTES": 1}
    )
    pipeline = MongoSinkPipeline.from_crawler(crawler)

    def stored(page_ids: list[int], counts: Counter[str]) -> None:
        told.append((page_ids, counts))

    async def crawl() -> None:
        await pipeline.open_spider()
        pipeline.process_item(page(A, link("https://b.example/"), page_id=7))
        await pipeline.close_spider()

    crawler.signals.connect(stored, signal=pages_stored)
    asyncio.run(crawl())
    pipeline.spider_closed("finished")

    assert told == [([7], {"pages/page": 1})]
    assert db["pages"].count_documents({}) == 1
