"""Download handler for http and https on a client of our own; Scrapy's requests and responses on its two sides."""

from __future__ import annotations

import time
from functools import lru_cache, partial
from typing import TYPE_CHECKING
from urllib.request import getproxies

from pydispatch.dispatcher import getReceivers  # type: ignore[import-untyped]
from scrapy import signals
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from scrapy.utils._download_handlers import check_stop_download, normalize_bind_address
from scrapy.utils.ssl import _make_ssl_context

from backlink_spider.bodies_under_way import BodiesUnderWay
from backlink_spider.http_client import HttpClient
from backlink_spider.http_request import http_request
from backlink_spider.leased_hosts import hosts_released
from backlink_spider.loop_turns import LoopTurns
from backlink_spider.network_options import operators_proxies, read_networks, read_ports
from backlink_spider.public_addresses import PublicAddresses, resolve
from link_index.urls import target

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.exceptions import StopDownload

    from backlink_spider.http_reply import HttpReply
    from backlink_spider.http_request import HttpRequest

# Hosts take turns: while one waits for its delay to pass, others are asked, and their connections wait in turn.
_IDLE_PER_REQUEST = 4
_FEWEST_IDLE = 64


class PublicDownloadHandler(BaseDownloadHandler):
    """Contacts public addresses only, unless an operator names other networks.

    A proxy named by the environment is the operator's choice and may be anywhere.

    Bodies are decompressed while they come, so that a bomb is cut where it grows too large; Scrapy has a middleware for
    it, which would find nothing to do.

    As Scrapy's own handlers, except that what would be a line in the log for each page is none: sizes beyond
    DOWNLOAD_WARNSIZE and DOWNLOAD_MAXSIZE, lost data, DOWNLOADER_CLIENT_TLS_VERBOSE_LOGGING. User and password in a
    URL are not sent. The signals headers_received and bytes_received are sent while anybody is connected to them.
    A subclass may have another `resolver`; what it answers is judged all the same.
    """

    resolver = staticmethod(resolve)

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        self._timeout = settings.getfloat("DOWNLOAD_TIMEOUT")
        self._max_size = settings.getint("DOWNLOAD_MAXSIZE")
        self._fail_on_data_loss = settings.getbool("DOWNLOAD_FAIL_ON_DATALOSS")
        self._decodes = settings.getbool("COMPRESSION_ENABLED")
        self._max_headers = settings.getint("BACKLINKS_MAX_HEADERS")
        self._max_header_size = settings.getint("BACKLINKS_MAX_HEADER_SIZE")
        self._turns = LoopTurns()
        self._bodies = BodiesUnderWay(settings.getint("BACKLINKS_MAX_BYTES_UNDER_WAY"))
        self._is_shared = settings.getbool("BACKLINKS_SHARED_CRAWL")
        self._proxies = operators_proxies(getproxies())
        self._client = HttpClient(
            PublicAddresses(
                read_networks(settings.getlist("BACKLINKS_ALLOWED_NETWORKS")),
                read_ports(settings.getlist("BACKLINKS_ALLOWED_PORTS")),
                self.resolver,
            ),
            _make_ssl_context(settings),
            idle_limit=max(_FEWEST_IDLE, _IDLE_PER_REQUEST * settings.getint("CONCURRENT_REQUESTS")),
            local_address=normalize_bind_address(settings["DOWNLOAD_BIND_ADDRESS"]),
        )
        if self._is_shared:
            crawler.signals.connect(self._hosts_released, hosts_released)

    async def download_request(self, request: Request) -> Response:
        started = time.monotonic()
        meta = request.meta
        asked = self._http_request(request)
        listener = None
        if getReceivers(self.crawler, signals.headers_received) or getReceivers(self.crawler, signals.bytes_received):
            asked.listener = listener = SignalSender(self.crawler, request)
        asked.room = room = self._bodies.room()
        try:
            reply = await self._client.ask(asked, meta.get("download_timeout", self._timeout))
            meta["download_latency"] = reply.head_at - started
            await self._turns.take()
        finally:
            room.leave()  # from here on the page is read without another wait
        response = _response(request.url, reply)
        if listener and listener.stop:
            response.flags.append("download_stopped")
            if listener.stop.fail:
                listener.stop.response = response
                raise listener.stop
        return response

    async def close(self) -> None:
        await self._client.close()

    def _hosts_released(self, hosts: set[str]) -> None:
        self._client.drop_idle(hosts)

    def _http_request(self, request: Request) -> HttpRequest:
        meta = request.meta
        asked = http_request(
            request.url,
            request.method,
            dict.items(request.headers),  # Headers.items() looks each of its own names up again
            request.body,
            meta.get("proxy") or "",
            self._proxies,
        )
        asked.max_size = meta.get("download_maxsize", self._max_size)
        asked.enough = meta.get("download_enough", 0)
        asked.max_headers, asked.max_header_size = self._max_headers, self._max_header_size
        asked.decodes = self._decodes
        asked.partial = not meta.get("download_fail_on_dataloss", self._fail_on_data_loss)
        if self._is_shared and (gate := self.crawler.engine.scheduler.gate):  # type: ignore[union-attr]
            asked.gate = partial(gate, meta["download_slot"] if "page_id" in meta else target(request.url).host)
        return asked


class SignalSender:
    """Sends Scrapy's signals while a reply comes; `stop` is what a receiver raised to end the download."""

    def __init__(self, crawler: Crawler, request: Request) -> None:
        self.stop: StopDownload | None = None
        self._crawler = crawler
        self._request = request

    def head(self, reply: HttpReply) -> bool:
        self.stop = check_stop_download(
            signals.headers_received,
            self._crawler,
            self._request,
            headers=_headers(reply),
            body_length=reply.size,
        )
        return self.stop is not None

    def body(self, chunk: bytes) -> bool:
        self.stop = check_stop_download(signals.bytes_received, self._crawler, self._request, data=chunk)
        return self.stop is not None


def _response(url: str, reply: HttpReply) -> Response:
    headers = _headers(reply)
    response = _response_class(url, headers, reply.body)(
        url,
        reply.status,
        body=reply.body,
        flags=["dataloss"] if reply.is_partial else None,
        certificate=reply.certificate,
        ip_address=reply.address,
        protocol=reply.protocol,
    )
    response.headers = headers  # the constructor would copy them field by field
    return response


def _headers(reply: HttpReply) -> Headers:
    headers = Headers()
    dict.update(headers, reply.headers)  # they are named and kept as Headers does; its own update costs 20 us
    return headers


def _response_class(url: str, headers: Headers, body: bytes) -> type[Response]:
    """What Scrapy's `responsetypes.from_args` returns; what a Content-Type alone decides is remembered."""
    types = dict.get(headers, b"Content-Type")
    if types and b"Content-Encoding" not in headers:
        decided = _class_of_type(types[-1])
        if decided is not Response:
            return decided
    return responsetypes.from_args(headers=headers, url=url, body=body)


@lru_cache(maxsize=256)
def _class_of_type(content_type: bytes) -> type[Response]:
    return responsetypes.from_content_type(content_type)
