"""Interrupts crawls as a person, an operator and the kernel would, and goes on with the same command."""

from __future__ import annotations

import signal
import time
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.end_to_end.crawls import Crawl

HOSTS = 3  # of the slow web
COMMAND = ["first.example", "second.example", "third.example", "--no-follow-external"]


def test_after_ctrl_c_the_same_command_goes_on_and_fetches_nothing_twice(slow_web: Callable[[int], Crawl]) -> None:
    crawl = slow_web(30)
    with crawl.start(*COMMAND) as process:
        crawl.until(lambda: len(crawl.pages_asked_for()) >= 20)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 0, output
    assert "the same command goes on where it stopped" in output
    assert len(crawl.pages_asked_for()) < 90
    crawl.run(*COMMAND)
    assert_complete(crawl, 30)
    assert set(Counter(crawl.pages_asked_for()).values()) == {1}


@pytest.mark.parametrize("signals", [[signal.SIGKILL], [signal.SIGINT, signal.SIGINT]], ids=["SIGKILL", "two Ctrl-C"])
def test_a_killed_crawl_loses_no_stored_page_and_fetches_none_again(
    slow_web: Callable[[int], Crawl], signals: list[int]
) -> None:
    crawl = slow_web(80)
    with crawl.start(*COMMAND) as process:
        crawl.until(lambda: crawl.db.pages.find_one() is not None)
        began = crawl.db.pages.find_one(sort=[("fetched_at", 1)])["fetched_at"]
        # Pages are stored in batches of a second: when one of the third is there, the first is known to be.
        crawl.until(lambda: crawl.db.pages.find_one({"fetched_at": {"$gt": began + timedelta(seconds=2)}}) is not None)
        early = {"fetched_at": {"$lt": began + timedelta(seconds=0.5)}}
        stored = {page["_id"] for page in crawl.db.pages.find(early, {"_id": 1})}
        for number in signals:
            process.send_signal(number)
            time.sleep(0.01)  # a second signal of a kind would merge with one that is pending; the end takes 50 ms
        output, _ = process.communicate(timeout=60)
    assert ("Stopped at once" in output) is (signals[0] == signal.SIGINT)
    asked_for = len(crawl.pages_asked_for())
    assert len(stored) < asked_for < 240
    crawl.run(*COMMAND)
    assert_complete(crawl, 80)
    assert not stored & {url for url, number in Counter(crawl.pages_asked_for()).items() if number > 1}


def test_a_crawl_that_has_finished_begins_anew(slow_web: Callable[[int], Crawl]) -> None:
    crawl = slow_web(10)
    crawl.run(*COMMAND)
    output = crawl.run(*COMMAND)
    assert_complete(crawl, 10)
    assert set(Counter(crawl.pages_asked_for()).values()) == {2}
    assert "54 links unchanged" in output
    assert "30 pages unchanged" in output


def assert_complete(crawl: Crawl, pages: int) -> None:
    """Every page and every link is there, once."""
    assert crawl.db.pages.count_documents({"outcome": "page"}) == HOSTS * pages
    links = [(link["source_url"], link["target_url"]) for link in crawl.db.links.find()]
    assert len(links) == len(set(links)) == HOSTS * 2 * (pages - 1)
