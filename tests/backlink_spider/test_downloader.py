"""Slots, signals and ends of the downloader, in crawls where no frontier keeps requests apart."""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from scrapy import Request, Spider, signals

from backlinks.web_folder import HANG_UP, Answer
from backlinks.web_server import WebServer
from tests.user_crawl import SCRAPYS_OWN, AtOnceSpider, Component, Crawled, TellingSpider, Web, crawl

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from scrapy.http import Response

ROOT = Path(__file__).parents[2]
HOST = "http://a.example"
LOST = Answer(HANG_UP)
EARLY = 0.005  # seconds: the server's clock starts when it has read a request, which may be later for one than the next


def at_once(urls: int, web: Web | None = None, hosts: tuple[str, ...] = (HOST,), **settings: Any) -> Crawled:
    """A crawl that asks for so many URLs of each host at once, and got all its answers."""
    seeds = [f"{host}/{number}" for number in range(urls) for host in hosts]
    crawled = crawl(AtOnceSpider, web, urls=seeds, RETRY_ENABLED=False, **settings)
    assert sorted(crawled.asked_for()) == sorted(seeds)
    assert len(crawled.of("item")) == len(seeds)
    assert crawled.of("closed", "logged", "loop") == [("closed", "finished")]
    assert crawled.left == []
    return crawled


def most_at_a_time(crawled: Crawled, host: str = HOST) -> int:
    log = [exchange for exchange in crawled.log if exchange.url.startswith(f"{host}/")]
    return max(sum(other.started <= one.started < other.ended for other in log) for one in log)


def gaps(crawled: Crawled) -> list[float]:
    """From the start of each request to the start of the next."""
    started = sorted(exchange.started for exchange in crawled.log)
    return [after - before for before, after in pairwise(started)]


# Slots


@pytest.mark.parametrize("concurrency", [1, 2, 3])
def test_a_slot_has_no_more_requests_at_a_time_than_it_may(concurrency: int) -> None:
    crawled = at_once(8, Web(delay=0.03), CONCURRENT_REQUESTS_PER_DOMAIN=concurrency)
    assert most_at_a_time(crawled) == concurrency


def test_a_slot_that_rests_less_than_an_answer_takes_has_one_request_at_a_time() -> None:
    crawled = at_once(4, Web(delay=0.06), DOWNLOAD_DELAY=0.02)
    assert most_at_a_time(crawled) == 1


def test_a_slot_rests_between_requests_even_if_it_may_have_many() -> None:
    crawled = at_once(5, Web(delay=0.12), DOWNLOAD_DELAY=0.05, CONCURRENT_REQUESTS_PER_DOMAIN=8)
    assert min(gaps(crawled)) >= 0.05 - EARLY
    assert most_at_a_time(crawled) > 1


def test_slots_do_not_wait_for_one_another() -> None:
    hosts = ("http://a.example", "http://b.example", "http://c.example")
    crawled = at_once(2, Web(delay=0.05), hosts, DOWNLOAD_DELAY=0.1)
    assert [most_at_a_time(crawled, host) for host in hosts] == [1, 1, 1]
    first, *_, last = sorted(exchange.started for exchange in crawled.log[:3])
    assert last - first < 0.05


def test_requests_of_a_slot_leave_in_their_order() -> None:
    assert at_once(6, Web(delay=0.01)).asked_for() == [f"{HOST}/{number}" for number in range(6)]


def test_a_slot_may_have_a_concurrency_and_a_delay_of_its_own() -> None:
    slots = {"a.example": {"concurrency": 2, "delay": 0}, "b.example": {"concurrency": 1, "delay": 0.08}}
    crawled = at_once(4, Web(delay=0.03), (HOST, "http://b.example"), DOWNLOAD_SLOTS=slots)
    assert most_at_a_time(crawled) == 2
    crawled.log = [exchange for exchange in crawled.log if exchange.host == "b.example"]
    assert min(gaps(crawled)) >= 0.08 - EARLY


class SlotSpider(AtOnceSpider):
    """Asks for all in one slot, whatever their hosts."""

    async def answer(self, url: str) -> str:
        response = await self.crawler.engine.download_async(Request(url, meta={"download_slot": "one"}))
        return response.url


def test_a_request_may_name_its_slot() -> None:
    seeds = [f"http://{host}.example/" for host in "abcd"]
    crawled = crawl(SlotSpider, Web(delay=0.03), urls=seeds)
    assert most_at_a_time(crawled, "http:/") == 1
    assert crawled.asked_for() == seeds


class InTurnSpider(AtOnceSpider):
    """Asks for the next URL as soon as it has the one before."""

    async def start(self) -> AsyncIterator[dict[str, str]]:
        for seed in self.urls:
            yield {"answer": await self.answer(seed)}


def test_a_delay_is_drawn_as_often_as_by_scrapy(monkeypatch: pytest.MonkeyPatch) -> None:
    told = []
    for way in ({}, SCRAPYS_OWN):
        draws = itertools.cycle((-0.5, 0.5))  # an answer's end draws a short delay, the next request a long one
        monkeypatch.setattr(random, "uniform", lambda *_, draws=draws: next(draws))
        settings = {"urls": [f"{HOST}/{number}" for number in range(4)], "DOWNLOAD_DELAY": 0.1, **way}
        told.append(gaps(crawl(InTurnSpider, DOWNLOAD_DELAY_JITTER=0.5, **settings)))
    ours, scrapys = told
    assert ours == pytest.approx(scrapys, abs=0.025)


@pytest.mark.parametrize("spider", [InTurnSpider, AtOnceSpider])  # past the slot's queue, and through it
def test_a_delay_begins_when_a_server_has_answered(spider: type[Spider]) -> None:
    seeds = [f"{HOST}/{number}" for number in range(4)]
    crawled = crawl(spider, Web(delay=0.1), urls=seeds, DOWNLOAD_DELAY=0.08)
    assert min(after.started - before.ended for before, after in pairwise(crawled.log)) >= 0.08 - EARLY


def test_requests_in_turn_keep_to_the_delay() -> None:
    seeds = [f"{HOST}/{number}" for number in range(4)]
    crawled = crawl(InTurnSpider, urls=seeds, DOWNLOAD_DELAY=0.05)
    assert crawled.asked_for() == seeds
    assert min(gaps(crawled)) >= 0.05 - EARLY


def test_a_failed_download_gives_its_slot_back() -> None:
    web = Web(delay=0.02, answers={f"{HOST}/{number}": [LOST] for number in (0, 2, 3)})
    crawled = at_once(5, web)
    failed = {event[1] for event in crawled.of("item") if event[1].startswith("NoReplyError")}
    assert failed == {f"NoReplyError {HOST}/{number}" for number in (0, 2, 3)}
    assert most_at_a_time(crawled) == 1


class SignalTeller(Component):
    @classmethod
    def from_crawler(cls, crawler: Any) -> Any:
        teller = super().from_crawler(crawler)
        teller.tellers = [teller.of(name) for name in ("request_reached", "request_left")]
        for name, receiver in zip(
            ("request_reached_downloader", "request_left_downloader"), teller.tellers, strict=True
        ):
            crawler.signals.connect(receiver, getattr(signals, name))
        crawler.signals.connect(teller.downloaded, signals.response_downloaded)
        crawler.signals.connect(teller.received, signals.response_received)
        return teller

    def of(self, name: str) -> Any:
        return lambda request: self.tell("signal", name, request.url)

    def downloaded(self, request: Request, response: Response) -> None:
        self.tell("signal", "response_downloaded", request.url)

    def received(self, request: Request, response: Response) -> None:
        self.tell("signal", "response_received", request.meta["download_slot"], request.url)


@pytest.mark.parametrize("settings", [{}, {"DOWNLOAD_DELAY": 0.02}], ids=["no delay", "delay"])
def test_signals_are_sent_as_by_scrapy(settings: dict[str, Any]) -> None:
    told = []
    for way in ({}, SCRAPYS_OWN):
        extensions = {**way.get("EXTENSIONS", {}), SignalTeller: 1}
        web = Web(answers={f"{HOST}/1": [LOST]})
        seeds = [f"{HOST}/{number}" for number in range(3)]
        values = {**way, **settings, "EXTENSIONS": extensions, "RETRY_ENABLED": False, "urls": seeds}
        told.append(crawl(InTurnSpider, web, **values).of("signal", "item"))
    ours, scrapys = told
    assert ours == scrapys
    assert [event[1] for event in ours if event[-1].endswith("/0")] == [
        "request_reached",
        "response_downloaded",
        "request_left",
        "response_received",
        f"200 {HOST}/0",
    ]
    assert [event[1] for event in ours if event[-1].endswith("/1")] == [
        "request_reached",
        "request_left",
        f"NoReplyError {HOST}/1",
    ]


# Its requests are all that keep a crawl open


class IdleProbe(Component):
    """Looks at each turn of the event loop whether the crawl seems over, from its first request to its last page."""

    @classmethod
    def from_crawler(cls, crawler: Any) -> Any:
        probe = super().from_crawler(crawler)
        crawler.signals.connect(probe.look, signals.spider_opened)
        crawler.signals.connect(probe.end, signals.spider_closed)
        probe.turns, probe.over = 0, False
        return probe

    def look(self) -> None:
        if self.over:
            return
        engine = self.crawler.engine
        if engine._slot is not None and engine._slot.inprogress:
            self.turns += 1
            if engine.spider_is_idle():
                self.tell("idle", [request.url for request in engine._slot.inprogress])
        asyncio.get_running_loop().call_soon(self.look)

    def end(self) -> None:
        self.over = True
        self.tell("turns", self.turns)


def test_a_crawl_seems_over_at_no_turn_between_a_request_and_its_page() -> None:
    web = Web(links={f"{HOST}/": [f"{HOST}/{number}" for number in range(5)]}, answers={f"{HOST}/3": [LOST]})
    crawled = crawl(TellingSpider, web, EXTENSIONS={IdleProbe: 1})
    assert crawled.of("idle") == []
    assert crawled.of("turns")[0][1] > 6
    assert len(crawled.of("page")) == 6


class LaterSpider(Spider):
    """Has nothing more to do while it asks for a page."""

    name = "later"

    async def start(self) -> AsyncIterator[Any]:
        self.asking = asyncio.create_task(self.ask())
        await asyncio.sleep(0)
        return
        yield

    async def ask(self) -> None:
        for number in range(2):
            response = await self.crawler.engine.download_async(Request(f"{HOST}/{number}"))
            self.crawler.events.append(("answered", response.url, self.crawler.engine.spider is not None))


def test_a_crawl_does_not_end_while_a_request_waits_for_its_answer() -> None:
    crawled = crawl(LaterSpider, Web(delay=0.1))
    assert crawled.of("answered", "closed")[0] == ("answered", f"{HOST}/0", True)
    assert crawled.of("closed") == [("closed", "finished")]
    assert crawled.left == []


# Ends while requests are in flight and others wait for their slot


class StoppedSpider(AtOnceSpider):
    """Is stopped as by a Ctrl-C when its first answer is there."""

    async def answer(self, url: str) -> str:
        self.crawler.events.append(("answered", await super().answer(url)))
        if len([event for event in self.crawler.events if event[0] == "answered"]) == 1:
            self.closing = asyncio.create_task(self.end())
        return url

    async def end(self) -> None:
        await self.crawler.stop_async()


class ClosedSpider(StoppedSpider):
    async def end(self) -> None:
        await self.crawler.engine.close_spider_async(reason="enough")


@pytest.mark.parametrize("delay", [0, 0.05])
@pytest.mark.parametrize(("spider", "reason"), [(ClosedSpider, "enough"), (StoppedSpider, "shutdown")])
def test_a_crawl_that_is_told_to_end_waits_for_its_requests_and_leaves_nothing(
    delay: float, spider: type[Spider], reason: str
) -> None:
    seeds = [f"{HOST}/{number}" for number in range(4)] + ["http://b.example/"]
    crawled = crawl(spider, Web(delay=0.03), urls=seeds, DOWNLOAD_DELAY=delay)
    assert sorted(crawled.asked_for()) == sorted(seeds)
    assert len(crawled.of("answered")) == len(seeds)
    assert crawled.of("closed", "logged", "loop") == [("closed", reason)]
    assert crawled.left == []


@pytest.mark.parametrize("times", [1, 2])
def test_after_ctrl_c_the_process_ends_without_a_complaint(times: int) -> None:
    seeds = [f"{HOST}/{number}" for number in range(3)] + ["http://b.example/"]
    web = Web(delay=0.3 if times == 1 else 30)
    with WebServer(web) as server:  # type: ignore[arg-type]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "http_proxy": server.proxy, "no_proxy": ""}
        command = [sys.executable, "-X", "dev", ROOT / "tests" / "user_crawl.py", *seeds]
        with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
            until_two_arrived(web, process)
            for _ in range(times):
                process.send_signal(signal.SIGINT)
                time.sleep(0.1)  # a second signal would merge with one that is still pending
            _, errors = process.communicate(timeout=20)
        assert process.returncode == 0, errors
        assert "Traceback" not in errors
        assert "never" not in errors
        assert sorted(exchange.url for exchange in server.log) == (sorted(seeds) if times == 1 else [])


def until_two_arrived(web: Web, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 30
    while len(web.arrived) < 2:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)
