"""The client against servers on loopback that behave as each case says, on both event loops."""

from __future__ import annotations

import asyncio
import gc
import socket
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
)

from backlink_spider import idle_connections, public_addresses
from backlink_spider.errors import AddressNotPublic, LeaseLost
from backlink_spider.http_reply import HttpReply
from backlink_spider.http_request import HttpRequest, http_request
from tests.http_exchanges import OK, Act, Answer, client, serve

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.usefixtures("nothing_is_logged")
Run = Any
HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
LIMIT = 64 * 1024


def get(url: str, **values: Any) -> HttpRequest:
    request = http_request(url, values.pop("method", "GET"))
    for name, value in values.items():
        setattr(request, name, value)
    return request


# Time


@pytest.mark.parametrize(
    "answer",
    [
        (Act.HOLD,),
        (HEAD, Act.HOLD),
        (HEAD + b"Content-Length: 5\r\n\r\nab", Act.HOLD),
        tuple(part for _ in range(50) for part in (b"H", 0.03)),
        (HEAD + b"Content-Length: 500\r\n\r\n", *(part for _ in range(50) for part in (b"x", 0.03))),
        (CHUNKED, *(part for _ in range(50) for part in (b"1\r\nx\r\n", 0.03))),
        tuple(part for _ in range(50) for part in (b"HTTP/1.1 103 Early Hints\r\nA: ", 0.03)),
    ],
    ids=["silence", "head", "body", "junk drips", "body drips", "chunks drip", "head drips"],
)
def test_the_whole_exchange_has_one_timeout(run: Run, answer: Answer) -> None:
    async def case() -> None:
        loop = asyncio.get_running_loop()
        async with serve([answer]) as served, client() as one:
            started = loop.time()
            with pytest.raises((DownloadTimeoutError, DownloadFailedError)) as raised:
                await one.ask(get(served.url), 0.3)
            assert loop.time() - started < 1
            if answer[0] != b"H":
                assert raised.type is DownloadTimeoutError
            await asyncio.wait_for(served.gone.wait(), 5)

    run(case())


def test_a_request_that_is_cancelled_ends_its_connection(run: Run) -> None:
    async def case() -> None:
        async with serve([(Act.HOLD,)]) as served, client() as one:
            task = asyncio.create_task(one.ask(get(served.url), 0))
            await served.until(requests=1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await asyncio.wait_for(served.gone.wait(), 5)

    run(case())


def test_closing_the_client_ends_what_is_idle_and_what_is_under_way(run: Run) -> None:
    async def case() -> None:
        async with serve([OK, (Act.HOLD,)], [(Act.HOLD,)]) as served:
            async with client() as one:
                await one.ask(get(served.url), 5)
                busy = asyncio.create_task(one.ask(get(served.url), 5))
                more = asyncio.create_task(one.ask(get(served.url), 5))
                await served.until(requests=3)
            for task in (busy, more):
                with pytest.raises(DownloadFailedError):
                    await task

    run(case())


# Connections kept open


def test_a_connection_serves_one_request_after_another(run: Run) -> None:
    async def case() -> None:
        script: list[Answer] = [OK, CHUNKED + b"0\r\nT: x\r\n\r\n", b"HTTP/1.1 304 Same\r\n\r\n", OK]
        async with serve(script) as served, client() as one:
            replies = [await one.ask(get(served.url), 5) for _ in range(4)]
            assert [reply.status for reply in replies] == [200, 200, 304, 200]
            assert [len(connection) for connection in served.connections] == [4]

    run(case())


@pytest.mark.parametrize(
    "answer",
    [
        (HEAD + b"Content-Length: 2\r\nConnection: close\r\n\r\nok", Act.HOLD),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", Act.HOLD),
        (OK + OK, Act.HOLD),
        (OK + b"surplus", Act.HOLD),
        (OK + b"x" * 2 * LIMIT, Act.HOLD),
        (OK, 0.05, b"surplus", Act.HOLD),
        (b"HTTP/1.1 204 No Content\r\n\r\nsurplus", Act.HOLD),
        (HEAD + b"Content-Length: 2\r\nConnection: close\r\n\r\noksurplus", Act.HOLD),
    ],
)
def test_a_connection_is_dropped_that_ends_or_says_more_than_the_reply(run: Run, answer: Answer) -> None:
    async def case() -> None:
        async with serve([answer]) as served, client() as one:
            for _ in range(2):
                assert (await one.ask(get(served.url), 5)).body in {b"ok", b""}
                await asyncio.wait_for(served.gone.wait(), 5)
            assert [len(connection) for connection in served.connections] == [1, 1]

    run(case())


def test_a_body_after_the_reply_to_head_drops_the_connection(run: Run) -> None:
    async def case() -> None:
        async with serve([(OK, Act.HOLD)], [OK]) as served, client() as one:
            assert (await one.ask(get(served.url, method="HEAD"), 5)).body == b""
            assert (await one.ask(get(served.url), 5)).body == b"ok"
            assert [len(connection) for connection in served.connections] == [1, 1]

    run(case())


def test_a_connection_that_the_server_closed_while_idle_is_not_used(run: Run) -> None:
    async def case() -> None:
        async with serve([OK], [OK]) as served, client() as one:
            await one.ask(get(served.url, method="POST"), 5)
            await asyncio.sleep(0.05)
            assert (await one.ask(get(served.url, method="POST"), 5)).status == 200
            assert len(served.connections) == 2

    run(case())


@pytest.mark.parametrize("end", [(b"",), (Act.RESET,)], ids=["closed", "reset"])
def test_a_request_on_a_used_connection_that_gets_no_byte_is_sent_once_more(run: Run, end: Answer) -> None:
    async def case() -> None:
        async with serve([OK, end], [OK]) as served, client() as one:
            await one.ask(get(served.url), 5)
            assert (await one.ask(get(f"{served.url}/again"), 5)).body == b"ok"
            assert [len(connection) for connection in served.connections] == [2, 1]
            assert served.connections[0][1] == served.connections[1][0]

    run(case())


def test_it_is_sent_no_third_time(run: Run) -> None:
    async def case() -> None:
        async with serve([OK, b""], [b""]) as served, client() as one:
            await one.ask(get(served.url), 5)
            with pytest.raises(DownloadFailedError):
                await one.ask(get(served.url), 5)
            assert [len(connection) for connection in served.connections] == [2, 1]

    run(case())


@pytest.mark.parametrize(
    ("method", "forwarded", "answer"),
    [("POST", False, b""), ("GET", True, b""), ("GET", False, b"H")],
    ids=["not idempotent", "by a proxy", "a byte came"],
)
def test_it_is_not_sent_again(run: Run, method: str, forwarded: bool, answer: bytes) -> None:
    async def case() -> None:
        async with serve([OK, answer], [OK]) as served, client() as one:
            proxy = served.url if forwarded else ""
            await one.ask(http_request(served.url, proxy=proxy), 5)
            with pytest.raises(DownloadFailedError):
                await one.ask(http_request(served.url, method, proxy=proxy), 5)
            assert [len(connection) for connection in served.connections] == [2]

    run(case())


def test_an_idle_connection_holds_nothing_of_its_last_reply(run: Run) -> None:
    async def case() -> None:
        async with serve([OK, OK]) as served, client() as one:
            gc.collect()  # of other tests
            await one.ask(get(served.url), 5)
            await asyncio.sleep(0)  # the event loop itself lets go of it
            assert not [kept for kept in gc.get_objects() if isinstance(kept, HttpReply)]

    run(case())


def test_idle_connections_are_bounded_in_number(run: Run) -> None:
    async def case() -> None:
        async with serve([OK, OK]) as first, serve([OK, OK]) as second, client(idle_limit=1) as one:
            for served in (first, second, first):
                await one.ask(get(served.url), 5)
            assert len(first.connections) == 2
            assert len(second.connections) == 1

    run(case())


def test_idle_connections_end_after_a_while(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    async def case() -> None:
        async with serve([OK, OK]) as served, client() as one:
            await one.ask(get(served.url), 5)
            await asyncio.wait_for(served.gone.wait(), 5)
            await one.ask(get(served.url), 5)
            assert len(served.connections) == 2

    monkeypatch.setattr(idle_connections, "_IDLE_SECONDS", 0.1)
    run(case())


def test_connections_to_hosts_that_are_given_back_end_and_others_stay(run: Run) -> None:
    async def case() -> None:
        async with serve([OK, OK]) as given_back, serve([OK, OK]) as kept, client() as one:
            await one.ask(get(f"http://localhost:{given_back.port}/"), 5)
            await one.ask(get(kept.url), 5)
            one.drop_idle({"localhost", "elsewhere"})
            await asyncio.wait_for(given_back.gone.wait(), 5)
            await one.ask(get(f"http://localhost:{given_back.port}/"), 5)
            await one.ask(get(kept.url), 5)
            assert (len(given_back.connections), len(kept.connections)) == (2, 1)

    run(case())


def test_a_host_has_one_connection_whatever_its_schemes_and_ports(run: Run) -> None:
    async def case() -> None:
        async with serve([OK, OK]) as one_port, serve([OK, OK]) as other_port, client() as one:
            for served in (one_port, other_port, one_port):
                await one.ask(get(served.url), 5)
                await asyncio.sleep(0)
            await asyncio.wait_for(one_port.gone.wait(), 5)
            await asyncio.wait_for(other_port.gone.wait(), 5)
            assert (len(one_port.connections), len(other_port.connections)) == (2, 1)

    run(case())


@pytest.mark.parametrize("length", ["Content-Length: 500000", "Transfer-Encoding: chunked"])
def test_of_a_body_longer_than_is_enough_the_rest_is_not_read(run: Run, length: str) -> None:
    head = f"HTTP/1.1 200 OK\r\n{length}\r\n\r\n".encode()
    body = b"x" * 200 if "Length" in length else b"c8\r\n" + b"x" * 200 + b"\r\n"

    async def case() -> None:
        async with serve([(head, body, Act.HOLD)]) as served, client() as one:
            reply = await one.ask(get(served.url, enough=100, max_size=50), 5)
            assert (reply.status, reply.body[:100]) == (200, b"x" * 100)
            await asyncio.wait_for(served.gone.wait(), 5)

    run(case())


def test_a_connection_whose_host_was_lost_meanwhile_is_not_kept(run: Run) -> None:
    async def case() -> None:
        async with serve([OK, OK]) as served, client() as one:
            request = get(served.url)
            request.gate = lambda: not served.requests
            assert (await one.ask(request, 5)).status == 200
            await asyncio.wait_for(served.gone.wait(), 5)

    run(case())


# Where a connection goes


def test_a_host_without_a_public_address_is_not_contacted(run: Run) -> None:
    async def case() -> None:
        async with serve([OK]) as served, client(networks="") as one:
            for host in ("localhost", "127.0.0.1", "127.1", "0x7f000001", "2130706433", "[::1]", "[::ffff:127.0.0.1]"):
                with pytest.raises(AddressNotPublic):
                    await one.ask(get(f"http://{host}:{served.port}/"), 5)
            assert served.connections == []

    run(case())


def test_a_host_that_nobody_knows_cannot_be_resolved(run: Run) -> None:
    async def case() -> None:
        async with client() as one:
            for host in ("nobody.invalid", "a" * 70 + ".example", "double..dot"):
                with pytest.raises(CannotResolveHostError):
                    await one.ask(get(f"http://{host}/"), 5)

    run(case())


def test_a_port_without_a_server_refuses_the_connection(run: Run) -> None:
    async def case() -> None:
        async with serve([OK]) as served:
            pass
        async with client() as one:
            with pytest.raises(DownloadConnectionRefusedError):
                await one.ask(get(served.url), 5)

    run(case())


def test_the_next_address_is_tried_and_only_what_is_allowed(run: Run) -> None:
    resolved: list[str] = []

    async def resolve(host: str) -> list[str]:
        resolved.append(host)
        return ["10.0.0.1", "127.0.0.2", "127.0.0.1"]  # not allowed, without a server, with one

    async def case() -> None:
        async with serve([OK], [OK]) as served, client(resolver=resolve) as one:
            for _ in range(2):
                reply = await one.ask(get(f"http://site.example:{served.port}/"), 5)
                assert str(reply.address) == "127.0.0.1"

    run(case())
    assert resolved == ["site.example"]


def test_an_address_that_does_not_answer_leaves_time_for_the_next(run: Run) -> None:
    async def resolve(host: str) -> list[str]:
        return ["127.0.0.2", "127.0.0.1"] if host == "site.example" else [host]

    async def case() -> None:
        async with serve([OK]) as served, client(resolver=resolve) as one:
            with _full_queue("127.0.0.2", served.port):
                reply = await one.ask(get(f"http://site.example:{served.port}/"), 1)
                assert str(reply.address) == "127.0.0.1"
                with pytest.raises(DownloadTimeoutError):
                    await one.ask(get(f"http://127.0.0.2:{served.port}/"), 0.2)

    run(case())


def test_a_name_that_leads_inside_by_the_second_look_is_not_followed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: whatever the name means from one look to the next, what is connected to was judged."""
    answers = [["127.0.0.1"], ["127.0.0.2"], ["127.0.0.2", "127.0.0.1"]]
    monkeypatch.setattr(public_addresses, "_REMEMBERED_SECONDS", -1.0)

    async def resolve(host: str) -> list[str]:
        return answers.pop(0)

    async def case() -> None:
        async with serve([OK]) as served, client(networks="127.0.0.1/32", resolver=resolve) as one:
            with socket.create_server(("127.0.0.2", served.port)) as inside:
                inside.setblocking(False)
                url = f"http://site.example:{served.port}/"
                await one.ask(get(url), 5)
                with pytest.raises(AddressNotPublic):
                    await one.ask(get(url), 5)
                await one.ask(get(url), 5)
                with pytest.raises(BlockingIOError):  # nobody waits to be let in
                    inside.accept()
            assert len(served.connections) == 2
        assert answers == []  # one look for each connection

    run(case())


@contextmanager
def _full_queue(address: str, port: int) -> Iterator[None]:
    """A server that accepts nobody and has no room for another to wait."""
    with socket.create_server((address, port), backlog=0), ExitStack() as waiting:
        for _ in range(4):
            connection = waiting.enter_context(socket.socket())
            connection.setblocking(False)
            connection.connect_ex((address, port))
        yield


def test_the_timeout_holds_for_the_resolver_too(run: Run) -> None:
    async def resolve(host: str) -> list[str]:
        await asyncio.sleep(60)
        return []

    async def case() -> None:
        async with client(resolver=resolve) as one:
            with pytest.raises(DownloadTimeoutError):
                await one.ask(get("http://site.example/"), 0.1)

    run(case())


def test_connections_come_from_the_address_named(run: Run) -> None:
    async def case() -> None:
        async with serve([OK]) as served, client(local_address=("127.0.0.9", 0)) as one:
            await one.ask(get(served.url), 5)
            assert served.peers == ["127.0.0.9"]

    run(case())


# Leases


def test_what_the_gate_refuses_is_not_sent_and_its_connection_is_not_made(run: Run) -> None:
    async def case() -> None:
        async with serve([OK, OK]) as served, client() as one:
            with pytest.raises(LeaseLost):
                await one.ask(get(served.url, gate=lambda: False), 5)
            assert served.connections == []
            await one.ask(get(served.url, gate=lambda: True), 5)
            with pytest.raises(LeaseLost):
                await one.ask(get(served.url, gate=lambda: False), 5)
            await asyncio.wait_for(served.gone.wait(), 5)
            assert len(served.requests) == 1

    run(case())


def test_the_gate_is_asked_again_when_the_connection_is_made(run: Run) -> None:
    async def case() -> None:
        answers = iter([True, False])
        async with serve([OK]) as served, client() as one:
            with pytest.raises(LeaseLost):
                await one.ask(get(served.url, gate=lambda: next(answers)), 5)
            await asyncio.wait_for(served.gone.wait(), 5)
            assert served.requests == []

    run(case())
