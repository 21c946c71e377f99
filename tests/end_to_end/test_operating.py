"""A crawl of two workers, steered, watched, lost and rebuilt by command while it runs."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.end_to_end.crawls import ROOT
from tests.end_to_end.test_shared_crawl import assert_complete, start
from tests.redis_server import RedisServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.end_to_end.crawls import Crawl

HOSTS = ("first.example", "second.example", "third.example")
PAGES = 60
OPTIONS = ["--no-follow-external", "--name", "news", "-s", "DOWNLOAD_DELAY=0.05", "-s", "BACKLINKS_LEASE=4"]
OPTIONS += ["-s", "BACKLINKS_ROBOTS_RETRY=0.05"]  # target.example is no part of the web
OPTIONS += ["-s", "DOWNLOAD_TIMEOUT=2", "-s", "BACKLINKS_METRICS_ADDRESS=127.0.0.1:21410-21499"]


class Operated:
    """The crawl, its Redis, and commands as a person at a third machine gives them."""

    def __init__(self, crawl: Crawl, redis: RedisServer) -> None:
        self.crawl, self.redis = crawl, redis
        self.workers: list[subprocess.Popen[str]] = []

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        self.workers.append(start(self.crawl, self.redis, *arguments, *OPTIONS[1:]))
        return self.workers[-1]

    def run(self, *arguments: str) -> str:
        process = subprocess.run(
            [Path(sys.executable).with_name("backlinks"), *arguments],
            cwd=ROOT,
            env={**self.crawl.environment, "REDIS_URL": self.redis.url},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert process.returncode == 0, process.stderr
        return process.stdout

    @property
    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run("status", "news", "--format", "json"))
        return found

    def until(self, happens: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        deadline = time.monotonic() + 30
        while not happens(found := self.status):
            assert time.monotonic() < deadline, found
        return found

    def ended(self, worker: subprocess.Popen[str]) -> str:
        """What a worker said that ends by itself, and well."""
        output, _ = worker.communicate(timeout=60)
        assert worker.returncode == 0, output
        return output


@pytest.fixture
def operated(slow_web: Callable[[int], Crawl], tmp_path: Path) -> Iterator[Operated]:
    server = RedisServer(tmp_path / "redis")
    server.start()
    crawl = Operated(slow_web(PAGES), server)
    yield crawl
    for worker in crawl.workers:
        if worker.poll() is None:
            worker.kill()
            worker.communicate()
    server.kill()


def begin(operated: Operated) -> list[subprocess.Popen[str]]:
    workers = [operated.start(*HOSTS, "--no-follow-external") for _ in range(2)]
    operated.crawl.until(lambda: len(operated.crawl.pages_asked_for()) > 9)
    operated.until(lambda found: len(found["workers"]) == 2)
    return workers


def scraped(address: str) -> dict[str, float]:
    """What Prometheus is told by a worker: the sum of each sample's values."""
    connection = HTTPConnection(address)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    connection.close()
    found: Counter[str] = Counter()
    for metric in text_string_to_metric_families(text):
        for sample in metric.samples:
            found[sample.name] += sample.value
    return found


def test_a_paused_crawl_asks_for_nothing_until_it_is_resumed(operated: Operated) -> None:
    workers = begin(operated)

    assert "paused (2 workers)" in operated.run("pause", "news")
    operated.until(lambda found: found["flying"] == 0)
    asked = len(operated.crawl.pages_asked_for())
    found = operated.until(lambda found: all(each["about"]["state"] == "paused" for each in found["workers"]))
    metrics = [scraped(each["about"]["metrics"]) for each in found["workers"]]
    assert sum(each["backlinks_pages_total"] for each in metrics) == found["fetched"] == asked
    for each in metrics:
        assert each["backlinks_redis_round_seconds_count"] > 5
        assert 0 < each["backlinks_redis_round_seconds_sum"] < 60
        assert each["backlinks_leases_lost_total"] == 0
    assert sum(each["about"]["links"] for each in found["workers"]) > asked
    assert found["state"] == "paused"
    assert len(operated.crawl.pages_asked_for()) == asked < 3 * PAGES

    operated.run("resume", "news")
    for worker in workers:
        operated.ended(worker)
    assert_complete(operated.crawl)
    record = operated.crawl.db.crawls.find_one({})
    assert record is not None
    assert (record["reason"], record["counts"]["pages/page"]) == ("finished", 3 * PAGES)
    assert "finished (finished)" in operated.run("status", "news")


def test_a_drained_crawl_goes_on_with_a_worker_that_has_its_name_alone(operated: Operated) -> None:
    workers = begin(operated)
    first = operated.status["workers"][0]["session"]
    operated.run("drain", "news", "--worker", str(first))
    operated.until(lambda found: len(found["workers"]) == 1)

    operated.run("drain", "news")
    told = [operated.ended(worker) for worker in workers]
    assert all("told to leave" in output for output in told)
    found = operated.until(lambda found: not found["workers"])
    assert (found["state"], found["flying"]) == ("draining", 0)
    assert 0 < found["fetched"] < 3 * PAGES
    assert "told to leave" in operated.ended(operated.start())  # until it is resumed

    operated.run("resume", "news")
    operated.run("seed", "http://first.example/", "http://first.example/?seeded", "--name", "news")
    operated.ended(operated.start())
    assert operated.crawl.db.pages.count_documents({"outcome": "page"}) == 3 * PAGES + 1
    assert "http://first.example/?seeded" in operated.crawl.pages_asked_for()
    assert len(set(operated.crawl.pages_asked_for())) == len(operated.crawl.pages_asked_for())


def test_a_frontier_that_was_lost_is_rebuilt_and_fetches_nothing_twice(operated: Operated) -> None:
    workers = begin(operated)
    with operated.redis.client() as client:
        client.flushall()
    for worker in workers:
        output, _ = worker.communicate(timeout=60)
        assert (worker.returncode, "`backlinks frontier rebuild` makes it anew" in output) == (1, True), output
    stored = operated.crawl.db.pages.count_documents({})

    said = operated.run("frontier", "rebuild", "news")

    assert said.startswith(f"{stored} pages are noted as fetched, {3 * PAGES - stored} URLs queued")
    found = operated.status
    assert (found["queued"], found["fetched"], found["state"]) == (3 * PAGES - stored, stored, "running")
    operated.ended(operated.start())
    assert_complete(operated.crawl)
    assert len(set(operated.crawl.pages_asked_for())) == len(operated.crawl.pages_asked_for())
    record = operated.crawl.db.crawls.find_one({})
    assert record is not None
    assert (record["reason"], record["counts"]["pages/page"]) == ("finished", 3 * PAGES)


def test_a_stopped_crawl_is_over_and_dropped(operated: Operated) -> None:
    workers = begin(operated)

    operated.run("stop", "news")

    assert all("stopped for good" in operated.ended(worker) for worker in workers)
    record = operated.crawl.db.crawls.find_one({})
    assert record is not None
    assert record["reason"] == "stopped"
    assert "nothing of it is left" in operated.run("frontier", "drop", "news")
    assert operated.run("status").startswith("There are no crawls")
