"""A server on loopback that answers each connection by a script, byte for byte, and a client that asks it."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
import struct
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from backlink_spider.http_client import HttpClient
from backlink_spider.network_options import read_networks
from backlink_spider.public_addresses import PublicAddresses

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection

    from backlink_spider.public_addresses import Resolver

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Act(Enum):
    HOLD = "say nothing more until the client goes"
    RESET = "end the connection as a crash does"
    START_TLS = "speak TLS from here on"


Answer = bytes | tuple[bytes | float | Act, ...]


@dataclass
class Served:
    """What the server saw: the requests of each connection, whole."""

    port: int = 0
    connections: list[list[bytes]] = field(default_factory=list)
    peers: list[str] = field(default_factory=list)
    gone: asyncio.Event = field(default_factory=asyncio.Event)  # a client ended a connection

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def requests(self) -> list[bytes]:
        return [request for connection in self.connections for request in connection]

    async def until(self, requests: int) -> None:
        while len(self.requests) < requests:  # noqa: ASYNC110 (an event cannot count)
            await asyncio.sleep(0.005)


@asynccontextmanager
async def serve(
    *scripts: list[Answer], tls: ssl.SSLContext | None = None, inner_tls: ssl.SSLContext | None = None
) -> AsyncIterator[Served]:
    """The nth connection gets the nth script, those after the last script the last one again.

    A script holds an answer for each request; when it is over the connection is closed. Of an answer with several
    parts, bytes are sent and a number is a pause in seconds.
    """
    served = Served()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        script = scripts[min(len(served.connections), len(scripts) - 1)]
        requests: list[bytes] = []
        served.connections.append(requests)
        served.peers.append(writer.get_extra_info("peername")[0])
        try:
            for answer in script:
                requests.append(await _request(reader))
                for part in answer if isinstance(answer, tuple) else (answer,):
                    await _say(part, reader, writer, inner_tls)
        except (OSError, asyncio.IncompleteReadError):
            served.gone.set()
        except asyncio.CancelledError:
            return  # asyncio would log it
        finally:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    served.port = server.sockets[0].getsockname()[1]
    try:
        yield served
    finally:
        server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0.01)  # lets transports close their sockets


@asynccontextmanager
async def client(
    networks: str = "127.0.0.0/8",
    idle_limit: int = 10,
    local_address: tuple[str, int] | None = None,
    ports: Collection[int] = (80, 443),
    resolver: Resolver | None = None,
    **tls: Any,
) -> AsyncIterator[HttpClient]:
    """Closed at the end; `tls` are attributes of its context, which verifies nothing without them."""
    context = ssl.create_default_context()
    for name, value in (tls or {"check_hostname": False, "verify_mode": ssl.CERT_NONE}).items():
        setattr(context, name, value)
    one = HttpClient(PublicAddresses(read_networks([networks]), ports, resolver), context, idle_limit, local_address)
    try:
        yield one
    finally:
        await one.close()


async def _request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"\r\nContent-Length: (\d+)", head)
    return head + await reader.readexactly(int(length[1])) if length else head


async def _say(
    part: bytes | float | Act, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, inner_tls: Any
) -> None:
    if isinstance(part, bytes):
        writer.write(part)
        await writer.drain()
    elif part is Act.HOLD:
        await reader.read()
        raise ConnectionError
    elif part is Act.RESET:
        connection = writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
    elif part is Act.START_TLS:
        await writer.start_tls(inner_tls)
    else:
        await asyncio.sleep(part)  # type: ignore[arg-type]
