"""What a worker says of itself: its rates are those of the last seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from scrapy.utils.test import get_crawler

from backlink_spider import worker_about
from backlink_spider.worker_about import RATE_SECONDS, WorkerAbout
from tests.frontier_steps import Clock

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(worker_about, "time", clock)
    return clock


def crawler(**stats: int) -> Crawler:
    made = get_crawler()
    assert made.stats is not None
    count(made, stats)
    return made


def count(crawler: Crawler, stats: dict[str, int]) -> None:
    assert crawler.stats is not None
    for name, number in stats.items():
        crawler.stats.inc_value(name.replace("__", "/"), number)


def rates(about: WorkerAbout) -> tuple[float, float, float]:
    told = about()
    return told["rate"], told["link_rate"], told["error_rate"]


def test_rates_are_of_pages_links_and_errors(clock: Clock) -> None:
    worker = crawler(pages__page=10, links__found=100)
    about = WorkerAbout(worker, "job")
    assert rates(about) == (0, 0, 0)  # there is nothing yet to compare with
    clock.now += 2
    count(worker, {"pages/page": 20, "pages/error": 3, "pages/failed": 1, "pages/failed/dns": 1, "links/found": 501})
    assert rates(about) == (12.0, 250.5, 2.0)


def test_what_was_long_ago_is_no_part_of_a_rate(clock: Clock) -> None:
    worker = crawler()
    about = WorkerAbout(worker, "job")
    rates(about)
    count(worker, {"pages/page": 1000, "links/found": 9000})
    for _ in range(int(RATE_SECONDS) + 1):
        clock.now += 1
        told = rates(about)
    assert told == (0.0, 0.0, 0.0)
