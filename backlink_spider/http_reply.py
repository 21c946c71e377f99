"""The reply to one HTTP request, read from the bytes of its connection within limits.

Framing is RFC 9112's, read by llhttp, as leniently as aiohttp has it read replies; what it refuses is an error.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from httptools import HttpParserCallbackError, HttpParserError, HttpParserUpgrade, HttpResponseParser
from scrapy.exceptions import DownloadCancelledError, DownloadFailedError, ResponseDataLossError

from backlink_spider.content_codings import BodyDecoder, codings_of
from backlink_spider.errors import HeadersTooLarge, Undecodable

if TYPE_CHECKING:
    import asyncio
    import ipaddress

    from backlink_spider.http_request import HttpRequest

# A part costs 50 bytes beside its own: what comes in more parts than these is gathered in one buffer.
PARTS_LIMIT = 64
# Early hints (103) and the like: a server sends one or two before its final reply.
INTERIM_LIMIT = 8


@dataclass(slots=True)
class HttpReply:
    """`headers` are named in title case, as Scrapy's Headers name them; a repeated field keeps its values in order."""

    status: int = 0
    protocol: str = ""  # such as HTTP/1.1
    headers: dict[bytes, list[bytes]] = field(default_factory=dict)
    size: int | None = None  # of the body, as declared
    body: bytes = b""
    is_partial: bool = False  # the connection ended too early
    head_at: float = 0.0  # time.monotonic() when the headers were complete
    address: ipaddress.IPv4Address | ipaddress.IPv6Address | None = None  # the peer's, a proxy's where one is used
    certificate: bytes | None = None  # the server's, DER


class ReplyReader:
    """Takes bytes until the reply is `complete`; then `reusable` tells whether its connection is good for another.

    The methods named on_... are the parser's.
    """

    def __init__(self, request: HttpRequest) -> None:
        self.complete = False
        self.reusable = False
        self._request = request
        self._reply = HttpReply()
        self._parts: list[bytes] = []
        self._rest = bytearray()
        self._received = 0  # bytes of body
        self._decoder: BodyDecoder | None = None
        self._kept = 0  # bytes of what was decompressed
        self._headers = 0
        self._overhead = 0  # bytes since the last one of body
        self._trailer_size = 0
        self._interim_replies = 0
        self._has_head = False
        self._until_close = False  # the end of the connection is the end of the body
        self._parser: HttpResponseParser | None = HttpResponseParser(self)
        self._parser.set_dangerous_leniencies(
            lenient_headers=True, lenient_optional_cr_before_lf=True, lenient_spaces_after_chunk_size=True
        )

    def feed(self, data: bytes) -> None:
        """Raises DownloadFailedError and DownloadCancelledError."""
        try:
            self._parse(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            if self.complete:  # what is wrong is behind the reply
                self.reusable = False
            elif isinstance(error, HttpParserCallbackError) and error.__context__:
                raise error.__context__ from None
            else:
                raise DownloadFailedError(f"Not HTTP: {error}") from error

    def end(self, error: Exception | None) -> None:
        """The connection ended. Raises DownloadFailedError, Undecodable among them, and ResponseDataLossError."""
        if not self._has_head:
            raise DownloadFailedError(f"The connection ended before the end of the headers: {error or 'closed'}")
        if error or not self._until_close:
            if not self._request.partial:
                raise ResponseDataLossError(f"The connection ended after {self._received} bytes: {error or 'closed'}")
            self._reply.is_partial = True
        else:
            self._end_body()
        self.complete = True

    def reply(self) -> HttpReply:
        """The complete reply."""
        if self._rest:
            self._parts.append(bytes(self._rest))
        self._reply.body = b"".join(self._parts)  # copies nothing where there is one
        return self._reply

    def make_room(self, transport: asyncio.Transport) -> None:
        """Let the connection wait where too much is under way."""
        if self._request.room and self._received:
            self._request.room.wait_in_a_crowd(transport)

    def release(self) -> None:
        """Reader and parser refer to each other, and a crawl looks for such cycles rarely."""
        self._parser = None

    def _parse(self, data: bytes | memoryview) -> None:
        assert self._parser is not None
        limit = self._request.max_header_size
        room = limit - self._overhead
        if not self._has_head and len(data) > room:
            data = memoryview(data)
            self._overhead = limit
            self._parser.feed_data(data[:room])
            if not self._has_head:
                raise HeadersTooLarge(f"The headers are longer than {limit} bytes")
            data = data[room:]
        self._overhead += len(data)
        self._parser.feed_data(data)
        if self._overhead > limit and not self.complete:
            raise HeadersTooLarge(f"More than {limit} bytes that are no body")

    def on_message_begin(self) -> None:
        if self.complete:  # a reply that nobody asked for
            self.reusable = False

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers += 1
        if self._headers > self._request.max_headers:
            raise HeadersTooLarge(f"More than {self._request.max_headers} headers")
        if self._has_head:
            self._count_trailer(len(name) + len(value))
            return
        if b"\0" in value:  # llhttp would refuse it only together with much that real servers send
            raise DownloadFailedError("A header holds a NUL")
        self._reply.headers.setdefault(name.title(), []).append(value)

    def on_headers_complete(self) -> None:
        parser, reply = self._parser, self._reply
        assert parser is not None
        if self.complete:
            return
        reply.status = parser.get_status_code()
        if reply.status < 200:
            self._skip_interim()
            return
        reply.head_at = time.monotonic()
        reply.protocol = f"HTTP/{parser.get_http_version()}"
        self._has_head = True
        method = self._request.method
        self.reusable = method == "CONNECT" or parser.should_keep_alive()  # llhttp sees a body without an end there
        if method in {"HEAD", "CONNECT"}:
            self.complete = True
        else:
            self._read_length()
            self._read_codings()
        listener = self._request.listener
        if listener and listener.head(reply):
            self._stop()

    def on_body(self, body: bytes) -> None:
        if self.complete:  # of a HEAD, or behind where the listener stopped
            self.reusable = False
            return
        self._overhead = 0
        self._received += len(body)
        enough = self._request.enough
        if not enough:
            self._check_size(self._received, "Received")
        if self._decoder:
            self._decode(self._decoder, body)
        else:
            self._keep(body)
        listener = self._request.listener
        if (enough and max(self._received, self._kept) >= enough) or (listener and listener.body(body)):
            self._stop()

    def on_message_complete(self) -> None:
        if self._has_head and not self.complete:
            self._end_body()
            self.complete = True

    def _skip_interim(self) -> None:
        """RFC 9110 section 15.2. llhttp itself refuses 101, which nobody asked for."""
        self._interim_replies += 1
        if self._reply.status < 100 or self._interim_replies > INTERIM_LIMIT:
            raise DownloadFailedError(f"{self._interim_replies} replies, none of them final: {self._reply.status}")
        self._reply.headers = {}

    def _read_length(self) -> None:
        """RFC 9112 section 6.3; llhttp refuses a Content-Length that is no number, repeated or beside a coding."""
        headers, reply = self._reply.headers, self._reply
        if fields := headers.get(b"Transfer-Encoding"):
            codings = [coding.strip().lower() for coding in b",".join(fields).split(b",")]
            if not {b"chunked", b"identity"}.issuperset(codings):
                raise DownloadFailedError(f"A transfer coding that was not asked for: {codings}")
            self._until_close = codings[-1] != b"chunked"
        elif lengths := headers.get(b"Content-Length"):
            reply.size = int(lengths[0])
            if reply.status not in {204, 304} and not self._request.enough:
                self._check_size(reply.size, "Expected to receive")
        else:
            self._until_close = True

    def _read_codings(self) -> None:
        headers = self._reply.headers
        if self._request.decodes and (fields := headers.get(b"Content-Encoding")) and (codings := codings_of(fields)):
            self._decoder = BodyDecoder(codings, 0 if self._request.enough else self._request.max_size)
            del headers[b"Content-Encoding"]

    def _decode(self, decoder: BodyDecoder, body: bytes) -> None:
        enough = self._request.enough
        for piece in decoder.feed(body):
            self._keep(piece)
            self._kept += len(piece)
            if enough and self._kept >= enough:
                return

    def _keep(self, part: bytes) -> None:
        if self._request.room:
            self._request.room.take(len(part))
        if len(self._parts) < PARTS_LIMIT:
            self._parts.append(part)
        else:
            self._rest += part

    def _end_body(self) -> None:
        if self._decoder and not self._decoder.complete:
            if not self._request.partial:
                raise Undecodable("The body ends before its content coding does")
            self._reply.is_partial = True

    def _check_size(self, size: int, verb: str) -> None:
        limit = self._request.max_size
        if limit and size > limit:
            raise DownloadCancelledError(f"{verb} {size} bytes, more than {limit}")

    def _count_trailer(self, size: int) -> None:
        """Trailers (RFC 9110 section 6.5) are dropped, but count as headers."""
        if not self._trailer_size:
            self._trailer_size = sum(
                len(name) + len(value) for name, values in self._reply.headers.items() for value in values
            )
        self._trailer_size += size
        if self._trailer_size > self._request.max_header_size:
            raise HeadersTooLarge(f"Headers and trailers are longer than {self._request.max_header_size} bytes")

    def _stop(self) -> None:
        self.complete = True
        self.reusable = False
