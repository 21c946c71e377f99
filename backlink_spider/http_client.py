"""An HTTP/1.1 client for a crawl: asks over connections kept open, contacts only addresses that are allowed."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

from scrapy.exceptions import DownloadConnectionRefusedError, DownloadFailedError, DownloadTimeoutError

from backlink_spider.errors import LeaseLost
from backlink_spider.http_connection import HttpConnection, NoReplyError
from backlink_spider.http_request import HttpRequest
from backlink_spider.idle_connections import IdleConnections

if TYPE_CHECKING:
    import ssl
    from collections.abc import Container

    from backlink_spider.http_reply import HttpReply
    from backlink_spider.http_request import Route
    from backlink_spider.public_addresses import PublicAddresses

_CLOSE_SECONDS = 1.0


class HttpClient:
    """`idle_limit` bounds the connections kept for a later request, `local_address` is where all come from."""

    def __init__(
        self,
        addresses: PublicAddresses,
        tls: ssl.SSLContext,
        idle_limit: int,
        local_address: tuple[str, int] | None = None,
    ) -> None:
        self._addresses = addresses
        self._tls = tls
        self._local_address = local_address
        self._idle = IdleConnections(idle_limit)
        self._busy: set[HttpConnection] = set()
        self._closed = False

    async def ask(self, request: HttpRequest, timeout: float) -> HttpReply:
        """`timeout` is for all of it, in seconds, 0 is none.

        Raises ContactRefused, LeaseLost and Scrapy's exceptions.
        """
        if request.beyond_proxy:
            self._addresses.check_beyond_proxy(*request.beyond_proxy)
        deadline = asyncio.get_running_loop().time() + timeout if timeout else None
        if connection := self._idle.take(request.route):
            try:
                return await self._exchange(connection, request, deadline)
            except NoReplyError:
                if self._closed or not request.may_be_resent:
                    raise
        if request.gate and not request.gate():
            raise LeaseLost(request.route.host)
        try:
            async with asyncio.timeout_at(deadline):  # costs more than a timer, next to nothing beside a connect
                connection = await self._connect(request.route, deadline)
        except TimeoutError as error:
            raise DownloadTimeoutError("No connection in time") from error
        return await self._exchange(connection, request, deadline)

    def drop_idle(self, hosts: Container[str]) -> None:
        """End the connections to these hosts that are kept for a later request."""
        self._idle.drop(hosts)

    async def close(self) -> None:
        """End all connections, under way or idle."""
        self._closed = True
        connections = [*self._idle.clear(), *self._busy]
        for connection in connections:
            connection.drop()
        if connections:
            await asyncio.wait([connection.ended for connection in connections], timeout=_CLOSE_SECONDS)

    async def _exchange(self, connection: HttpConnection, request: HttpRequest, deadline: float | None) -> HttpReply:
        gate = request.gate
        if gate and not gate():  # it may have taken long to get here
            connection.drop()
            raise LeaseLost(request.route.host)
        timer = None if deadline is None else asyncio.get_running_loop().call_at(deadline, connection.time_out)
        self._busy.add(connection)
        try:
            reply = await connection.ask(request)
        except asyncio.CancelledError:
            connection.drop()
            raise
        finally:
            self._busy.discard(connection)
            if timer:
                timer.cancel()
        if connection.open:
            if gate and not gate():  # the host is another's by now
                connection.drop()
            else:
                self._idle.put(request.route, connection)
        return reply

    async def _connect(self, route: Route, deadline: float | None) -> HttpConnection:
        """To the first of the host's addresses that answers; each takes no more than its share of the time left."""
        if route.is_operators:
            addresses = await self._addresses.of_proxy(route.host)
        else:
            addresses = await self._addresses.of_host(route.host, route.port)
        failure: Exception | None = None
        for left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            try:
                async with asyncio.timeout(_share(deadline, left)):
                    return await self._connect_to(address, route)
            except (OSError, ValueError) as error:  # ValueError: no TLS server can have this name
                failure = error
        raise DownloadConnectionRefusedError(f"{route.host}:{route.port}: {failure}") from failure

    async def _connect_to(self, address: str, route: Route) -> HttpConnection:
        has_tls = bool(route.server_name) and not route.tunnel
        _, connection = await asyncio.get_running_loop().create_connection(
            HttpConnection,
            address,
            route.port,
            ssl=self._tls if has_tls else None,
            server_hostname=route.server_name if has_tls else None,
            local_addr=self._local_address,
            flags=socket.AI_NUMERICHOST,  # an address that was judged, never a name to resolve again
        )
        if route.tunnel:
            await self._begin_tls(connection, route)
        return connection

    async def _begin_tls(self, connection: HttpConnection, route: Route) -> None:
        """Through a proxy, which connects to the origin first."""
        try:
            reply = await connection.ask(HttpRequest(route, "CONNECT", route.tunnel))
            if not 200 <= reply.status < 300:
                raise DownloadFailedError(f"The proxy answers {reply.status} to CONNECT")
            if not connection.open:
                raise DownloadFailedError("The proxy does not keep the tunnel open")
            transport = await asyncio.get_running_loop().start_tls(
                connection.transport, connection, self._tls, server_hostname=route.server_name
            )
            assert transport is not None
            connection.connection_made(transport)
        except BaseException:
            connection.drop()
            raise


def _share(deadline: float | None, parts: int) -> float | None:
    """Of the seconds left; the last part has none, for the deadline itself ends it."""
    if deadline is None or parts == 1:
        return None
    return (deadline - asyncio.get_running_loop().time()) / parts
