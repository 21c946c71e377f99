"""Crawls of many workers over one Redis: killed, frozen, cut off, they find what one worker finds, and stay polite."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.end_to_end.crawls import HURRY, ROOT
from tests.end_to_end.expectations import expectation
from tests.end_to_end.test_webs import OPTIONS, scenarios
from tests.redis_server import RedisServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.end_to_end.crawls import Crawl

COMMAND = ["first.example", "second.example", "third.example", "--no-follow-external"]
DELAY = 0.02
SHORT = ["-s", "BACKLINKS_LEASE=4", "-s", "DOWNLOAD_TIMEOUT=1.5", "-s", f"DOWNLOAD_DELAY={DELAY}"]
SHORT += [
    "-s",
    "BACKLINKS_RETRY_BACKOFF=0.01",
    "-s",
    "BACKLINKS_ROBOTS_RETRY=0.05",
    "-s",
    "BACKLINKS_PROGRESS_INTERVAL=1",
]
PAGES = 60


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A server of the test's own, whose data survives a restart."""
    server = RedisServer(tmp_path / "redis", "--appendonly", "yes")
    server.start()
    yield server
    server.kill()


def start(crawl: Crawl, redis: RedisServer, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [Path(sys.executable).with_name("backlinks"), "crawl", *arguments],
        cwd=ROOT,
        env={**crawl.environment, "REDIS_URL": redis.url},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@contextmanager
def workers(number: int, crawl: Crawl, redis: RedisServer, *arguments: str) -> Iterator[list[subprocess.Popen[str]]]:
    """Workers at work; at the end of the block those that were not killed must end well by themselves."""
    with ExitStack() as stack:
        processes = [stack.enter_context(start(crawl, redis, *arguments)) for _ in range(number)]
        try:
            yield processes
            for process in processes:
                output, _ = process.communicate(timeout=90)
                assert process.returncode in (0, -signal.SIGKILL), output
        finally:
            for process in processes:
                if process.poll() is None:
                    process.kill()


def links(crawl: Crawl) -> list[tuple[str, str]]:
    return [(link["source_url"], link["target_url"]) for link in crawl.db.links.find()]


def assert_complete(crawl: Crawl) -> None:
    """Every page and every link of the slow web is there, once."""
    assert crawl.db.pages.count_documents({"outcome": "page"}) == 3 * PAGES
    assert len(links(crawl)) == len(set(links(crawl))) == 3 * 2 * (PAGES - 1)


def assert_polite(crawl: Crawl, delay: float) -> None:
    """A host has one request at a time, over all workers, and rests after it."""
    by_host = defaultdict(list)
    for exchange in sorted(crawl.server.log, key=lambda exchange: exchange.started):
        by_host[exchange.host].append(exchange)
    for host, exchanges in by_host.items():
        for before, after in pairwise(exchanges):
            assert after.started - before.ended >= 0.9 * delay, (host, before, after)


def test_workers_find_what_one_machine_finds(
    new_crawl: Callable[..., Crawl], redis: RedisServer, tmp_path: Path
) -> None:
    seeds = tmp_path / "seeds.txt"
    seeds.write_text("\n".join(seed for folder in scenarios() for seed in expectation(folder)["seeds"]), "utf-8")
    alone, shared = new_crawl(*scenarios()), new_crawl(*scenarios())
    alone.run(str(seeds), *OPTIONS)
    with workers(3, shared, redis, str(seeds), *OPTIONS, *HURRY):
        pass
    for collection in ("pages", "links", "redirects", "domains", "refdomains"):
        assert documents(shared, collection) == documents(alone, collection), collection
    by_host = defaultdict(list)
    for exchange in sorted(shared.server.log, key=lambda exchange: exchange.started):
        by_host[exchange.host].append(exchange)
    for exchanges in by_host.values():
        assert all(before.ended <= after.started for before, after in pairwise(exchanges))


def documents(crawl: Crawl, collection: str) -> list[Any]:
    """All but what tells when it was, and by which of several paths a page was found first."""
    return sorted((_timeless(document) for document in crawl.db[collection].find()), key=repr)


def _timeless(document: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in document.items() if name != "depth"}
    return {name: value for name, value in kept.items() if not name.endswith(("_at", "_seen", "_checked"))}


def test_a_killed_workers_pages_are_fetched_by_the_others(slow_web: Callable[[int], Crawl], redis: RedisServer) -> None:
    crawl = slow_web(PAGES)
    with workers(2, crawl, redis, *COMMAND, *SHORT) as processes:
        crawl.until(lambda: len(crawl.pages_asked_for()) >= 40)
        processes[0].send_signal(signal.SIGKILL)
    assert_complete(crawl)
    assert_polite(crawl, DELAY)


def test_a_worker_that_wakes_up_after_its_lease_asks_nothing_that_is_others(
    slow_web: Callable[[int], Crawl], redis: RedisServer
) -> None:
    crawl = slow_web(PAGES)
    with workers(2, crawl, redis, *COMMAND, *SHORT) as processes:
        crawl.until(lambda: len(crawl.pages_asked_for()) >= 30)
        os.kill(processes[0].pid, signal.SIGSTOP)
        time.sleep(6)
        os.kill(processes[0].pid, signal.SIGCONT)
    assert_complete(crawl)
    assert_polite(crawl, DELAY)


def test_the_crawl_waits_for_a_redis_that_is_away(slow_web: Callable[[int], Crawl], redis: RedisServer) -> None:
    crawl = slow_web(PAGES)
    with workers(2, crawl, redis, *COMMAND, *SHORT):
        crawl.until(lambda: len(crawl.pages_asked_for()) >= 40)
        redis.kill()
        time.sleep(3)
        redis.start()
    assert_complete(crawl)
    assert_polite(crawl, DELAY)


def test_after_ctrl_c_another_worker_goes_on_and_fetches_nothing_twice(
    slow_web: Callable[[int], Crawl], redis: RedisServer
) -> None:
    crawl = slow_web(PAGES)
    with start(crawl, redis, *COMMAND, *SHORT) as process:
        crawl.until(lambda: len(crawl.pages_asked_for()) >= 40)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 0, output
    assert len(crawl.pages_asked_for()) < 3 * PAGES
    with workers(1, crawl, redis, *COMMAND, *SHORT):
        pass
    assert_complete(crawl)
    assert set(Counter(crawl.pages_asked_for()).values()) == {1}
    assert_polite(crawl, DELAY)


def test_a_redis_that_lost_its_last_writes_is_noticed_and_the_crawl_goes_on(
    slow_web: Callable[[int], Crawl], tmp_path: Path
) -> None:
    crawl = slow_web(PAGES)
    redis = RedisServer(tmp_path / "redis")
    redis.start()
    try:
        with workers(1, crawl, redis, *COMMAND, *SHORT) as (process,):
            crawl.until(lambda: len(crawl.pages_asked_for()) >= 20)
            with redis.client() as client:
                client.save()
            crawl.until(lambda: len(crawl.pages_asked_for()) >= 60)
            redis.restart()  # from the snapshot
            output, _ = process.communicate(timeout=90)
        assert "Redis lost its last writes in shard" in output
        assert process.returncode == 0
    finally:
        redis.kill()
    assert_complete(crawl)
