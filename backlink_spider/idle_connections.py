"""Connections kept open for the next request of the same route, one route a host, a while, in a bounded number."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container

    from backlink_spider.http_connection import HttpConnection
    from backlink_spider.http_request import Route

# A host's next request comes after its delay, of a few seconds at most as a rule; servers wait 5 to 75 s for it.
_IDLE_SECONDS = 15.0


class IdleConnections:
    """The one used last is taken first: it is the least likely to be closed by its server."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._by_route: dict[Route, list[HttpConnection]] = {}
        self._route_of: dict[str, Route] = {}  # a host's; http and https are two
        self._since: dict[HttpConnection, tuple[float, Route]] = {}  # the longest idle first
        self._sweep: asyncio.TimerHandle | None = None

    def take(self, route: Route) -> HttpConnection | None:
        """One that is still open, no longer kept here. Where there is none, those of the host's other routes end."""
        while connections := self._by_route.get(route):
            connection = connections.pop()
            del self._since[connection]
            if connection.open:
                return connection
        self._by_route.pop(route, None)
        if self._route_of.pop(route.origin, route) != route:
            self.drop({route.origin})
        return None

    def put(self, route: Route, connection: HttpConnection) -> None:
        if len(self._since) >= self._limit:
            self._drop_longest_idle()
        loop = asyncio.get_running_loop()
        self._by_route.setdefault(route, []).append(connection)
        if route.origin:
            self._route_of[route.origin] = route
        self._since[connection] = loop.time(), route
        if self._sweep is None:
            self._sweep = loop.call_later(_IDLE_SECONDS, self._drop_old)

    def drop(self, hosts: Container[str]) -> None:
        """End those that lead to these hosts. One to a proxy that is asked for any host leads to none."""
        for route in [route for route in self._by_route if route.origin in hosts]:
            self._route_of.pop(route.origin, None)
            for connection in self._by_route.pop(route):
                del self._since[connection]
                connection.drop()

    def clear(self) -> list[HttpConnection]:
        """All of them, open or not, no longer kept here."""
        if self._sweep is not None:
            self._sweep.cancel()
            self._sweep = None
        connections = list(self._since)
        self._by_route.clear()
        self._route_of.clear()
        self._since.clear()
        return connections

    def _drop_old(self) -> None:
        """One timer for all: a timer for each would cost as much as a request's own."""
        loop = asyncio.get_running_loop()
        self._sweep = None
        while self._since:
            since, _ = next(iter(self._since.values()))
            if since + _IDLE_SECONDS > loop.time():
                self._sweep = loop.call_at(since + _IDLE_SECONDS, self._drop_old)
                return
            self._drop_longest_idle()

    def _drop_longest_idle(self) -> None:
        connection = next(iter(self._since))
        _, route = self._since.pop(connection)
        connections = self._by_route[route]
        connections.remove(connection)
        if not connections:
            del self._by_route[route]
            self._route_of.pop(route.origin, None)
        connection.drop()
