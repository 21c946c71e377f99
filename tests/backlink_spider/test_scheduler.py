"""Real crawls of a web on loopback that is made up of link lists."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from backlink_spider import frontier_attempts
from backlink_spider.frontier import Frontier
from backlinks.web_folder import Answer
from backlinks.web_server import WebServer
from tests.frontier_crawl import run
from tests.scheduler_promises import (
    assert_sent_again_after_growing_pauses,
    assert_tried_three_times_where_our_own_code_fails,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]


@dataclass
class LinkLists:
    """A web where each URL is a list of links; a URL of no list is an empty page."""

    links: dict[str, list[str]] = field(default_factory=dict)
    statuses: dict[str, list[int]] = field(default_factory=dict)  # of a URL's first answers
    delay: float = 0.0

    def answer(self, url: str) -> Answer:
        status = (self.statuses.get(url) or [200]).pop(0) if url in self.statuses else 200
        body = "".join(f"<a href='{link}'>" for link in self.links.get(url, []))
        return Answer(status, (("Content-Type", "text/html"),), body.encode(), self.delay)


class Crawls:
    """Crawls one after the other, over one frontier and one sink."""

    def __init__(self, folder: Path) -> None:
        self.sink = folder / "sink"
        self.web = LinkLists()
        self.server = WebServer(self.web)  # type: ignore[arg-type]

    def run(self, *seeds: str, **settings: object) -> dict[str, Any]:
        """The stats of a crawl in this process."""
        return run(self.sink, *seeds, **settings)

    def start(self, *seeds: str) -> subprocess.Popen[str]:
        """A crawl in another process, to be killed."""
        return subprocess.Popen(
            [sys.executable, ROOT / "tests" / "frontier_crawl.py", self.sink, *seeds],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stderr=subprocess.PIPE,
            text=True,
        )

    def asked_for(self) -> list[str]:
        return [exchange.url for exchange in self.server.log]

    def stored(self) -> list[str]:
        return [line.split()[1] for line in self.sink.read_text().splitlines()]


@pytest.fixture
def crawls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Crawls]:
    crawls = Crawls(tmp_path)
    with crawls.server:
        monkeypatch.setenv("http_proxy", crawls.server.proxy)
        monkeypatch.setenv("no_proxy", "")
        yield crawls


def test_a_crawl_is_breadth_first_and_fair_and_ends_by_itself(crawls: Crawls) -> None:
    crawls.web.links = {
        "http://a/": ["/1", "/2", "/3", "http://b/"],
        "http://a/1": ["/deep", "/2", "http://a/"],
        "http://b/": ["/1"],
    }
    stats = crawls.run("http://a/", CONCURRENT_REQUESTS=1)
    order = "http://a/ http://b/ http://a/1 http://a/2 http://a/3 http://b/1 http://a/deep"
    assert sorted(crawls.stored()) == sorted(order.split())
    assert crawls.asked_for() == order.split()
    assert stats["finish_reason"] == "finished"
    names = ("popped", "pushed", "duplicates", "queued", "fetched")
    assert [stats[f"frontier/{name}"] for name in names] == [7, 7, 2, 0, 7]


def test_a_url_is_asked_for_as_the_url_standard_writes_it(crawls: Crawls) -> None:
    crawls.web.links = {"http://a/": ["/x|y[z]", "/a b?q=\u00e9|"]}
    crawls.run("http://a/")
    assert sorted(crawls.stored()) == ["http://a/", "http://a/a%20b?q=%C3%A9|", "http://a/x|y[z]"]
    assert sorted(crawls.asked_for()) == sorted(crawls.stored())


def test_a_host_has_one_request_at_a_time_and_rests_after_it(crawls: Crawls) -> None:
    delay, hosts = 0.15, ("a", "b", "c")
    crawls.web.delay = 0.05
    crawls.web.links = {f"http://{host}/": ["/1", "/2", "/3", "/4"] for host in hosts}
    began = time.monotonic()
    stats = crawls.run(*(f"http://{host}/" for host in hosts), DOWNLOAD_DELAY=delay)
    for host in hosts:
        log = [exchange for exchange in crawls.server.log if exchange.host == host]
        assert len(log) == 5
        pauses = [after.started - before.ended for before, after in pairwise(log)]
        assert delay <= min(pauses)
    # The hosts are asked side by side, and none waits for the engine's heartbeat of 5 s.
    took = crawls.server.log[-1].ended - crawls.server.log[0].started
    assert took < 3 * delay * len(hosts) * 2, time.monotonic() - began
    assert stats["frontier/popped"] == 15


def test_failed_requests_are_sent_again_after_a_growing_pause(crawls: Crawls) -> None:
    assert_sent_again_after_growing_pauses(crawls)


def test_what_our_own_code_fails_on_is_tried_three_times_and_holds_up_nothing(crawls: Crawls) -> None:
    assert_tried_three_times_where_our_own_code_fails(crawls)


def test_what_a_budget_refuses_is_counted(crawls: Crawls) -> None:
    hosts = ("a.org", "www.a.org", "b.org")
    crawls.web.links = {"http://a.org/": [f"http://{host}/{n}" for n in range(5) for host in hosts]}
    stats = crawls.run("http://a.org/", BACKLINKS_MAX_PAGES_PER_DOMAIN=4)
    assert stats["finish_reason"] == "finished"
    assert stats["frontier/refused/pages_per_domain"] == (1 + 5 + 5 - 4) + (5 - 4)


def test_what_a_hosts_budget_refuses_is_counted(crawls: Crawls) -> None:
    crawls.web.links = {"http://a/": [f"http://{host}/{n}" for n in range(5) for host in "ab"]}
    stats = crawls.run("http://a/", BACKLINKS_MAX_PAGES_PER_HOST=4, BACKLINKS_MAX_PAGES=9)
    assert stats["finish_reason"] == "finished"
    assert stats["frontier/refused/pages_per_host"] == 2 + 1
    assert "frontier/refused/pages_per_domain" not in stats


def test_a_crawl_that_has_used_up_its_budget_starts_over_or_goes_on_with_a_larger_one(crawls: Crawls) -> None:
    crawls.web.links = {"http://a/": [f"/{n}" for n in range(6)]}
    stats = crawls.run("http://a/", BACKLINKS_MAX_PAGES=4)
    assert stats["finish_reason"] == "limit_pages"
    assert stats["frontier/refused/pages"] == 3
    assert "frontier/resumed" not in crawls.run("http://a/", BACKLINKS_MAX_PAGES=4)
    assert len(crawls.asked_for()) == 8
    assert crawls.run("http://a/")["frontier/resumed"] == 4
    assert len(crawls.asked_for()) == 8 + 3


def test_what_became_a_seed_stays_one_when_the_crawl_goes_on(crawls: Crawls) -> None:
    crawls.web.links = {"http://newseed/": ["http://a/1", "http://a/2"]}
    assert crawls.run("http://newseed/", BACKLINKS_MAX_PAGES=1)["in_scope"]
    assert crawls.run("http://newseed/")["in_scope"]
    assert not crawls.run("http://other/")["in_scope"]


def test_a_killed_crawl_stores_all_pages_and_fetches_again_only_what_was_in_flight(crawls: Crawls) -> None:
    hosts = [f"http://h{number}/" for number in range(6)]
    crawls.web.delay = 0.005
    crawls.web.links = {host: [f"{host}{n}" for n in range(25)] for host in hosts}
    with crawls.start(*hosts) as process:
        until(lambda: len(crawls.asked_for()) >= 80, process)
        process.send_signal(signal.SIGKILL)
    lines = [line.split() for line in crawls.sink.read_text().splitlines()]
    stored = {url for batch, url in lines if batch != lines[-1][0]}  # had the frontier been told of the last batch?
    asked_for = len(crawls.asked_for())
    stats = crawls.run(*hosts)
    assert stats["finish_reason"] == "finished"
    assert stats["frontier/resumed"] >= len(stored) > 0
    assert set(crawls.stored()) == {*hosts, *(f"{host}{n}" for host in hosts for n in range(25))}
    assert not stored & set(crawls.asked_for()[asked_for:])


def test_a_page_that_kills_the_process_does_not_do_so_for_ever(crawls: Crawls, monkeypatch: pytest.MonkeyPatch) -> None:
    crawls.web.links = {"http://a/": ["/kills", "/1"]}
    for _ in range(2):  # the first death might have been anyone's fault, the second is the page's
        with crawls.start("http://a/") as process:
            process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL
    monkeypatch.setattr(frontier_attempts, "MAX_DEATHS", 1)  # as it is in those processes
    stats = crawls.run("http://a/")
    assert stats["finish_reason"] == "finished"
    assert stats["frontier/given_up"] == 1
    assert "http://a/1" in crawls.stored()


def test_answers_that_are_asked_for_again_are_no_deaths_of_a_killed_crawl(
    crawls: Crawls, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawls.web.links = {"http://a/": ["/kills", "/busy"]}
    with crawls.start("http://a/") as process:
        process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    crawls.web.statuses = {"http://a/busy": [503, 503]}
    monkeypatch.setattr(frontier_attempts, "MAX_DEATHS", 2)
    monkeypatch.setattr(os, "kill", lambda *_: None)  # not this process
    stats = crawls.run("http://a/")
    assert stats["frontier/retried"] == 2
    assert "frontier/given_up" not in stats
    assert "http://a/busy" in crawls.stored()


def test_a_frontier_in_use_is_refused(crawls: Crawls) -> None:
    frontier = Frontier(crawls.sink.with_suffix(".sqlite"))
    with crawls.start("http://a/") as process:
        _, errors = process.communicate(timeout=60)
    frontier.close()
    assert "FrontierLocked: Another crawl is using" in errors
    assert process.returncode == 1
    assert crawls.asked_for() == []


def test_a_full_disk_ends_the_crawl_and_the_next_one_goes_on(crawls: Crawls) -> None:
    crawls.web.links = {f"http://a/{n}": [f"/{n + 1}", *(f"/{n}/{m}" for m in range(150))] for n in range(4)}
    stats = crawls.run("http://a/0", ROOM_FOR_PAGES=2)
    assert stats["finish_reason"] == "disk_full"
    stored = set(crawls.stored())
    assert len(stored) < 5 + 4 * 150
    assert crawls.run("http://a/0")["finish_reason"] == "finished"
    assert set(crawls.stored()) >= stored
    assert len(set(crawls.stored())) == 5 + 4 * 150


def until(happens: Any, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 30
    while not happens():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.005)
