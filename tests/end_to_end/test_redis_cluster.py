"""A crawl of two workers over a Redis Cluster of two nodes, and every command of its operator."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.backlink_spider.test_redis_cluster import nodes
from tests.backlinks.test_frontier_commands import buried
from tests.cluster_commands import begin, run
from tests.end_to_end.test_operating import PAGES, Operated, scraped
from tests.end_to_end.test_operating import begin as begin_workers
from tests.redis_server import RedisServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.end_to_end.crawls import Crawl

__all__ = ["nodes"]  # a fixture


class ClusterAddress(RedisServer):
    """A node, named as one of a cluster."""

    @property
    def url(self) -> str:
        return f"redis+cluster://127.0.0.1:{self.port}"


@pytest.fixture
def cluster(nodes: list[RedisServer], tmp_path: Path) -> ClusterAddress:
    for node in nodes:
        with node.client() as client:
            client.flushall()
    return ClusterAddress(tmp_path, port=nodes[0].port)


@pytest.fixture
def operated(slow_web: Callable[[int], Crawl], cluster: ClusterAddress) -> Iterator[Operated]:
    crawl = Operated(slow_web(PAGES), cluster)
    yield crawl
    for worker in crawl.workers:
        if worker.poll() is None:
            worker.kill()
            worker.communicate()


def test_a_crawl_is_steered_lost_and_rebuilt(operated: Operated, nodes: list[RedisServer]) -> None:
    workers = begin_workers(operated)
    assert "paused (2 workers)" in operated.run("pause", "news")
    assert operated.run("seed", "http://first.example/?seeded", "--name", "news").startswith("1 queued, 0 known")
    found = operated.until(lambda found: found["flying"] == 0)
    told = [scraped(each["about"]["metrics"]) for each in found["workers"]]
    assert sum(each["backlinks_pages_total"] for each in told) == found["fetched"]
    assert len(found["servers"]) == len(nodes)
    operated.run("resume", "news")
    operated.run("drain", "news", "--worker", str(found["workers"][0]["session"]))
    operated.until(lambda found: len(found["workers"]) == 1)
    operated.run("drain", "news")
    assert all("told to leave" in operated.ended(worker) for worker in workers)

    for node in nodes:
        with node.client() as client:
            client.flushall()
    stored = operated.crawl.db.pages.count_documents({})
    assert operated.run("frontier", "rebuild", "news").startswith(f"{stored} pages are noted as fetched")
    for worker in [operated.start(), operated.start()]:
        operated.ended(worker)
    pages = {url for url in operated.crawl.db.pages.distinct("_id") if "seeded" not in url}
    assert len(pages) == 3 * PAGES
    assert len(set(operated.crawl.pages_asked_for())) == len(operated.crawl.pages_asked_for())


def test_a_crawl_is_stopped_and_dropped(cluster: ClusterAddress, nodes: list[RedisServer]) -> None:
    buried(cluster, begin(cluster, *(f"https://h{n}.example/" for n in range(30)), shards=16))
    assert run(cluster, "status", "news", "--dead-letters")[1].count("https://") == 30
    assert run(cluster, "frontier", "retry", "news") == (0, "30 given up pages are queued again.\n")
    assert run(cluster, "stop", "news")[0] == 0
    with nodes[0].client() as first, nodes[1].client() as second:
        for client in (first, second):
            for key in client.scan_iter("{backlinks:1}:workers"):
                client.delete(key)
        assert run(cluster, "frontier", "drop", "news")[0] == 0
        left = [key for client in (first, second) for key in client.scan_iter() if b"}1:" in key]
    assert left == []
