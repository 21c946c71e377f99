"""Which addresses the crawl may contact, and the addresses of a host that are among them."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

from scrapy.exceptions import CannotResolveHostError

from backlink_spider.address_rules import (
    LOOPBACK,
    is_localhost,
    is_named,
    is_private_name,
    is_public,
    literal_address,
    read_address,
)
from backlink_spider.errors import AddressNotPublic, PortNotAllowed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Iterable

    from backlink_spider.address_rules import Network

    Resolver = Callable[[str], Awaitable[list[str]]]

# A host's robots.txt and its redirect to https ask within seconds; longer would need the records' own time to live.
_REMEMBERED_SECONDS = 10.0
_REMEMBERED_HOSTS = 10_000


async def resolve(host: str) -> list[str]:
    """By the system's resolver, which reads every spelling of a literal address (127.1, 0x7f000001) a connection would.

    Raises CannotResolveHostError.
    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (socket.gaierror, ValueError) as error:  # ValueError: no host can have this name
        raise CannotResolveHostError(f"{host}: {error}") from error
    return list(dict.fromkeys(str(endpoint[0]) for _, _, _, _, endpoint in found))


class PublicAddresses:
    """Resolves hosts to addresses that are public, on one of the ports, or in one of the networks, on any port.

    What is remembered are addresses already judged, and a connection is made to an address, never to a name: nothing
    resolves a second time, to something else, between the look and the contact.
    """

    def __init__(self, networks: Iterable[Network], ports: Collection[int], resolver: Resolver | None = None) -> None:
        self._networks = tuple(networks)
        self._ports = frozenset(ports)
        self._resolve = resolver or resolve
        self._hosts: dict[str, tuple[float, list[str], list[str]]] = {}
        self._proxies: dict[str, list[str]] = {}

    async def of_host(self, host: str, port: int) -> list[str]:
        """In the resolver's order, at least one. Raises AddressNotPublic, PortNotAllowed and CannotResolveHostError."""
        if not self._networks and is_private_name(host):  # a name server has no say in it
            raise AddressNotPublic(f"{host} is not public")
        now = asyncio.get_running_loop().time()
        until, allowed, named = self._hosts.get(host, (0.0, [], []))
        if until < now:
            allowed, named = self._judged(host, await self._resolve(host))
            if len(self._hosts) >= _REMEMBERED_HOSTS:
                self._hosts.clear()
            self._hosts[host] = now + _REMEMBERED_SECONDS, allowed, named
        if not allowed:
            raise AddressNotPublic(f"{host} is on an address that is not public")
        if port in self._ports:
            return allowed
        if not named:
            self._check_port(host, port)
        return named

    async def of_proxy(self, host: str) -> list[str]:
        """Of a proxy the operator named, which may be anywhere: resolved once, for the whole crawl is behind it."""
        if host not in self._proxies:
            self._proxies[host] = await self._resolve(host)
        return self._proxies[host]

    def check_beyond_proxy(self, host: str, port: int) -> None:
        """What a proxy is asked for, it resolves itself: all that can be judged is the host as it is written.

        Raises AddressNotPublic and PortNotAllowed.
        """
        address = LOOPBACK if is_localhost(host) else literal_address(host)
        if address is not None and is_named(address, self._networks):
            return
        if not host.isascii() or (is_private_name(host) if address is None else not is_public(address)):
            raise AddressNotPublic(f"{host} is not public")
        self._check_port(host, port)

    def _judged(self, host: str, found: list[str]) -> tuple[list[str], list[str]]:
        """Those that may be asked, and those of them that are in a network that was named."""
        named = [text for text in found if is_named(read_address(text), self._networks)]
        if is_private_name(host):
            return named, named
        return [text for text in found if text in named or is_public(read_address(text))], named

    def _check_port(self, host: str, port: int) -> None:
        if port not in self._ports:
            raise PortNotAllowed(f"{host} would be asked on port {port}")
