"""What the operator says of the network, in settings and the environment: networks, ports, proxies."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from backlink_spider.errors import BadOption

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from backlink_spider.address_rules import Network

_HIGHEST_PORT = 65535


def read_networks(words: Iterable[str]) -> list[Network]:
    """The networks of BACKLINKS_ALLOWED_NETWORKS, such as 127.0.0.0/8 or ::1. Raises BadOption."""
    networks = []
    for word in _words(words):
        try:
            networks.append(ipaddress.ip_network(word, strict=False))
        except ValueError as error:
            raise BadOption(f"BACKLINKS_ALLOWED_NETWORKS takes networks such as 10.0.0.0/8, not {word!r}.") from error
    return networks


def read_ports(words: Iterable[object]) -> frozenset[int]:
    """The ports of BACKLINKS_ALLOWED_PORTS; without any, nothing public is asked. Raises BadOption."""
    ports = set()
    for word in _words(str(word) for word in words):
        if not (word.isascii() and word.isdecimal() and len(word) < 6 and 0 < int(word) <= _HIGHEST_PORT):
            raise BadOption(f"BACKLINKS_ALLOWED_PORTS takes ports such as 80 or 443, not {word!r}.")
        ports.add(int(word))
    return frozenset(ports)


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


def _words(values: Iterable[str]) -> Iterator[str]:
    return filter(None, re.split(r"[\s,]+", " ".join(values)))
