"""The metrics of a worker, as Prometheus' own parser reads them, over a real socket."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from scrapy.exceptions import NotConfigured
from scrapy.utils.test import get_crawler

from backlink_spider.errors import BadOption
from backlinks.metrics import Metrics, read_address
from backlinks.worker_metrics import WorkerMetrics
from tests.redis_server import free_port

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric
    from scrapy.crawler import Crawler

STATS = {"pages/page": 1_234_567, "pages/failed": 2, "pages/failed/dns": 2, "links/found": 9, "frontier/queued": 48}
STATS |= {"backoff/429": 5, "robotstxt/forbidden": 4}
ABOUT = {
    "host": "crawl-1",
    "pid": 7,
    "held": 64,
    "leases_lost": 3,
    "rss": 123_456_789,
    "redis_unanswered_seconds": 0.25,
}
LABELS = {"crawl": "news", "worker": "crawl-1:7"}


def parsed(text: bytes) -> dict[str, Metric]:
    """The metrics by name, as Prometheus' own parser reads them."""
    found = list(text_string_to_metric_families(text.decode()))
    names = [metric.name for metric in found]
    assert len(names) == len(set(names)), names
    return {metric.name: metric for metric in found}


def worker(labels: dict[str, str] = LABELS) -> WorkerMetrics:
    return WorkerMetrics(lambda: (STATS, ABOUT), labels)


def test_the_official_parser_reads_every_metric_with_type_help_and_labels() -> None:
    labels = {**LABELS, "worker": 'a"b\\c\nd'}
    found = parsed(worker(labels).text())
    assert len(found) == 20
    for metric in found.values():
        assert metric.name.startswith("backlinks_")
        assert metric.type in {"counter", "gauge", "histogram"}
        assert metric.documentation.endswith(".")
        assert metric.samples
        assert all(sample.labels.items() >= labels.items() for sample in metric.samples)


@pytest.mark.parametrize(
    ("metric", "sample", "labels", "value"),
    [
        ("pages", "pages_total", {"outcome": "page"}, 1_234_567),
        ("pages", "pages_total", {"outcome": "failed"}, 2),
        ("links", "links_total", {}, 9),
        ("backoffs", "backoffs_total", {"reason": "429"}, 5),
        ("backoffs", "backoffs_total", {"reason": "timeout"}, 0),
        ("robots_forbidden", "robots_forbidden_total", {}, 4),
        ("frontier_queued", "frontier_queued", {}, 48),
        ("frontier_pushed", "frontier_pushed_total", {}, 0),
        ("hosts_held", "hosts_held", {}, 64),
        ("leases_lost", "leases_lost_total", {}, 3),
        ("resident_bytes", "resident_bytes", {}, 123_456_789),
        ("redis_unanswered_seconds", "redis_unanswered_seconds", {}, 0.25),
    ],
)
def test_a_metric_has_the_value_of_its_stat(metric: str, sample: str, labels: dict[str, str], value: float) -> None:
    samples = parsed(worker().text())[f"backlinks_{metric}"].samples
    assert [
        each.value for each in samples if each.name == f"backlinks_{sample}" and each.labels == LABELS | labels
    ] == [value]


def test_rounds_with_redis_are_a_histogram() -> None:
    metrics = worker()
    for seconds in (0.002, 0.03, 0.04, 60.0):
        metrics.round_took(seconds)
    metric = parsed(metrics.text())["backlinks_redis_round_seconds"]
    assert metric.type == "histogram"
    by_name = {(sample.name.rpartition("_")[2], sample.labels.get("le")): sample.value for sample in metric.samples}
    assert by_name["count", None] == 4
    assert by_name["sum", None] == pytest.approx(60.072)
    assert [by_name["bucket", le] for le in ("0.001", "0.0025", "0.025", "0.05", "10.0", "+Inf")] == [0, 1, 1, 3, 3, 4]


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
    frontier = SimpleNamespace(exchange=SimpleNamespace(away=False, unanswered=0.25))
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
    assert parsed(body)["backlinks_hosts_held"].samples[0].value == 64


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
