"""Serves the generated web as a forward proxy, so that every crawler meets the same 200 real host names.

    python -m benchmarks.server --pages 4000 --seed 1 --counters FILE

All responses are built before the first request; a request costs one look-up and one write. It counts what it serves
in a file shared with the benchmark, so that "pages" is never a crawler's own claim.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import mmap
import struct
import time
from email.utils import formatdate
from hashlib import blake2b
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import uvloop

from benchmarks.measure import until_orphaned
from benchmarks.web import Web, WebPage

FIELDS = ("requests", "pages", "other", "missing", "bytes", "first_ns", "last_ns")
HEADER = struct.Struct(f"={len(FIELDS)}q")
LAST_MODIFIED = formatdate(1_750_000_000, usegmt=True)


class Counters:
    """Requests by kind, bytes, the time of the first and the last page, and how often each page was served."""

    def __init__(self, path: Path, pages: int) -> None:
        if not path.exists():
            path.write_bytes(bytes(HEADER.size + pages))
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), 0)

    def read(self) -> dict[str, int]:
        values = dict(zip(FIELDS, HEADER.unpack_from(self._map), strict=True))
        return values | {"distinct": len(self._map) - HEADER.size - self._map[HEADER.size :].count(0)}

    def pages(self) -> int:
        """Page responses so far: the one figure a sampler asks for often."""
        return int(struct.unpack_from("=q", self._map, 8)[0])

    def write(self, values: list[int]) -> None:
        HEADER.pack_into(self._map, 0, *values)

    def served(self, page: int) -> None:
        self._map[HEADER.size + page] = min(255, self._map[HEADER.size + page] + 1)

    def reset(self) -> None:
        """Between two runs, while the server is idle: it takes its values from here."""
        self._map[:] = bytes(len(self._map))


def responses(web: Web) -> dict[bytes, tuple[bytes, int]]:
    """Every URL's ready response and its kind: the page's number, -1 for a redirect or robots.txt."""
    ready: dict[bytes, tuple[bytes, int]] = {}
    for number, page in enumerate(web.pages()):
        ready[page.url.encode()] = (page_response(page), number)
    for url, (status, location) in web.redirects.items():
        ready[url.encode()] = (_response(f"{status} Moved", (("Location", location),), b"moved"), -1)
    for site in web.plan.sites:
        robots = _response("200 OK", (("Content-Type", "text/plain"),), web.robots(site.host).encode())
        ready[f"http://{site.host}/robots.txt".encode()] = (robots, -1)
    return ready


def page_response(page: WebPage) -> bytes:
    etag = blake2b(page.body, digest_size=8).hexdigest()
    headers = (("Etag", f'"{etag}"'), ("Last-Modified", LAST_MODIFIED), ("Cache-Control", "max-age=60"))
    return _response("200 OK", page.headers + headers, page.body)


def _response(status: str, headers: tuple[tuple[str, str], ...], body: bytes) -> bytes:
    lines = [f"HTTP/1.1 {status}", "Server: generated", f"Date: {LAST_MODIFIED}"]
    lines += [f"{name}: {value}" for name, value in headers]
    lines += [f"Content-Length: {len(body)}", "Connection: keep-alive", "", ""]
    return "\r\n".join(lines).encode() + body


class WebProtocol(asyncio.Protocol):
    """One keep-alive connection: GET of an absolute URL (as proxies get them) or of a path with a Host header."""

    def __init__(self, ready: dict[bytes, tuple[bytes, int]], counters: Counters) -> None:
        self._ready = ready
        self._counters = counters
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        *requests, self._buffer = (self._buffer + data).split(b"\r\n\r\n")
        for request in requests:
            self._answer(request)

    def _answer(self, request: bytes) -> None:
        url = request[4 : request.index(b" HTTP/")]
        found = self._ready.get(url) or self._ready.get(_absolute(url, request))
        response, page = found or (NOT_FOUND, -2)
        self._transport.write(response)
        counts = list(HEADER.unpack_from(self._counters._map))
        counts[0] += 1
        counts[1 if page >= 0 else 2 if page == -1 else 3] += 1
        counts[4] += len(response)
        if page >= 0:
            counts[6] = time.monotonic_ns()
            counts[5] = counts[5] or counts[6]
            self._counters.served(page)
        self._counters.write(counts)


NOT_FOUND = _response("404 Not Found", (("Content-Type", "text/html"),), b"<p>not found</p>")


def _absolute(url: bytes, request: bytes) -> bytes:
    """The URL as it stands in the look-up table: with the host, without the default port."""
    text = url.decode("latin-1")
    if text.startswith("/"):
        hosts = [line[5:].strip() for line in request.split(b"\r\n") if line[:5].lower() == b"host:"]
        text = f"http://{hosts[0].decode('latin-1') if hosts else ''}{text}"
    parts = urlsplit(text)
    return parts._replace(netloc=parts.netloc.removesuffix(":80").lower()).geturl().encode("latin-1")


async def serve(web: Web, counters: Counters) -> None:
    ready = responses(web)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: WebProtocol(ready, counters), "127.0.0.1", 0, backlog=1024)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await until_orphaned()


def main() -> None:
    parser = argparse.ArgumentParser(description="Serve the generated web as a forward proxy on loopback.")
    parser.add_argument("--pages", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--counters", type=Path, required=True, help="the file in which requests are counted")
    options = parser.parse_args()
    uvloop.run(serve(Web(options.pages, options.seed), Counters(options.counters, options.pages)))


if __name__ == "__main__":
    main()
