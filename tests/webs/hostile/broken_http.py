"""Replies that are not HTTP, or not whole."""

from __future__ import annotations

import gzip
from itertools import repeat
from typing import TYPE_CHECKING

from tests.webs.hostile.peer import HTML, LINK, Peer, says

if TYPE_CHECKING:
    from tests.webs.hostile.peer import Behaviour

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HTML + b"Transfer-Encoding: chunked\r\n\r\n"
WHOLE = b"Content-Length: %d\r\n\r\n" % len(LINK) + LINK
ZIPPED = gzip.compress(LINK * 100)


def typed(*fields: bytes, body: bytes = LINK) -> Behaviour:
    """A reply with these headers alone."""
    head = b"".join(field + b"\r\n" for field in fields)
    return says(OK + head + b"Content-Length: %d\r\n\r\n" % len(body), body)


def moved(*locations: bytes) -> Behaviour:
    head = b"".join(b"Location: " + location + b"\r\n" for location in locations)
    return says(b"HTTP/1.1 301 Moved\r\n" + head + b"Content-Length: 0\r\n\r\n")


async def reset_at_once(peer: Peer, _: str) -> None:
    await peer.reset()


async def reset_in_head(peer: Peer, _: str) -> None:
    await peer.say(OK + b"Content-Ty")
    await peer.reset()


async def reset_in_body(peer: Peer, _: str) -> None:
    await peer.say(HTML + b"Content-Length: 1000\r\n\r\n" + LINK)
    await peer.reset()


async def reset_in_chunk(peer: Peer, _: str) -> None:
    await peer.say(CHUNKED + b"ff\r\n" + LINK)
    await peer.reset()


async def endless_headers(peer: Peer, _: str) -> None:
    await peer.say(HTML, *repeat(b"X-More: " + b"x" * 992 + b"\r\n", 100_000))


async def endless_status_line(peer: Peer, _: str) -> None:
    await peer.say(b"HTTP/1.1 200 ", *repeat(b"OK" * 500, 100_000))


async def endless_trailers(peer: Peer, _: str) -> None:
    await peer.say(CHUNKED + b"1\r\nx\r\n0\r\n", *repeat(b"X-More: " + b"x" * 992 + b"\r\n", 100_000))


async def interim_flood(peer: Peer, _: str) -> None:
    await peer.say(*repeat(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 10_000), HTML + WHOLE)


async def junk_without_end(peer: Peer, _: str) -> None:
    await peer.say(*repeat(b"\xff\xfe\0junk" * 100, 100_000))


BEHAVIOURS: dict[str, Behaviour] = {
    "reset_at_once": reset_at_once,
    "reset_in_head": reset_in_head,
    "reset_in_body": reset_in_body,
    "reset_in_chunk": reset_in_chunk,
    "empty_reply": says(),
    "closed_in_head": says(OK + b"Content-Type: text/ht"),
    "length_too_long": says(HTML + b"Content-Length: 1000\r\n\r\n" + LINK),
    "length_too_short": says(HTML + b"Content-Length: %d\r\n\r\n" % len(LINK) + LINK + LINK),
    "length_in_words": says(HTML + b"Content-Length: five\r\n\r\n" + LINK),
    "length_negative": says(HTML + b"Content-Length: -5\r\n\r\n" + LINK),
    "lengths_differ": says(HTML + b"Content-Length: 5\r\nContent-Length: 50\r\n\r\n" + LINK),
    "length_and_chunks": says(HTML + b"Transfer-Encoding: chunked\r\n" + WHOLE),
    "chunk_size_no_number": says(CHUNKED + b"xyz\r\n" + LINK),
    "chunk_size_gigantic": says(CHUNKED + b"ffffffffffffffffff\r\n" + LINK),
    "chunk_longer_than_said": says(CHUNKED + b"5\r\n" + LINK + b"\r\n0\r\n\r\n"),
    "chunks_unfinished": says(CHUNKED + b"%x\r\n" % len(LINK) + LINK + b"\r\n"),
    "http_0_9": says(b"<html>" + LINK),
    "junk_without_end": junk_without_end,
    "status_of_two_digits": says(b"HTTP/1.1 20 OK\r\n" + WHOLE),
    "status_of_nobody": says(b"HTTP/1.1 999 Odd\r\n" + WHOLE),
    "status_without_reason": says(b"HTTP/1.1 200\r\nContent-Type: text/html\r\n" + WHOLE),
    "status_line_of_another_protocol": says(b"ICY 200 OK\r\n" + WHOLE),
    "switching_protocols": says(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nx"),
    "interim_flood": interim_flood,
    "endless_headers": endless_headers,
    "endless_status_line": endless_status_line,
    "endless_trailers": endless_trailers,
    "header_of_100_kib": says(HTML + b"X: " + b"x" * 100_000 + b"\r\n" + WHOLE),
    "headers_by_the_hundred": says(HTML + b"X: y\r\n" * 600 + WHOLE),
    "header_with_nul": says(HTML + b"X: a\0b\r\n" + WHOLE),
    "header_without_colon": says(HTML + b"no colon\r\n" + WHOLE),
    "header_with_line_break": says(HTML + b"X: a\nX-Injected: b\r\n" + WHOLE),
    "headers_twice": typed(b"Content-Type: image/png", b"Content-Type: text/html"),
    "location_twice": moved(b"/location_twice/1", b"/location_twice"),
    "location_injected": moved(b"/location_injected%0d%0aX-Injected:%20b"),
    "location_missing": moved(),
    "location_of_a_file": moved(b"file:///etc/passwd"),
    "location_too_long": moved(b"/" + b"x" * 5_000),
    "type_missing": typed(),
    "type_no_type": typed(b"Content-Type: ;;;=,"),
    "type_lies_binary": typed(b"Content-Type: text/html", body=b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 100),
    "type_lies_html": typed(b"Content-Type: image/png"),
    "charset_unknown": typed(b"Content-Type: text/html; charset=klingon"),
    "charset_lies": typed(b"Content-Type: text/html; charset=utf-8", body=LINK + "\xfc\xdf".encode("latin-1")),
    "charset_of_python": typed(b"Content-Type: text/html; charset=unicode_escape"),
    "coding_lies": typed(b"Content-Type: text/html", b"Content-Encoding: gzip"),
    "coding_unknown": typed(b"Content-Type: text/html", b"Content-Encoding: utf-8"),
    "coding_truncated": typed(b"Content-Type: text/html", b"Content-Encoding: gzip", body=ZIPPED[:-20]),
    "coding_damaged": typed(
        b"Content-Type: text/html", b"Content-Encoding: gzip", body=ZIPPED[:-6] + b"\xff" + ZIPPED[-5:]
    ),
    "codings_by_the_dozen": typed(b"Content-Type: text/html", b"Content-Encoding: " + b"gzip," * 12),
}
