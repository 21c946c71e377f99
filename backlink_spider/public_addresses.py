"""Which addresses the crawl may contact, and the addresses of a host that are among them."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.exceptions import CannotResolveHostError

from backlink_spider.errors import AddressNotPublic, BadOption

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# A host's robots.txt and its redirect to https ask within seconds; longer would need the records' own time to live.
_REMEMBERED_SECONDS = 10.0
_REMEMBERED_HOSTS = 10_000


class PublicAddresses:
    """Resolves hosts to addresses that are public or in one of the networks.

    What is remembered are addresses already judged, and a connection is made to an address, never to a name: nothing
    resolves a second time, to something else, between the look and the contact.
    """

    def __init__(self, networks: Iterable[Network]) -> None:
        self._networks = list(networks)
        self._hosts: dict[str, tuple[float, list[str]]] = {}
        self._proxies: dict[str, list[str]] = {}

    async def of_host(self, host: str) -> list[str]:
        """In the resolver's order, at least one. Raises AddressNotPublic and CannotResolveHostError."""
        now = asyncio.get_running_loop().time()
        until, addresses = self._hosts.get(host, (0.0, []))
        if until < now:
            addresses = [address for address in await _resolve(host) if is_allowed(address, self._networks)]
            if len(self._hosts) >= _REMEMBERED_HOSTS:
                self._hosts.clear()
            self._hosts[host] = now + _REMEMBERED_SECONDS, addresses
        if not addresses:
            raise AddressNotPublic(f"{host} is on an address that is not public")
        return addresses

    async def of_proxy(self, host: str) -> list[str]:
        """Of a proxy the operator named, which may be anywhere: resolved once, for the whole crawl is behind it."""
        if host not in self._proxies:
            self._proxies[host] = await _resolve(host)
        return self._proxies[host]


async def _resolve(host: str) -> list[str]:
    """The resolver reads every spelling of a literal address (127.1, 0x7f000001) that a connection would."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (socket.gaierror, ValueError) as error:  # ValueError: no host can have this name
        raise CannotResolveHostError(f"{host}: {error}") from error
    return list(dict.fromkeys(str(endpoint[0]) for _, _, _, _, endpoint in found))


def is_allowed(text: str, networks: Iterable[Network]) -> bool:
    """Whether an IP address, zone id and all, is public or in one of the networks."""
    address: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return (address.is_global and not address.is_multicast) or any(address in network for network in networks)


def read_networks(words: Iterable[str]) -> list[Network]:
    """The networks of BACKLINKS_ALLOWED_NETWORKS, such as 127.0.0.0/8 or ::1. Raises BadOption."""
    networks = []
    for word in filter(None, re.split(r"[\s,]+", " ".join(words))):
        try:
            networks.append(ipaddress.ip_network(word, strict=False))
        except ValueError as error:
            raise BadOption(f"BACKLINKS_ALLOWED_NETWORKS takes networks such as 10.0.0.0/8, not {word!r}.") from error
    return networks


def operators_proxies(environment: Mapping[str, str]) -> frozenset[tuple[str, int]]:
    """Host and port of the proxies for http and https pages, of `urllib.request.getproxies()`. Raises BadOption."""
    proxies = set()
    for kind in environment.keys() & {"http", "https"}:
        proxy = environment[kind]
        try:
            parts = urlsplit(proxy if "://" in proxy else f"{kind}://{proxy}")  # as Scrapy reads it
            host, port = parts.hostname, parts.port or 80
        except ValueError:
            host = None
        if not host or parts.scheme != "http":  # the message leaves out what may hold a password
            raise BadOption(
                f"{kind}_proxy in the environment has to be of the form http://host:port, for https pages too."
            )
        proxies.add((host, port))
    return frozenset(proxies)
