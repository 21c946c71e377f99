"""Real crawls over a real Redis of a web on loopback that is made up of link lists."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socketserver
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from scrapy_redis.scheduler import Scheduler

from backlink_spider import redis_frontier
from backlink_spider.errors import HostNotLent
from backlink_spider.frontier_keys import sessions, shard_of
from backlink_spider.redis_scheduler import RedisScheduler
from backlink_spider.shard_calls import Place, borrow, found, lease
from backlinks.web_folder import Answer
from backlinks.web_server import WebServer
from tests.backlink_spider.test_redis_cluster import nodes  # noqa: F401 (a fixture)
from tests.backlink_spider.test_scheduler import ROOT, LinkLists, until
from tests.frontier_crawl import run
from tests.redis_frontier_steps import ASK, scripts_of
from tests.scheduler_promises import (
    assert_sent_again_after_growing_pauses,
    assert_tried_three_times_where_our_own_code_fails,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import redis

    from tests.redis_server import RedisServer

CLUSTER = {
    "BACKLINKS_CRAWL_ID": "news",
    "BACKLINKS_LEASE": 4.0,
    "BACKLINKS_SHARED_CRAWL": True,
    "DOWNLOAD_TIMEOUT": 1.5,
    "DOWNLOADER_MIDDLEWARES": {
        "tests.frontier_crawl.RefusingMiddleware": 100,
        "backlink_spider.middlewares.suspect.SuspectMiddleware": 605,
    },
    "DUPEFILTER_CLASS": "backlink_spider.redis_dupefilter.SeenFilter",
    "SCHEDULER": "backlink_spider.redis_scheduler.RedisScheduler",
    "SCHEDULER_QUEUE_CLASS": "backlink_spider.redis_queue.HostQueue",
}
PROGRAM = """
import json, sys
from pathlib import Path
from backlink_spider import redis_scheduler
from tests.frontier_crawl import run
values = json.loads(sys.argv[2])
if "AGE" in values:
    redis_scheduler.process_age = lambda: values["AGE"]
stats = run(Path(sys.argv[1]), *sys.argv[3:], **values)
print("ended:", stats["finish_reason"], file=sys.stderr)
"""


class Crawls:
    """Crawls one after the other or side by side, over one Redis and one sink."""

    def __init__(self, folder: Path, redis: RedisServer) -> None:
        self.sink, self.redis = folder / "sink", redis
        self.web = LinkLists()
        self.server = WebServer(self.web)  # type: ignore[arg-type]

    def run(self, *seeds: str, **settings: object) -> dict[str, Any]:
        """The stats of a crawl in this process."""
        return run(self.sink, *seeds, **{**CLUSTER, "REDIS_URL": self.redis.url, **settings})

    def start(self, *seeds: str, **settings: object) -> subprocess.Popen[str]:
        """A worker in another process."""
        values = json.dumps({**CLUSTER, "REDIS_URL": self.redis.url, **settings})
        return subprocess.Popen(
            [sys.executable, "-c", PROGRAM, self.sink, values, *seeds],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stderr=subprocess.PIPE,
            text=True,
        )

    def asked_for(self) -> list[str]:
        return [exchange.url for exchange in self.server.log]

    def stored(self) -> list[str]:
        return [line.split()[1] for line in self.sink.read_text().splitlines()]

    def left(self) -> dict[str, int]:
        """The counters of all shards together."""
        counts: Counter[str] = Counter()
        with self.redis.client() as client:
            for key in client.scan_iter("{b*}*:m"):
                counts.update({name.decode(): int(value) for name, value in client.hgetall(key).items()})
        return counts


@pytest.fixture
def crawls(tmp_path: Path, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Crawls]:
    crawls = Crawls(tmp_path, redis_server)
    with crawls.server:
        monkeypatch.setenv("http_proxy", crawls.server.proxy)
        monkeypatch.setenv("no_proxy", "")
        # A crawl in this process would count as started before those that have ended since.
        monkeypatch.setattr("backlink_spider.redis_scheduler.process_age", lambda: 0.0)
        yield crawls


class KeepingServer(socketserver.ThreadingTCPServer):
    """A web of one page that never ends a connection itself; it notes when each got a reply, and when it ended."""

    daemon_threads = True

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            replied = 0.0
            while line := self.rfile.readline():
                if line == b"\r\n":
                    self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nok")
                    replied = time.monotonic()
            self.server.connections.append((replied, time.monotonic()))  # type: ignore[attr-defined]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), self.Handler)
        self.port: int = self.server_address[1]
        self.connections: list[tuple[float, float]] = []
        self._thread = Thread(target=self.serve_forever, args=(0.05,))
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()


def wait_for(happens: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not happens():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_it_is_a_scheduler_of_scrapy_redis() -> None:
    assert issubclass(RedisScheduler, Scheduler)


def test_a_crawl_is_breadth_first_within_a_host_and_ends_by_itself(crawls: Crawls) -> None:
    crawls.web.links = {
        "http://a/": ["/1", "/2", "/3", "http://b/"],
        "http://a/1": ["/deep", "/2", "http://a/"],
        "http://b/": ["/1"],
    }
    stats = crawls.run("http://a/")
    assert [url for url in crawls.asked_for() if "//a" in url] == [f"http://a/{n}" for n in ("", "1", "2", "3", "deep")]
    assert sorted(crawls.stored()) == sorted(crawls.asked_for())
    assert len(crawls.stored()) == 7
    assert stats["finish_reason"] == "finished"
    names = ("popped", "pushed", "duplicates", "queued", "fetched")
    assert [stats[f"frontier/{name}"] for name in names] == [7, 7, 2, 0, 7]
    assert {name: crawls.left()[name] for name in ("queued", "flying", "fetched")} == {
        "queued": 0,
        "flying": 0,
        "fetched": 7,
    }


def test_a_host_has_one_request_at_a_time_and_rests_after_it(crawls: Crawls) -> None:
    delay, hosts = 0.15, ("a", "b", "c")
    crawls.web.delay = 0.05
    crawls.web.links = {f"http://{host}/": [f"/{n}" for n in range(8)] for host in hosts}
    seeds = [f"http://{host}/" for host in hosts]
    with crawls.start(*seeds, DOWNLOAD_DELAY=delay) as other:
        crawls.run(*seeds, DOWNLOAD_DELAY=delay)
        _, errors = other.communicate(timeout=30)
    assert other.returncode == 0, errors
    for host in hosts:
        log = [exchange for exchange in crawls.server.log if exchange.host == host]
        assert len(log) == 9
        assert delay <= min(after.started - before.ended for before, after in pairwise(log))


def test_failed_requests_are_sent_again_after_a_growing_pause(crawls: Crawls) -> None:
    assert_sent_again_after_growing_pauses(crawls)


def test_what_our_own_code_fails_on_is_tried_three_times_and_becomes_a_dead_letter(crawls: Crawls) -> None:
    assert_tried_three_times_where_our_own_code_fails(crawls)
    assert crawls.left()["buried"] == 6


def test_what_a_domains_budget_refuses_is_counted_and_fetched_with_a_larger_one(crawls: Crawls) -> None:
    hosts = ("a.org", "www.a.org", "b.org")
    crawls.web.links = {"http://a.org/": [f"http://{host}/{n}" for n in range(5) for host in hosts]}
    stats = crawls.run("http://a.org/", BACKLINKS_MAX_PAGES_PER_DOMAIN=4)
    assert stats["finish_reason"] == "finished"
    assert stats["frontier/refused/pages_per_domain"] == (1 + 5 + 5 - 4) + (5 - 4)


def test_a_budget_of_pages_is_kept_by_all_workers_and_may_be_raised(crawls: Crawls) -> None:
    hosts = ("a", "b", "c", "d")
    crawls.web.delay = 0.02
    crawls.web.links = {f"http://{host}/": [f"/{n}" for n in range(20)] for host in hosts}
    seeds = [f"http://{host}/" for host in hosts]
    with crawls.start(*seeds, BACKLINKS_MAX_PAGES=30) as other:
        stats = crawls.run(*seeds, BACKLINKS_MAX_PAGES=30)
        _, errors = other.communicate(timeout=30)
    assert other.returncode == 0, errors
    assert stats["finish_reason"] == "limit_pages"
    assert len(crawls.asked_for()) == 30
    assert crawls.run(*seeds, BACKLINKS_MAX_PAGES=0)["finish_reason"] == "finished"
    assert len(crawls.asked_for()) == len(set(crawls.asked_for())) == 4 * 21


def test_a_finished_crawl_begins_anew(crawls: Crawls) -> None:
    crawls.web.links = {"http://a/": ["/1"]}
    for runs in (1, 2):
        assert crawls.run("http://a/")["frontier/run"] == runs
        assert len(crawls.asked_for()) == 2 * runs


def test_a_worker_that_comes_too_late_starts_no_second_crawl(crawls: Crawls) -> None:
    crawls.run("http://a/")
    with crawls.start("http://a/", AGE=60.0) as process:
        _, errors = process.communicate(timeout=30)
    assert "ended: over" in errors
    assert "Traceback" not in errors
    assert len(crawls.asked_for()) == 1


def test_a_worker_whose_spider_fails_at_its_start_holds_up_no_end(crawls: Crawls) -> None:
    crawls.web.links = {"http://a/": ["/1"]}
    with crawls.start("http://a/", "http://startfails/", "http://b/") as process:
        _, errors = process.communicate(timeout=30)
    assert "ended: finished" in errors
    assert sorted(crawls.stored()) == ["http://a/", "http://a/1"]


def test_what_became_a_seed_is_one_for_all_workers(crawls: Crawls) -> None:
    crawls.web.links = {"http://newseed/": ["http://a/1"]}
    assert crawls.run("http://newseed/", BACKLINKS_MAX_PAGES=1)["in_scope"]
    assert crawls.run("http://a/", BACKLINKS_MAX_PAGES=2)["in_scope"]


def test_a_page_that_kills_workers_is_given_up_and_no_page_beside_it(crawls: Crawls) -> None:
    crawls.web.links = {"http://a/": ["http://b/kills", *(f"http://c{n}/" for n in range(20))]}
    for _ in range(4):  # the first death was nobody's fault that could be told, three are the page's
        with crawls.start("http://a/") as process:
            process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL
    stats = crawls.run("http://a/")
    assert stats["finish_reason"] == "finished"
    assert crawls.left()["buried"] == 1
    assert set(crawls.stored()) >= {f"http://c{n}/" for n in range(20)}


def test_an_emptied_redis_ends_the_worker(crawls: Crawls) -> None:
    crawls.web.delay = 0.2
    crawls.web.links = {"http://a/": [f"/{n}" for n in range(50)]}
    with crawls.start("http://a/") as process:
        until(lambda: len(crawls.asked_for()) >= 3, process)
        with crawls.redis.client() as client:
            client.flushall()
        _, errors = process.communicate(timeout=30)
    assert "ended: frontier_lost" in errors
    assert len(crawls.asked_for()) < 50


def test_a_full_redis_is_told_as_such_and_the_crawl_waits_for_memory(
    crawls: Crawls, caplog: pytest.LogCaptureFixture
) -> None:
    crawls.web.delay = 0.1
    crawls.web.links = {"http://a/": [f"/{n}" for n in range(8)]}

    def fill(client: redis.Redis) -> None:
        wait_for(lambda: len(crawls.asked_for()) >= 2)
        client.config_resetstat()
        client.config_set("maxmemory", "1")
        wait_for(lambda: client.info("stats")["total_error_replies"] >= 2)
        client.config_set("maxmemory", "0")

    with crawls.redis.client() as client, ThreadPoolExecutor() as beside:
        try:
            filled = beside.submit(fill, client)
            stats = crawls.run("http://a/")
            filled.result()
        finally:
            client.config_set("maxmemory", "0")
    told = [record.getMessage() for record in caplog.records if record.name == "backlink_spider.redis_exchange"]
    full = "Redis has reached its maxmemory and takes no more: raise it (redis-cli CONFIG SET maxmemory)"
    assert told == [f"{full}; the crawl waits for it.", "Redis has room again: the crawl goes on."]
    assert stats["finish_reason"] == "finished"
    assert len(set(crawls.stored())) == 9


def test_a_full_redis_lets_no_worker_in_and_says_why(crawls: Crawls) -> None:
    with crawls.redis.client() as client:
        client.config_set("maxmemory", "1")
        try:
            with crawls.start("http://a/") as process:
                _, errors = process.communicate(timeout=30)
        finally:
            client.config_set("maxmemory", "0")
    assert "Redis has reached its maxmemory and takes no more" in errors
    assert "Traceback" not in errors


def test_no_connection_is_kept_to_a_host_that_is_given_back(crawls: Crawls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("http_proxy")
    handler = "backlink_spider.download_handler.PublicDownloadHandler"
    with KeepingServer() as server:
        began = time.monotonic()
        crawls.run(
            f"http://127.0.0.1:{server.port}/",
            BACKLINKS_ALLOWED_NETWORKS="127.0.0.0/8",
            BACKLINKS_IDLE_BEFORE_END=2.0,
            DOWNLOAD_HANDLERS={"http": handler, "https": handler},
        )
        took = time.monotonic() - began
    ((replied, ended),) = server.connections
    assert ended - replied < 1.0
    assert took > 2.0


def test_a_robots_txt_at_a_host_that_is_not_lent_is_asked_for_again_after_a_pause(
    crawls: Crawls, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Redirecting(LinkLists):
        def answer(self, url: str) -> Answer:
            if url == "http://a/robots.txt":
                return Answer(301, (("Location", "http://b/robots.txt"),), b"")
            return super().answer(url)

    async def hold(place: Place) -> None:
        """As a worker of another crawl."""
        async with scripts_of(crawls.redis) as scripts:
            await scripts.run([found(place)])
            await scripts.run([lease(place, ASK._replace(hosts=0)), borrow(place, "b")])

    def let_go(place: Place) -> None:
        """Let that worker be gone as soon as its host was asked for twice in vain."""
        wait_for(lambda: crawls.asked_for().count("http://a/robots.txt") == 2)
        with crawls.redis.client() as client:
            client.zadd(sessions(place.shard), {str(place.session): 1})

    place = Place(shard_of("b", 16), run=99, session=99)
    asyncio.run(hold(place))
    crawls.server.web = Redirecting()  # type: ignore[assignment]
    monkeypatch.setattr(redis_frontier, "BORROW_SECONDS", 0.2)
    monkeypatch.setattr(HostNotLent, "wait", 1.5)
    robots = {
        "backlink_spider.middlewares.robots.RobotsMiddleware": 100,
        "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
        "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    }
    middlewares = CLUSTER["DOWNLOADER_MIDDLEWARES"] | robots  # type: ignore[operator]
    with ThreadPoolExecutor() as beside:
        ended = beside.submit(let_go, place)
        stats = crawls.run("http://a/", ROBOTSTXT_OBEY=True, DOWNLOAD_DELAY=0.1, DOWNLOADER_MIDDLEWARES=middlewares)
        ended.result()
    asked = [exchange.started for exchange in crawls.server.log if exchange.url == "http://a/robots.txt"]
    assert min(after - before for before, after in pairwise(asked)) >= 1.5
    assert (crawls.asked_for().count("http://b/robots.txt"), crawls.stored()) == (1, ["http://a/"])
    assert stats["finish_reason"] == "finished"


def test_a_hosts_budget_holds_and_is_told(crawls: Crawls) -> None:
    crawls.web.links = {"http://a/": [f"http://{host}/{n}" for n in range(5) for host in "ab"]}
    stats = crawls.run("http://a/", BACKLINKS_MAX_PAGES_PER_HOST=4)
    assert (stats["finish_reason"], stats["frontier/refused/pages_per_host"]) == ("finished", 2 + 1)
    assert Counter(url[:9] for url in crawls.stored()) == {"http://a/": 4, "http://b/": 4}


def test_hosts_in_trouble_are_left_alone_longer_and_robots_txt_is_waited_for(crawls: Crawls) -> None:
    crawls.web.links = {"http://a/": [f"/{n}" for n in range(5)]}
    crawls.web.statuses = {"http://a/robots.txt": [503], "http://a/0": [503, 429]}
    manners: dict[str, Any] = {
        "backlink_spider.middlewares.robots.RobotsMiddleware": 100,
        "backlink_spider.middlewares.retry.RetryAfterMiddleware": 550,
        "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
        "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
        "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    }
    stats = crawls.run(
        "http://a/",
        BACKLINKS_RETRY_BACKOFF=0.1,
        BACKLINKS_ROBOTS_RETRY=0.3,
        DOWNLOADER_MIDDLEWARES=CLUSTER["DOWNLOADER_MIDDLEWARES"] | manners,  # type: ignore[operator]
        ROBOTSTXT_OBEY=True,
    )
    order = ["robots.txt", "robots.txt", "", "0", "0", "0", "1", "2", "3", "4"]
    assert crawls.asked_for() == [f"http://a/{path}" for path in order]
    pauses = [after.started - before.ended for before, after in pairwise(crawls.server.log)]
    least = {0: 0.3, 3: 0.2, 4: 0.4, 5: 0.2, 6: 0.1}  # a robots.txt that cannot be had; growth, and recovery
    assert all(pauses[place] >= seconds - 0.005 for place, seconds in least.items()), pauses
    assert (stats["backoff/503"], stats["backoff/429"], stats["robotstxt/unreachable"]) == (1, 1, 1)
    assert (stats["finish_reason"], len(crawls.stored())) == ("finished", 6)


@pytest.mark.parametrize("kind", ["list", "set", "zset"])
def test_what_is_added_to_the_start_urls_key_is_a_seed(crawls: Crawls, kind: str) -> None:
    members = ["http://b/", '{"url": "http://c/", "meta": {}}', "not a url"]
    with crawls.redis.client() as client:
        if kind == "zset":
            client.zadd("following:start_urls", dict.fromkeys(members, 1))
        else:
            (client.rpush if kind == "list" else client.sadd)("following:start_urls", *members)
        values = {} if kind == "list" else {f"REDIS_START_URLS_AS_{kind.upper()}": True}
        stats = crawls.run("http://a/", **values)
        assert sorted(crawls.asked_for()) == ["http://a/", "http://b/", "http://c/"]
        assert stats["start_urls/refused"] == stats["start_urls/ignored_fields"] == 1
        assert not client.keys("*start_urls*")


def test_a_run_that_was_replaced_is_swept(crawls: Crawls) -> None:
    crawls.web.links = {"http://a/": [f"/{n}" for n in range(30)]}
    crawls.web.delay = 0.05
    crawls.run("http://a/")
    crawls.run("http://a/", LOG_LEVEL="ERROR")
    with crawls.redis.client() as client:
        assert not list(client.scan_iter("{b*}1:*"))
        assert list(client.scan_iter("{b*}2:*"))


def test_a_crawl_over_a_redis_cluster_uses_all_of_its_servers(crawls: Crawls, nodes: list[RedisServer]) -> None:  # noqa: F811
    hosts = [f"http://h{n}/" for n in range(20)]
    crawls.web.links = {host: [f"/{n}" for n in range(5)] + ["http://h0/"] for host in hosts}
    stats = crawls.run(*hosts, REDIS_URL=nodes[0].url.replace("redis:", "redis+cluster:"))
    assert stats["finish_reason"] == "finished"
    assert len(crawls.stored()) == len(set(crawls.stored())) == 20 * 6
    for node in nodes:
        with node.client() as client:
            assert list(client.scan_iter("{b*}1:m"))
