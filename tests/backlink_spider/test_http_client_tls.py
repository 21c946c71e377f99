"""The client's TLS, straight and through a proxy, against servers on loopback."""

from __future__ import annotations

import asyncio
import ssl
from typing import Any

import pytest
from scrapy.exceptions import (
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)

from backlink_spider.errors import AddressNotPublic, PortNotAllowed
from backlink_spider.http_request import http_request
from backlinks.web_server import _tls
from tests.http_exchanges import OK, Act, client, serve

pytestmark = pytest.mark.usefixtures("nothing_is_logged")
CREDENTIALS = [(b"Proxy-Authorization", [b"Basic eDp5"])]
CONNECTED = b"HTTP/1.1 200 Connected\r\n\r\n"
Run = Any


def test_https_pages_come_over_a_connection_that_is_kept(run: Run) -> None:
    names: list[str | None] = []
    tls = _server_tls(names)

    async def case() -> None:
        async with serve([OK, OK, (OK + b"surplus",)], [OK], tls=tls) as served, client() as one:
            url = f"https://localhost:{served.port}/"
            replies = [await one.ask(http_request(url), 5) for _ in range(4)]
            assert [reply.body for reply in replies] == [b"ok"] * 4
            assert [len(connection) for connection in served.connections] == [3, 1]
            assert replies[0].certificate == replies[1].certificate
            assert replies[0].certificate is not None
            assert replies[0].certificate.startswith(b"\x30")  # DER
        assert names == ["localhost"] * 2

    run(case())


def _server_tls(names: list[str | None]) -> ssl.SSLContext:
    context = _tls.__wrapped__()
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    return context


def test_a_body_to_the_end_may_end_without_the_words_of_tls(run: Run) -> None:
    async def case() -> None:
        async with serve([b"HTTP/1.1 200 OK\r\n\r\nto the end"], tls=_tls()) as served, client() as one:
            reply = await one.ask(http_request(f"https://127.0.0.1:{served.port}/"), 5)
            assert reply.body == b"to the end"

    run(case())


def test_a_reset_within_a_body_is_lost_data(run: Run) -> None:
    async def case() -> None:
        answer = (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab", 0.05, Act.RESET)
        async with serve([answer], tls=_tls()) as served, client() as one:
            with pytest.raises(ResponseDataLossError):
                await one.ask(http_request(f"https://127.0.0.1:{served.port}/"), 5)

    run(case())


def test_a_server_without_tls_refuses_the_connection(run: Run) -> None:
    async def case() -> None:
        async with await asyncio.start_server(greet, "127.0.0.1", 0) as server, client() as one:
            with pytest.raises(DownloadConnectionRefusedError):
                await one.ask(http_request(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/"), 5)

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"220 mail.example\r\n")
        writer.close()

    run(case())


def test_a_certificate_is_verified_where_the_context_asks_for_it(run: Run) -> None:
    async def case() -> None:
        async with serve([OK], tls=_tls()) as served, client(verify_mode=ssl.CERT_REQUIRED) as one:
            with pytest.raises(DownloadConnectionRefusedError, match="certificate verify failed"):
                await one.ask(http_request(f"https://127.0.0.1:{served.port}/"), 5)

    run(case())


def test_a_handshake_that_does_not_end_times_out(run: Run) -> None:
    async def case() -> None:
        held = asyncio.Event()

        async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()
            writer.close()
            held.set()

        async with await asyncio.start_server(hold, "127.0.0.1", 0) as server, client() as one:
            with pytest.raises(DownloadTimeoutError):
                await one.ask(http_request(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/"), 0.2)
            await asyncio.wait_for(held.wait(), 5)  # the connection has ended

    run(case())


# Through a proxy


def test_a_proxy_leads_to_https_and_its_tunnel_is_kept(run: Run) -> None:
    async def case() -> None:
        async with serve([(CONNECTED, Act.START_TLS), OK, OK], inner_tls=_tls()) as proxy, client() as one:
            for _ in range(2):
                request = http_request("https://site.example/a", headers=CREDENTIALS, proxy=proxy.url)
                reply = await one.ask(request, 5)
                assert reply.body == b"ok"
                assert reply.certificate is not None
            (connection,) = proxy.connections
            assert connection == [
                (
                    b"CONNECT site.example:443 HTTP/1.1\r\nHost: site.example:443\r\n"
                    b"Proxy-Authorization: Basic eDp5\r\n\r\n"
                ),
                b"GET /a HTTP/1.1\r\nHost: site.example\r\n\r\n",
                b"GET /a HTTP/1.1\r\nHost: site.example\r\n\r\n",
            ]

    run(case())


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"HTTP/1.1 407 Who?\r\nContent-Length: 3\r\n\r\nwho", DownloadFailedError),
        (b"HTTP/1.1 502 No\r\n\r\n", DownloadFailedError),
        (b"", DownloadFailedError),
        (CONNECTED + b"surplus", DownloadFailedError),
        ((CONNECTED, 0.02, b"no TLS", Act.HOLD), DownloadConnectionRefusedError),
        (CONNECTED, DownloadConnectionRefusedError),
        ((Act.HOLD,), DownloadTimeoutError),
        ((CONNECTED, Act.HOLD), DownloadTimeoutError),
    ],
    ids=["407", "502", "closed", "surplus", "no TLS", "closed after", "silence", "silence after"],
)
def test_a_tunnel_that_does_not_open_is_an_error(run: Run, answer: Any, error: type[Exception]) -> None:
    async def case() -> None:
        async with serve([answer]) as proxy, client() as one:
            with pytest.raises(error):
                await one.ask(http_request("https://site.example/", proxy=proxy.url), 0.5)

    run(case())


def test_a_proxy_is_asked_for_http_pages_of_all_hosts_over_one_connection(run: Run) -> None:
    async def case() -> None:
        async with serve([OK, OK]) as proxy, client() as one:
            for name in ("one", "other"):
                await one.ask(http_request(f"http://{name}.example/", headers=CREDENTIALS, proxy=proxy.url), 5)
            (connection,) = proxy.connections
            assert [request.splitlines()[0] for request in connection] == [
                b"GET http://one.example/ HTTP/1.1",
                b"GET http://other.example/ HTTP/1.1",
            ]
            assert all(b"Proxy-Authorization: Basic eDp5\r\n" in request for request in connection)

    run(case())


def test_only_an_operators_proxy_may_be_anywhere(run: Run) -> None:
    async def case() -> None:
        async with serve([OK]) as proxy, client(networks="") as one:
            operators = frozenset({("127.0.0.1", proxy.port)})
            with pytest.raises(AddressNotPublic):
                await one.ask(http_request("http://site.example/", proxy=proxy.url), 5)
            with pytest.raises(AddressNotPublic):
                await one.ask(http_request(proxy.url, operators_proxies=operators), 5)
            request = http_request("http://site.example/", proxy=proxy.url, operators_proxies=operators)
            assert (await one.ask(request, 5)).status == 200

    run(case())


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_is_not_asked_for_what_is_not_public(run: Run, scheme: str) -> None:
    hosts = ["127.0.0.1", "10.1", "0x7f000001", "[::1]", "[::ffff:10.0.0.1]", "localhost", "x.localhost", "intranet"]

    async def case() -> None:
        async with serve([OK]) as proxy, client(networks="") as one:
            operators = frozenset({("127.0.0.1", proxy.port)})
            for host in hosts:
                with pytest.raises(AddressNotPublic):
                    await one.ask(http_request(f"{scheme}://{host}/", proxy=proxy.url, operators_proxies=operators), 5)
            url = f"{scheme}://site.example:22/"
            with pytest.raises(PortNotAllowed):
                await one.ask(http_request(url, proxy=proxy.url, operators_proxies=operators), 5)
            assert proxy.connections == []

    run(case())


def test_a_proxy_that_no_operator_named_is_judged_as_any_host(run: Run) -> None:
    async def resolve(host: str) -> list[str]:
        return ["93.184.215.14"]

    async def case() -> None:
        async with client(networks="", resolver=resolve) as one:
            with pytest.raises(PortNotAllowed):
                await one.ask(http_request("http://site.example/", proxy="http://proxy.example:3128"), 5)

    run(case())
