"""The metrics of a worker, by the rules of Prometheus' text format, over a real socket."""

from __future__ import annotations

import asyncio
import re
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from scrapy.exceptions import NotConfigured
from scrapy.utils.test import get_crawler

from backlink_spider.errors import BadOption
from backlinks.metrics import Metrics, metrics_text, read_address
from tests.redis_server import free_port

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

STATS = {"pages/page": 1_234_567, "pages/failed": 2, "pages/failed/dns": 2, "links/found": 9, "frontier/queued": 48}
ABOUT = {"host": "crawl-1", "pid": 7, "held": 64, "rss": 123_456_789, "redis_unanswered_seconds": 0.25}
LABELS = {"crawl": "news", "worker": "crawl-1:7"}
LINE = re.compile(
    r'(?:# HELP (\w+) [^\n]+|# TYPE (\w+) (?:counter|gauge)|(\w+)\{(\w+="(?:[^"\\\n]|\\[\\"n])*",?)*\} [0-9.e+]+)'
)


def test_every_line_is_of_the_format_and_every_metric_is_declared_once() -> None:
    lines = metrics_text(STATS, ABOUT, {**LABELS, "worker": 'a"b\\c\nd'}).splitlines()
    parsed = [LINE.fullmatch(line) for line in lines]
    assert all(parsed), lines
    declared = [found[2] for found in parsed if found and found[2]]
    assert len(declared) == len(set(declared)) == 13
    assert {found[3] for found in parsed if found and found[3]} == set(declared)


@pytest.mark.parametrize(
    "sample",
    [
        'backlinks_pages_total{crawl="news",worker="crawl-1:7",outcome="page"} 1234567',
        'backlinks_pages_total{crawl="news",worker="crawl-1:7",outcome="failed"} 2',
        'backlinks_links_total{crawl="news",worker="crawl-1:7"} 9',
        'backlinks_frontier_queued{crawl="news",worker="crawl-1:7"} 48',
        'backlinks_frontier_pushed_total{crawl="news",worker="crawl-1:7"} 0',
        'backlinks_hosts_held{crawl="news",worker="crawl-1:7"} 64',
        'backlinks_resident_bytes{crawl="news",worker="crawl-1:7"} 123456789',
        'backlinks_redis_unanswered_seconds{crawl="news",worker="crawl-1:7"} 0.25',
    ],
)
def test_a_metric_has_the_value_of_its_stat(sample: str) -> None:
    assert sample in metrics_text(STATS, ABOUT, LABELS).splitlines()


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("", None),
        ("127.0.0.1:9410", ("127.0.0.1", range(9410, 9411))),
        ("0.0.0.0:9410-9419", ("0.0.0.0", range(9410, 9420))),
        ("[::1]:9410", ("::1", range(9410, 9411))),
        (":9410", ("", range(9410, 9411))),
    ],
)
def test_addresses(value: str, read: tuple[str, range] | None) -> None:
    assert read_address(value) == read


@pytest.mark.parametrize("value", ["9410", "host", "host:0", "host:70000", "host:20-10", "a b:1"])
def test_what_is_no_address_is_refused(value: str) -> None:
    with pytest.raises(BadOption, match="BACKLINKS_METRICS_ADDRESS takes"):
        read_address(value)


class About:
    """What a worker says of itself, and what is noted of it."""

    def __init__(self) -> None:
        self.noted: dict[str, Any] = {}

    def __call__(self, frontier: object) -> dict[str, Any]:
        return ABOUT | self.noted

    def note(self, **more: Any) -> None:
        self.noted |= more


def crawler(address: str) -> Crawler:
    made: Crawler = get_crawler(settings_dict={"BACKLINKS_METRICS_ADDRESS": address, "BACKLINKS_CRAWL_ID": "news"})
    frontier = SimpleNamespace(exchange=SimpleNamespace(away=False, unanswered=0.0))
    made.engine = SimpleNamespace(scheduler=SimpleNamespace(about=About(), frontier=frontier))  # type: ignore[assignment]
    return made


async def asked(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    await writer.drain()
    reply = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    return reply


def replies(*requests: bytes) -> list[bytes]:
    async def work() -> list[bytes]:
        port = free_port()
        metrics = Metrics.from_crawler(crawler(f"127.0.0.1:{port}"))
        await metrics.start()
        found = [await asked(port, request) for request in requests]
        await metrics.stop()
        return found

    return asyncio.run(work())


def test_it_answers_a_scrape() -> None:
    (reply,) = replies(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
    head, _, body = reply.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4")
    assert f"Content-Length: {len(body)}\r\n".encode() in head
    assert b'backlinks_hosts_held{crawl="news",worker="crawl-1:7"} 64\n' in body


def test_it_answers_nothing_else_and_bears_nonsense() -> None:
    other = b"HTTP/1.1 404 Not Found"
    assert [reply[:22] for reply in replies(b"GET / HTTP/1.1\r\n\r\n", b"POST /metrics HTTP/1.1\r\n\r\n")] == [
        other
    ] * 2
    assert replies(b"\0" * 20_000, b"GET /metrics HTTP/1.1\r\n\r\n")[1].startswith(b"HTTP/1.1 200")


def test_the_first_free_port_is_taken_and_told() -> None:
    async def work() -> None:
        port = free_port()
        first, second = crawler(f"127.0.0.1:{port}-{port + 20}"), crawler(f"127.0.0.1:{port}-{port + 20}")
        metrics = [Metrics.from_crawler(each) for each in (first, second)]
        for each in metrics:
            await each.start()
        told = [each.engine.scheduler.about.noted["metrics"] for each in (first, second)]  # type: ignore[union-attr]
        assert told[0] == f"127.0.0.1:{port}"
        assert told[1] != told[0]
        for each in metrics:
            await each.stop()

    asyncio.run(work())


def test_it_is_off_without_an_address() -> None:
    with pytest.raises(NotConfigured):
        Metrics.from_crawler(crawler(""))
