"""Download handler that connects to public addresses only, unless an operator names other networks."""

from __future__ import annotations

import errno
import ipaddress
import re
import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies

import aiohttp
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler
from scrapy.exceptions import DownloadConnectionRefusedError

from backlink_spider.errors import AddressNotPublic, BadOption

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_NOT_PUBLIC = "is not a public address"


class AddressRefused(OSError):
    """The name resolves to an address that is neither public nor in a network the operator allowed."""


class PublicDownloadHandler(AiohttpDownloadHandler):
    """Scrapy's aiohttp handler whose sockets look at the resolved address at connect time.

    A proxy named by the environment is the operator's choice and may be anywhere.
    """

    experimental = False  # a warning at each start would tell a user nothing to act on

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        # What a request without a timeout of its own gets: one look here instead of a middleware for each request.
        self._DEFAULT_CONNECT_TIMEOUT = crawler.settings.getfloat("DOWNLOAD_TIMEOUT")  # type: ignore[misc]
        self._networks = read_networks(crawler.settings.getlist("BACKLINKS_ALLOWED_NETWORKS"))
        self._proxies = frozenset(_proxy_addresses(getproxies().values()))
        # Set on Scrapy's own session and connector, which have no setting for it.
        self._session._retry_connection = False  # aiohttp would ask again at once, without a delay and uncounted
        self._session.connector._socket_factory = self._open_socket  # type: ignore[union-attr]

    def _open_socket(self, address: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, endpoint = address
        if (endpoint[0], endpoint[1]) not in self._proxies and not is_allowed(endpoint[0], self._networks):
            raise AddressRefused(errno.EACCES, f"{endpoint[0]} {_NOT_PUBLIC}")
        return socket.socket(family, kind, protocol)

    async def download_request(self, request: Request) -> Response:
        try:
            return await super().download_request(request)
        except DownloadConnectionRefusedError as error:
            if _is_refused_address(error.__cause__):
                raise AddressNotPublic(f"{request.url} is on an address that is not public") from error
            raise


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


def _proxy_addresses(proxies: Iterable[str]) -> Iterable[tuple[str, int]]:
    for proxy in proxies:
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        try:
            found = socket.getaddrinfo(parts.hostname, parts.port or 80, type=socket.SOCK_STREAM)
        except (OSError, ValueError):
            continue  # the download will say that the proxy cannot be reached
        for _, _, _, _, endpoint in found:
            yield str(endpoint[0]), int(endpoint[1])


def _is_refused_address(error: BaseException | None) -> bool:
    if not isinstance(error, aiohttp.ClientConnectorError):
        return False
    # Of a host with several addresses aiohttp keeps the messages of all errors in one.
    return isinstance(error.os_error, AddressRefused) or _NOT_PUBLIC in str(error.os_error)
