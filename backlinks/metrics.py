"""Extension that answers Prometheus: what one worker has done and holds, as text over HTTP, read and nothing else."""

from __future__ import annotations

import asyncio
import logging
import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.exceptions import NotConfigured

from backlink_spider.errors import BadOption

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from scrapy.crawler import Crawler

    from backlinks.worker_metrics import WorkerMetrics

logger = logging.getLogger(__name__)

VARIABLE = "BACKLINKS_METRICS_ADDRESS"
REQUEST_SECONDS = 5.0
_ADDRESS = re.compile(r"(?P<host>\[[0-9a-fA-F:]+\]|[\w.-]*):(?P<first>\d{1,5})(?:-(?P<last>\d{1,5}))?", re.ASCII)
_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def read_address(value: str) -> tuple[str, range] | None:
    """Host and ports of an address such as 127.0.0.1:9410 or 0.0.0.0:9410-9419; None for "". Raises BadOption."""
    if not value:
        return None
    parts = _ADDRESS.fullmatch(value)
    first, last = (int(parts["first"]), int(parts["last"] or parts["first"])) if parts else (0, 0)
    if parts is None or not 0 < first <= last < 65536:
        raise BadOption(f"BACKLINKS_METRICS_ADDRESS takes 127.0.0.1:9410 or 0.0.0.0:9410-9419, not {value!r}.")
    return parts["host"].strip("[]"), range(first, last + 1)


class Metrics:
    """Listens from the spider's start to its end, at the first of its ports that is free."""

    def __init__(self, crawler: Crawler, host: str, ports: range) -> None:
        self._crawler, self._host, self._ports = crawler, host, ports
        self._server: asyncio.Server | None = None
        self._worker: WorkerMetrics

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        address = read_address(crawler.settings["BACKLINKS_METRICS_ADDRESS"] or os.environ.get(VARIABLE, ""))
        if address is None:
            raise NotConfigured("BACKLINKS_METRICS_ADDRESS is not set")
        metrics = cls(crawler, *address)
        crawler.signals.connect(metrics.start, signal=signals.spider_opened)
        crawler.signals.connect(metrics.stop, signal=signals.spider_closed)
        return metrics

    async def start(self) -> None:
        scheduler: Any = self._crawler.engine.scheduler
        if not hasattr(scheduler, "frontier"):  # the crawl has no use for this worker
            return
        self._worker = self._begun(scheduler)
        for port in self._ports:
            with suppress(OSError):
                self._server = await asyncio.start_server(self._answer, self._host or None, port, limit=8192)
                scheduler.about.note(metrics=f"{self._host}:{port}")
                return
        logger.warning("No metrics: no port of %s, %s is free.", self._host, self._ports)

    def _begun(self, scheduler: Any) -> WorkerMetrics:
        from backlinks.worker_metrics import WorkerMetrics  # it takes time and memory: of those alone who are asked

        about = scheduler.about(scheduler.frontier)
        labels = {"crawl": self._crawler.settings["BACKLINKS_CRAWL_ID"], "worker": f"{about['host']}:{about['pid']}"}
        worker = WorkerMetrics(self._look, labels)
        scheduler.frontier.exchange.round_took = worker.round_took
        return worker

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, TimeoutError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            async with asyncio.timeout(REQUEST_SECONDS):
                request = await reader.readuntil(b"\r\n\r\n")
                writer.write(self._reply(request))
                await writer.drain()
        writer.close()

    def _reply(self, request: bytes) -> bytes:
        method, _, rest = request.partition(b" ")
        path = rest.partition(b" ")[0].partition(b"?")[0]
        if path != b"/metrics" or method not in {b"GET", b"HEAD"}:
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        body = self._worker.text()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {_TYPE}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        return head.encode() + (body if method == b"GET" else b"")

    def _look(self) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        assert self._crawler.stats is not None
        scheduler: Any = self._crawler.engine.scheduler
        exchange = scheduler.frontier.exchange
        redis = {"redis_away": int(exchange.away), "redis_unanswered_seconds": exchange.unanswered}
        return self._crawler.stats.get_stats(), scheduler.about(scheduler.frontier) | redis
