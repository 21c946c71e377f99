"""One connection of a crawler to the hostile server, and the ways to answer it."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
LINK = b"<a href=http://target.example/>a link</a>"


class Gone(Exception):
    """The crawler went away."""


class Peer:
    """`size` is the size of what is large, in bytes; `sent` is what the crawler took."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, size: int) -> None:
        self.size = size
        self.sent = 0
        self._reader = reader
        self._writer = writer

    async def request(self) -> str:
        """The path asked for; "" when there is no other request."""
        try:
            head = await self._reader.readuntil(b"\r\n\r\n")
        except (OSError, asyncio.IncompleteReadError):
            return ""
        return head.split(b" ")[1].decode()

    async def say(self, *parts: bytes) -> None:
        for part in parts:
            try:
                self._writer.write(part)
                await self._writer.drain()
            except OSError as error:
                raise Gone from error
            if self._writer.is_closing():
                raise Gone
            self.sent += len(part)

    async def page(self, body: bytes, *fields: bytes) -> None:
        head = HTML + b"".join(field + b"\r\n" for field in fields)
        await self.say(head + b"Content-Length: %d\r\n\r\n" % len(body), body)

    async def drip(self, parts: Iterable[bytes], pause: float = 0.1) -> None:
        for part in parts:
            await self.say(part)
            await asyncio.sleep(pause)

    async def hold(self) -> None:
        """Say nothing more until the crawler goes."""
        try:
            while await self._reader.read(65536):
                pass
        except OSError as error:
            raise Gone from error

    async def reset(self) -> None:
        """End the connection as a crash does, once what was said has arrived."""
        await asyncio.sleep(0.05)
        connection = self._writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()


Behaviour = Callable[[Peer, str], Awaitable[None]]  # the peer, and the rest of the path


def says(*parts: bytes) -> Behaviour:
    """Say these and close the connection."""

    async def behaviour(peer: Peer, _: str) -> None:
        await peer.say(*parts)

    return behaviour
