"""The record of a crawl that many workers share, by the real sink into the real server."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.crawl_record import SharedRecord
from tests.crawled import link, page
from tests.pipelines.test_mongo_sink import SOURCE, A, Sink

if TYPE_CHECKING:
    from pymongo.database import Database

    from backlink_spider.items import Page
    from link_index.documents import Document

STARTED = 1_795_000_000_123  # ms


class Worker(Sink):
    """A sink whose crawl others take part in."""

    def __init__(self, uri: str, run: int = 1, started: int = STARTED, **stats: int) -> None:
        super().__init__(uri, BACKLINKS_SHARED_CRAWL=True)
        told = {"frontier/run": run, "frontier/run_started": started, "frontier/queued": 7}
        for name, value in (told | stats).items():
            self.crawler.stats.set_value(name, value)  # type: ignore[union-attr]

    def crawl(self, *pages: Page, reason: str = "finished") -> None:
        asyncio.run(self._crawl(pages))
        self.close(reason)

    def close(self, reason: str) -> None:
        end = self.pipeline.spider_closed(reason)
        assert end is not None
        asyncio.run(_awaited(end))


async def _awaited(end: Any) -> None:
    await end


def record(db: Database[Document]) -> Document:
    found = db["crawls"].find_one({})
    assert found is not None
    assert db["crawls"].count_documents({}) == 1
    return found


def test_workers_add_up_in_one_record(db: Database[Document], db_uri: str) -> None:
    first, second = Worker(db_uri, **{"pages/page": 3}), Worker(db_uri, **{"pages/page": 4, "pages/error": 1})
    asyncio.run(first.pipeline.open_spider())
    asyncio.run(second.pipeline.open_spider())
    for worker in (first, second):
        asyncio.run(worker.pipeline.close_spider())
        worker.close("finished")

    found = record(db)
    assert (found["_id"], found["run"], found["reason"]) == ("source.example-1", 1, "finished")
    assert found["counts"] == {"pages/page": 7, "pages/error": 1, "frontier/queued": 7}
    assert found["started"] == datetime.fromtimestamp(STARTED / 1000, tz=UTC)


def test_a_worker_that_leaves_does_not_end_the_record(db: Database[Document], db_uri: str) -> None:
    Worker(db_uri).crawl(page(SOURCE, link(A)), reason="drained")

    found = record(db)
    assert "reason" not in found
    assert "finished" not in found
    assert found["counts"]["sink/pages_new"] == 1
    assert db["domains"].count_documents({}) == 0  # by whoever sees the end


def test_the_first_end_stays(db: Database[Document], db_uri: str) -> None:
    workers = [Worker(db_uri) for _ in range(2)]
    for worker in workers:
        asyncio.run(worker.pipeline.open_spider())
    for worker, reason in zip(workers, ("stopped", "finished"), strict=True):
        asyncio.run(worker.pipeline.close_spider())
        worker.close(reason)

    assert record(db)["reason"] == "stopped"


def test_the_end_of_the_crawl_rebuilds_the_counts_by_domain(db: Database[Document], db_uri: str) -> None:
    Worker(db_uri).crawl(page(SOURCE, link(A)), reason="shutdown")
    Worker(db_uri).crawl()

    assert db["domains"].distinct("_id") == ["a.example"]


@pytest.mark.parametrize(
    ("run", "started"),
    [
        pytest.param(2, STARTED, id="by number"),
        pytest.param(1, STARTED + 1, id="by start, in a Redis that was emptied"),
    ],
)
def test_another_run_is_another_record(db: Database[Document], db_uri: str, run: int, started: int) -> None:
    Worker(db_uri, **{"pages/page": 3}).crawl()
    for _ in range(2):
        Worker(db_uri, run, started, **{"pages/page": 5}).crawl(reason="drained")

    found = record(db)
    assert (found["run"], found["counts"]["pages/page"]) == (run, 10)
    assert "reason" not in found


def test_a_run_that_goes_on_with_a_larger_budget_is_not_over(db: Database[Document], db_uri: str) -> None:
    Worker(db_uri, **{"pages/page": 3}).crawl(reason="limit_pages")
    asyncio.run(Worker(db_uri).pipeline.open_spider())

    found = record(db)
    assert "reason" not in found
    assert found["counts"]["pages/page"] == 3


def test_a_record_of_the_local_mode_gives_way(db: Database[Document], db_uri: str) -> None:
    Sink(db_uri).crawl()
    Worker(db_uri).crawl(reason="drained")

    assert record(db)["run"] == 1


def test_seeds_of_all_workers_are_kept_once(db: Database[Document]) -> None:
    stats = {"frontier/run": 1, "frontier/run_started": STARTED}
    for seeds in ([A], [A, SOURCE], []):
        SharedRecord.begin(db, {"_id": "news", "seeds": seeds}, stats)

    assert sorted(record(db)["seeds"]) == [A, SOURCE]


def test_a_worker_that_is_not_needed_leaves_no_trace(db: Database[Document], db_uri: str) -> None:
    worker = Worker(db_uri)

    asyncio.run(worker.pipeline.close_spider())

    assert worker.pipeline.spider_closed("over") is None
    assert db["crawls"].count_documents({}) == 0


@pytest.mark.parametrize("name", ["frontier/run", "frontier/run_started"])
def test_the_runs_number_and_start_are_no_counts(db: Database[Document], db_uri: str, name: str) -> None:
    Worker(db_uri).crawl()

    assert name not in record(db)["counts"]
