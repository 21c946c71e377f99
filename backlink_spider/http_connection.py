"""One connection to an HTTP server: it carries one exchange at a time, and ends when anything is wrong with one."""

from __future__ import annotations

import asyncio
import ipaddress
from typing import TYPE_CHECKING, cast

from scrapy.exceptions import (
    DownloadCancelledError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)

from backlink_spider.http_reply import ReplyReader

if TYPE_CHECKING:
    from backlink_spider.http_reply import HttpReply
    from backlink_spider.http_request import HttpRequest


class NoReplyError(DownloadFailedError):
    """The connection ended before a byte of the reply came: the server may have closed it before it was asked."""


class HttpConnection(asyncio.Protocol):
    """`ask` may be called again after a reply while the connection is `open`.

    Nothing here raises into the event loop, whatever the server sends.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.ended: asyncio.Future[None] = self._loop.create_future()
        self._reader: ReplyReader | None = None  # of the exchange that is under way
        self._answer: asyncio.Future[HttpReply] | None = None
        self._heard = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called again when TLS has begun within a tunnel."""
        self._transport = cast("asyncio.Transport", transport)
        tls = transport.get_extra_info("ssl_object")
        self._certificate = tls.getpeercert(binary_form=True) if tls else None
        peer = transport.get_extra_info("peername")
        self._address = ipaddress.ip_address(peer[0]) if peer else None  # None: it has gone again

    @property
    def open(self) -> bool:
        return not self._transport.is_closing()

    @property
    def transport(self) -> asyncio.Transport:
        return self._transport

    def ask(self, request: HttpRequest) -> asyncio.Future[HttpReply]:
        """The future fails with an exception of Scrapy's only."""
        self._reader = ReplyReader(request)
        self._answer = answer = self._loop.create_future()
        self._heard = False
        self._transport.write(request.data)
        return answer

    def drop(self) -> None:
        """End at once: there is nothing left to send, and a server that does not close must not keep a connection."""
        self._transport.abort()

    def time_out(self) -> None:
        self._fail(DownloadTimeoutError("The exchange took too long"))

    def data_received(self, data: bytes) -> None:
        reader = self._reader
        if reader is None:  # nobody asked
            self.drop()
            return
        self._heard = True
        try:
            reader.feed(data)
        except (DownloadFailedError, DownloadCancelledError) as error:
            self._fail(error)
        else:
            if reader.complete:
                self._finish(reader)
            else:
                reader.make_room(self._transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_result(None)
        reader = self._reader
        if reader is None:
            return
        if not self._heard:
            self._fail(NoReplyError(f"The connection ended without a reply: {exc or 'closed'}"))
            return
        try:
            reader.end(exc)
        except (DownloadFailedError, ResponseDataLossError) as error:
            self._fail(error)
        else:
            self._finish(reader)

    def _finish(self, reader: ReplyReader) -> None:
        if not reader.reusable:
            self.drop()
        if answer := self._end_exchange():
            reply = reader.reply()
            reply.address, reply.certificate = self._address, self._certificate
            answer.set_result(reply)

    def _fail(self, error: Exception) -> None:
        self.drop()
        if answer := self._end_exchange():
            answer.set_exception(error)

    def _end_exchange(self) -> asyncio.Future[HttpReply] | None:
        """The future, if somebody waits for it still. An idle connection holds nothing of its last reply."""
        reader, self._reader = self._reader, None
        answer, self._answer = self._answer, None
        if reader:
            reader.release()
        return None if answer is None or answer.done() else answer
