"""Scrapy's requests and responses on the two sides of the client, against servers on loopback."""

from __future__ import annotations

import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    DownloadCancelledError,
    DownloadTimeoutError,
    ResponseDataLossError,
    StopDownload,
    UnsupportedURLSchemeError,
)
from scrapy.http import Headers, HtmlResponse, Response, TextResponse
from scrapy.responsetypes import responsetypes
from scrapy.settings import Settings

from backlink_spider.download_handler import PublicDownloadHandler
from backlink_spider.errors import AddressNotPublic
from tests.http_exchanges import OK, Act, serve

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = pytest.mark.usefixtures("nothing_is_logged")
Run = Any
HEAD = b"HTTP/1.1 200 OK\r\n"
SHORT = HEAD + b"Content-Length: 5\r\n\r\nab"


@pytest.fixture(autouse=True)
def _no_proxy_of_the_machines_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@asynccontextmanager
async def handler(**values: Any) -> AsyncIterator[PublicDownloadHandler]:
    """Of the project's own settings and these."""
    settings = Settings()
    settings.setmodule("settings.base", priority="project")
    settings.setdict({"BACKLINKS_ALLOWED_NETWORKS": "127.0.0.0/8", **values}, priority="cmdline")
    one = PublicDownloadHandler.from_crawler(Crawler(Spider, settings))
    try:
        yield one
    finally:
        await one.close()


async def answer_to(answer: Any, meta: dict[str, Any] | None = None, **settings: Any) -> Response:
    async with serve([answer]) as served, handler(**settings) as one:
        return await one.download_request(Request(served.url, meta=meta))


# Requests and responses


def test_a_request_is_sent_as_scrapy_made_it(run: Run) -> None:
    async def case() -> None:
        async with serve([OK]) as served, handler() as one:
            request = Request(
                f"{served.url}/a|b?q='%zz#part",
                method="POST",
                headers={"User-Agent": "Bot", "X-Many": ["1", "2"], "Proxy-Authorization": "Basic eDp5"},
                body=b"body",
                meta={"verbatim_url": True},
            )
            await one.download_request(request)
            head, body = served.requests[0].split(b"\r\n\r\n")
            assert head.split(b"\r\n") == [
                b"POST /a|b?q='%zz HTTP/1.1",
                f"Host: 127.0.0.1:{served.port}".encode(),
                b"User-Agent: Bot",
                b"X-Many: 1",
                b"X-Many: 2",
                b"Content-Length: 4",
            ]
            assert body == b"body"
            assert request.headers[b"Proxy-Authorization"]  # the request itself is left as it was

    run(case())


def test_a_response_holds_what_the_server_said(run: Run) -> None:
    fields = [(b"content-type", b"text/html"), (b"ETag", b"\xff"), (b"Set-Cookie", b"a"), (b"set-cookie", b"b")]

    async def case() -> None:
        lines = b"".join(b"%b: %b\r\n" % field for field in fields)
        request_meta: dict[str, Any] = {}
        response = await answer_to(HEAD + lines + b"\r\n<p>", request_meta)
        assert type(response) is HtmlResponse
        assert (response.status, response.body, response.flags) == (200, b"<p>", [])
        assert response.headers == Headers(fields)
        assert type(response.headers) is Headers
        assert response.headers.getlist("Set-Cookie") == [b"a", b"b"]
        assert response.url.startswith("http://127.0.0.1:")
        assert (str(response.ip_address), response.protocol, response.certificate) == ("127.0.0.1", "HTTP/1.1", None)
        assert response.replace(body=b"other").headers == Headers(fields)

    run(case())


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Content-Type": "text/html; charset=utf-8"}, b"x"),
        ({"Content-Type": "TEXT/HTML"}, b"x"),
        ({"Content-Type": "application/xhtml+xml"}, b"x"),
        ({"Content-Type": ["text/html", "application/json"]}, b"x"),
        ({"Content-Type": "text/html", "Content-Encoding": "unknown"}, b"\x1f\x8b\0"),
        ({"Content-Type": "text/html", "Content-Disposition": "attachment; filename=a.json"}, b"x"),
        ({"Content-Type": "application/octet-stream", "Content-Disposition": "attachment; filename=a.xml"}, b"\0"),
        ({"Content-Type": "image/png"}, b"\0"),
        ({"Content-Type": "image/png"}, b"<html>"),
        ({"Content-Type": "text/css"}, b"x"),
        ({"Content-Type": ""}, b"<html>"),
        ({}, b"<html>"),
        ({}, b"\0"),
    ],
)
def test_the_class_of_a_response_is_scrapys(run: Run, headers: dict[str, Any], body: bytes) -> None:
    async def case() -> None:
        sent = Headers(headers)
        lines = sent.to_string() + b"\r\n" if headers else b""
        response = await answer_to(HEAD + lines + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        assert type(response) is responsetypes.from_args(headers=sent, url=response.url, body=body)

    run(case())


def test_the_latency_ends_with_the_headers(run: Run) -> None:
    async def case() -> None:
        meta: dict[str, Any] = {}
        async with serve([(HEAD + b"Content-Length: 2\r\n\r\n", 0.2, b"ok")]) as served, handler() as one:
            request = Request(served.url, meta=meta)
            started = time.monotonic()
            await one.download_request(request)
            assert 0 < request.meta["download_latency"] < 0.2 <= time.monotonic() - started + 0.01

    run(case())


# Limits: by the settings, else by the request's own meta


@pytest.mark.parametrize(
    ("meta", "settings"),
    [
        ({}, {"DOWNLOAD_TIMEOUT": 0.2}),
        ({"download_timeout": 0.2}, {}),
    ],
)
def test_a_timeout_is_the_requests_or_the_settings(run: Run, meta: dict[str, Any], settings: dict[str, Any]) -> None:
    async def case() -> None:
        with pytest.raises(DownloadTimeoutError):
            await answer_to((Act.HOLD,), meta, **settings)

    run(case())


@pytest.mark.parametrize(
    ("meta", "settings"), [({}, {"DOWNLOAD_MAXSIZE": 1}), ({"download_maxsize": 1}, {"DOWNLOAD_MAXSIZE": 9})]
)
@pytest.mark.parametrize("answer", [OK, HEAD + b"\r\nok"], ids=["declared", "counted"])
def test_a_body_that_is_too_large_is_cancelled(
    run: Run, answer: bytes, meta: dict[str, Any], settings: dict[str, Any]
) -> None:
    async def case() -> None:
        with pytest.raises(DownloadCancelledError):
            await answer_to(answer, meta, **settings)

    run(case())


def test_lost_data_fails_unless_it_is_wanted(run: Run) -> None:
    async def case() -> None:
        for meta, settings in [({}, {}), ({"download_fail_on_dataloss": True}, {"DOWNLOAD_FAIL_ON_DATALOSS": False})]:
            with pytest.raises(ResponseDataLossError):
                await answer_to(SHORT, meta, **settings)
        for meta, settings in [({}, {"DOWNLOAD_FAIL_ON_DATALOSS": False}), ({"download_fail_on_dataloss": False}, {})]:
            response = await answer_to(SHORT, meta, **settings)
            assert (response.body, response.flags) == (b"ab", ["dataloss"])

    run(case())


# Where requests go


def test_nothing_but_http_and_https_has_a_handler() -> None:
    settings = Settings()
    settings.setmodule("settings.base", priority="project")
    handlers = {scheme for scheme, path in settings.getwithbase("DOWNLOAD_HANDLERS").items() if path}
    assert handlers == {"http", "https"}


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "data:,x", "s3://a/b", "about:blank"]
)
def test_the_handler_asks_for_no_other_scheme(run: Run, url: str) -> None:
    async def case() -> None:
        async with handler() as one:
            with pytest.raises(UnsupportedURLSchemeError):
                await one.download_request(Request(url, meta={"verbatim_url": True}))

    run(case())


def test_user_and_password_of_a_url_are_not_sent(run: Run) -> None:
    async def case() -> None:
        async with serve([OK]) as served, handler() as one:
            url = served.url.replace("//", "//user:secret@")
            await one.download_request(Request(url, meta={"verbatim_url": True}))
            assert served.requests == [f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\n\r\n".encode()]

    run(case())


def test_of_scrapys_parts_none_is_on_that_listens_or_remembers_or_goes_on_by_itself() -> None:
    settings = Settings()
    settings.setmodule("settings.base", priority="project")
    chains = ("EXTENSIONS", "DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES")
    used = {str(path).rpartition(".")[0] for chain in chains for path in settings.getwithbase(chain)}
    assert {path for path in used if path.startswith("scrapy.")} == {
        "scrapy.extensions.logcount",
        "scrapy.extensions.memusage",
        "scrapy.extensions.closespider",
        "scrapy.extensions.feedexport",
        "scrapy.extensions.logstats",
    }


def test_a_page_on_an_address_that_is_not_public_is_refused(run: Run) -> None:
    async def case() -> None:
        with pytest.raises(AddressNotPublic, match=r"127\.0\.0\.1 is on an address that is not public"):
            await answer_to(OK, BACKLINKS_ALLOWED_NETWORKS="")

    run(case())


def test_the_environments_proxy_may_be_anywhere(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    async def case() -> None:
        async with serve([OK]) as proxy:
            monkeypatch.setenv("http_proxy", proxy.url)
            monkeypatch.setenv("no_proxy", "localhost,127.0.0.1")
            async with handler(BACKLINKS_ALLOWED_NETWORKS="") as one:
                meta = {"proxy": proxy.url}
                headers = {"Proxy-Authorization": "Basic eDp5"}
                await one.download_request(Request("http://site.example/a", headers=headers, meta=meta))
            assert proxy.requests == [
                b"GET http://site.example/a HTTP/1.1\r\nHost: site.example\r\nProxy-Authorization: Basic eDp5\r\n\r\n"
            ]

    run(case())


def test_another_kind_of_proxy_is_refused(run: Run) -> None:
    async def case() -> None:
        with pytest.raises(UnsupportedURLSchemeError, match="not socks5://127"):
            await answer_to(OK, {"proxy": "socks5://127.0.0.1:1"})

    run(case())


def test_requests_come_from_the_bind_address(run: Run) -> None:
    async def case() -> None:
        async with serve([OK]) as served, handler(DOWNLOAD_BIND_ADDRESS="127.0.0.9") as one:
            await one.download_request(Request(served.url))
            assert served.peers == ["127.0.0.9"]

    run(case())


# Signals


@pytest.mark.parametrize("fail", [True, False])
@pytest.mark.parametrize(
    ("signal", "body"), [(signals.headers_received, b""), (signals.bytes_received, b"first")], ids=["head", "body"]
)
def test_a_receiver_may_stop_a_download(run: Run, signal: object, body: bytes, fail: bool) -> None:
    seen: list[dict[str, Any]] = []

    def stop(**values: Any) -> None:
        seen.append(values)
        raise StopDownload(fail=fail)

    async def case() -> None:
        answer = (HEAD + b"Content-Type: text/plain\r\nContent-Length: 99\r\n\r\n", 0.05, b"first", Act.HOLD)
        async with serve([answer]) as served, handler() as one:
            one.crawler.signals.connect(stop, signal=signal)
            request = Request(served.url)
            if fail:
                with pytest.raises(StopDownload) as raised:
                    await one.download_request(request)
                response = raised.value.response
            else:
                response = await one.download_request(request)
            assert type(response) is TextResponse
            assert (response.body, response.flags) == (body, ["download_stopped"])
            assert [values["request"] for values in seen] == [request]
            await served.gone.wait()

    run(case())


def test_receivers_see_the_headers_and_every_part_of_the_body(run: Run) -> None:
    heads: list[tuple[Headers, int | None]] = []
    parts: list[bytes] = []

    def saw_head(headers: Headers, body_length: int | None) -> None:
        heads.append((headers, body_length))

    def saw_part(data: bytes) -> None:
        parts.append(data)

    async def case() -> None:
        async with serve([(HEAD + b"Content-Length: 4\r\n\r\n", 0.05, b"ab", 0.05, b"cd")]) as served, handler() as one:
            one.crawler.signals.connect(saw_head, signal=signals.headers_received)
            one.crawler.signals.connect(saw_part, signal=signals.bytes_received)
            response = await one.download_request(Request(served.url))
            assert (response.body, response.flags) == (b"abcd", [])
        assert heads == [(Headers({"Content-Length": "4"}), 4)]
        assert parts == [b"ab", b"cd"]

    run(case())
