"""Replies of servers on loopback that frame them in every way, on both event loops."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from scrapy.exceptions import DownloadCancelledError, DownloadFailedError, ResponseDataLossError

from backlink_spider.errors import HeadersTooLarge
from backlink_spider.http_request import HttpRequest, http_request
from tests.http_exchanges import OK, Act, Answer, client, serve

if TYPE_CHECKING:
    from backlink_spider.http_reply import HttpReply

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


async def answer_to(*answers: Answer, timeout: float = 5, **values: Any) -> HttpReply:
    """The reply to one GET of a server with one script."""
    async with serve(list(answers)) as served, client() as one:
        return await one.ask(get(served.url, **values), timeout)


# Framing


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (OK, b"ok"),
        (HEAD + b"Content-Length: 0\r\n\r\n", b""),
        ((HEAD, b"Content-Length: 4\r\n\r\n", b"ab", 0.01, b"cd"), b"abcd"),
        (CHUNKED + b"2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n", b"abcde"),
        (CHUNKED + b"2;name=value;other\r\nab\r\n0\r\nTrailer: x\r\nOther: y\r\n\r\n", b"ab"),
        ((CHUNKED, b"2\r", 0.01, b"\na", 0.01, b"b\r\n0\r\n", 0.01, b"\r\n"), b"ab"),
        (CHUNKED + b"2\r\nab\r\n" * 1000 + b"0\r\n\r\n", b"ab" * 1000),
        (HEAD + b"\r\nto the end", b"to the end"),
        (b"HTTP/1.0 200 OK\r\n\r\nto the end", b"to the end"),
        (HEAD + b"Transfer-Encoding: identity\r\n\r\nto the end", b"to the end"),
        (b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", b""),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", b""),
        (b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 2 + OK, b"ok"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, b"ok"),
        (b"HTTP/1.1 200\nContent-Length: 2\n\nok", b"ok"),
    ],
)
def test_a_body_ends_where_its_framing_says(run: Run, answer: Answer, body: bytes) -> None:
    async def case() -> None:
        reply = await answer_to(answer)
        assert reply.body == body
        assert b"Link" not in reply.headers
        assert b"Trailer" not in reply.headers
        assert not reply.is_partial

    run(case())


@pytest.mark.parametrize("framing", [b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n", b""])
def test_a_reply_to_head_has_no_body(run: Run, framing: bytes) -> None:
    async def case() -> None:
        async with serve([HEAD + framing + b"\r\n", OK], [OK]) as served, client() as one:
            reply = await one.ask(get(served.url, method="HEAD"), 5)
            assert (reply.status, reply.body) == (200, b"")
            assert (await one.ask(get(served.url), 5)).body == b"ok"
            assert len(served.connections) == (1 if framing else 2)  # llhttp takes it for a body to the end

    run(case())


def test_status_protocol_and_headers_are_the_servers(run: Run) -> None:
    async def case() -> None:
        reply = await answer_to(b"HTTP/1.0 404 Gone\r\nset-cookie: a\r\nETag: \xff\r\nSet-Cookie: b\r\n\r\n")
        assert (reply.status, reply.protocol) == (404, "HTTP/1.0")
        assert reply.headers == {b"Set-Cookie": [b"a", b"b"], b"Etag": [b"\xff"]}
        assert str(reply.address) == "127.0.0.1"
        assert reply.certificate is None

    run(case())


# What is no HTTP, or too much of it


@pytest.mark.parametrize(
    "answer",
    [
        b"<html>HTTP/0.9</html>",
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"HTTP/1.1 099 OK\r\n\r\n",
        b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nx",
        b"HTTP/1.1 103 Early Hints\r\n\r\n" * 9 + OK,
        HEAD + b"no colon\r\n\r\n",
        HEAD + b"A: x\0y\r\n\r\n",
        HEAD + b"A\0: x\r\n\r\n",
        b"\0" * 1000,
        HEAD + b"Content-Length: -1\r\n\r\n",
        HEAD + b"Content-Length: five\r\n\r\n",
        HEAD + b"Content-Length: 99999999999999999999999\r\n\r\n",
        HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
        HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding: gzip\r\n\r\nabc",
        HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        CHUNKED + b"xyz\r\nab\r\n0\r\n\r\n",
        CHUNKED + b"-2\r\nab\r\n0\r\n\r\n",
        CHUNKED + b"ffffffffffffffffffff\r\nab",
        CHUNKED + b"2\r\nabcd\r\n0\r\n\r\n",
        CHUNKED + b"\0",
    ],
)
def test_what_is_no_http_is_a_failure(run: Run, answer: bytes) -> None:
    async def case() -> None:
        with pytest.raises(DownloadFailedError):
            await answer_to(answer)

    run(case())


@pytest.mark.parametrize(
    "answer",
    [
        HEAD + b"A: " + b"x" * LIMIT + b"\r\nContent-Length: 0\r\n\r\n",
        (HEAD + b"A: " + b"x" * (LIMIT // 2), 0.01, b"x" * (LIMIT // 2) + b"\r\nContent-Length: 0\r\n\r\n"),
        HEAD + (b"A: " + b"x" * 994 + b"\r\n") * 70 + b"Content-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 " + b"x" * LIMIT + b"\r\nContent-Length: 0\r\n\r\n",
        (HEAD + b"A: x\r\n", *[(b"B: " + b"y" * 994 + b"\r\n") * 10] * 20, Act.HOLD),
        CHUNKED + b"1\r\nx\r\n0\r\nA: " + b"x" * LIMIT + b"\r\n\r\n",
        (CHUNKED, b"0\r\n", *[(b"A: " + b"x" * 994 + b"\r\n") * 10] * 20, Act.HOLD),
        CHUNKED[:-2] + b"B: " + b"x" * (LIMIT // 2) + b"\r\n\r\n0\r\nA: " + b"x" * (LIMIT // 2) + b"\r\n\r\n",
        (CHUNKED + b"1;", *[b"x" * 10_000] * 20, Act.HOLD),
    ],
    ids=["a field", "slowly", "many", "reason", "endless", "trailer", "endless trailers", "together", "extension"],
)
def test_headers_and_trailers_beyond_64_kib_are_a_failure(run: Run, answer: Answer) -> None:
    async def case() -> None:
        with pytest.raises(HeadersTooLarge, match="65536"):
            await answer_to(answer)

    run(case())


@pytest.mark.parametrize(
    "answer",
    [
        HEAD + b"A: x\r\n" * 11 + b"Content-Length: 0\r\n\r\n",
        (HEAD, *[b"A: x\r\n"] * 50, Act.HOLD),
        b"HTTP/1.1 103 Early Hints\r\n" + b"A: x\r\n" * 6 + b"\r\n" + HEAD + b"A: x\r\n" * 5 + b"\r\n",
        CHUNKED + b"0\r\n" + b"A: x\r\n" * 10 + b"\r\n",
    ],
    ids=["many", "endless", "of two replies", "trailers"],
)
def test_more_headers_than_the_limit_are_a_failure(run: Run, answer: Answer) -> None:
    async def case() -> None:
        with pytest.raises(HeadersTooLarge, match="More than 10 headers"):
            await answer_to(answer, max_headers=10)

    run(case())


def test_a_limit_of_headers_includes_itself(run: Run) -> None:
    async def case() -> None:
        reply = await answer_to(HEAD + b"A: x\r\n" * 9 + b"Content-Length: 0\r\n\r\n", max_headers=10)
        assert len(reply.headers[b"A"]) == 9

    run(case())


def test_headers_of_60_kib_are_read_and_a_body_of_any_length_behind_them(run: Run) -> None:
    async def case() -> None:
        head = HEAD + b"A: %b\r\n" % (b"x" * 100) * 490
        reply = await answer_to(head + b"Content-Length: 1000000\r\n\r\n" + b"x" * 1_000_000)
        assert len(reply.headers[b"A"]) == 490
        assert len(reply.body) == 1_000_000

    run(case())


@pytest.mark.parametrize(
    "answer",
    [
        (HEAD + b"Content-Length: 11\r\n\r\n", Act.HOLD),
        (CHUNKED + b"6\r\nabcdef\r\n", b"6\r\nabcdef\r\n", Act.HOLD),
        (HEAD + b"\r\nabcdef", b"ghijkl", Act.HOLD),
        (CHUNKED + b"fffffffffffffff\r\n", b"x" * 1000, Act.HOLD),
    ],
    ids=["declared", "chunked", "to the end", "gigantic chunk"],
)
def test_a_body_beyond_the_limit_is_cancelled_and_its_connection_ended(run: Run, answer: Answer) -> None:
    async def case() -> None:
        async with serve([answer]) as served, client() as one:
            with pytest.raises(DownloadCancelledError, match="more than 10"):
                await one.ask(get(served.url, max_size=10), 5)
            await asyncio.wait_for(served.gone.wait(), 5)

    run(case())


def test_a_body_of_just_the_limit_is_read(run: Run) -> None:
    async def case() -> None:
        assert (await answer_to(OK, max_size=2)).body == b"ok"

    run(case())


def test_head_is_not_bound_by_the_length_it_declares(run: Run) -> None:
    async def case() -> None:
        reply = await answer_to(HEAD + b"Content-Length: 11\r\n\r\n", method="HEAD", max_size=10)
        assert reply.size is None

    run(case())


# Ends too early, or never


@pytest.mark.parametrize(
    "answer",
    [
        HEAD + b"Content-Length: 5\r\n\r\nab",
        CHUNKED + b"2\r\nab\r\n",
        CHUNKED + b"5\r\nab",
        (HEAD + b"Content-Length: 5\r\n\r\nab", 0.05, Act.RESET),
        (HEAD + b"\r\nab", 0.05, Act.RESET),
    ],
)
def test_a_body_that_ends_too_early_is_lost_or_taken_as_it_is(run: Run, answer: Answer) -> None:
    async def case() -> None:
        with pytest.raises(ResponseDataLossError, match="after 2 bytes"):
            await answer_to(answer)
        reply = await answer_to(answer, partial=True)
        assert (reply.body, reply.is_partial) == (b"ab", True)

    run(case())


def test_a_reset_before_the_reply_is_a_failure(run: Run) -> None:
    async def case() -> None:
        with pytest.raises(DownloadFailedError):
            await answer_to((Act.RESET,))

    run(case())
