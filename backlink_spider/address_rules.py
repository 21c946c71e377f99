"""Which addresses and names are of the public internet: pure functions of an address, a host and networks."""

from __future__ import annotations

import ipaddress
import re
import socket
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    Address = ipaddress.IPv4Address | ipaddress.IPv6Address
    Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# IANA's registry of special purposes (RFC 6890), less the blocks of it that are globally reachable. A list of our own:
# what `ipaddress` takes for global changed within Python 3.11 and 3.12. `deploy/` has it once more, for firewalls.
NOT_PUBLIC_4 = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this host; Linux connects to itself by it
        "10.0.0.0/8",
        "100.64.0.0/10",  # carriers' NAT; 100.100.100.200 is a cloud's metadata
        "127.0.0.0/8",
        "168.63.129.16/32",  # public by its number, and on every machine of Azure the platform's own
        "169.254.0.0/16",  # link-local; 169.254.169.254 is most clouds' metadata
        "172.16.0.0/12",
        "192.0.0.0/24",  # protocols; 192.0.0.192 is a cloud's metadata
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # relays of 6to4, given up
        "192.168.0.0/16",
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
GLOBAL_UNICAST_6 = ipaddress.IPv6Network("2000::/3")  # all that IANA has given out of IPv6 for public use
NOT_PUBLIC_6 = tuple(
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # protocols; Teredo, 2001::/32, carries any IPv4 address
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which carries any IPv4 address
        "3fff::/20",  # documentation
    )
)
# RFC 6052: an IPv4 address in its last 32 bits, to which networks that speak IPv6 alone translate.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

LOOPBACK = ipaddress.IPv4Address("127.0.0.1")
# RFC 6761, RFC 6762 with its appendix G, RFC 8375; ICANN's resolution 2024.07.29.06 on .internal.
_PRIVATE_ENDINGS = frozenset({
    "localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan", "home.arpa",
})  # fmt: skip
_NUMBERS = re.compile(r"[0-9a-fx.]*[0-9][0-9a-fx.]*", re.IGNORECASE)


def is_public(address: Address) -> bool:
    """Whether it is of the public internet; an IPv4 address within one of IPv6 decides for it."""
    if isinstance(address, ipaddress.IPv6Address):
        if (inner := _embedded(address)) is not None:
            return is_public(inner)
        return address in GLOBAL_UNICAST_6 and not is_within(address, NOT_PUBLIC_6)
    return not is_within(address, NOT_PUBLIC_4)


def is_named(address: Address, networks: Iterable[Network]) -> bool:
    """Whether it is in one of the networks, itself or as the IPv4 address it carries."""
    inner = _embedded(address) if isinstance(address, ipaddress.IPv6Address) else None
    return is_within(address, networks) or (inner is not None and is_within(inner, networks))


def is_within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks)


def read_address(text: str) -> Address:
    """Of a resolver's text, whose zone id is cut off."""
    return ipaddress.ip_address(text.partition("%")[0])


@lru_cache(maxsize=4096)  # a proxy is asked for the same hosts again and again
def literal_address(host: str) -> Address | None:
    """The address that a host is itself, in any spelling a connection would take (127.1, 0x7f.1, 2130706433)."""
    host = host.removesuffix(".")
    try:
        if ":" in host:
            return read_address(host.strip("[]"))
        return ipaddress.IPv4Address(socket.inet_aton(host)) if _NUMBERS.fullmatch(host) else None
    except (OSError, ValueError):
        return None


def is_localhost(host: str) -> bool:
    """RFC 6761 section 6.3: `localhost` and all names below it have the loopback's address and no other."""
    return host.lower().removesuffix(".").rpartition(".")[2] == "localhost"


@lru_cache(maxsize=4096)
def is_private_name(host: str) -> bool:
    """Whether a name can only be known within a network: of one label, or with an ending that no public name has."""
    labels = host.lower().removesuffix(".").split(".")
    if labels[-1] in _PRIVATE_ENDINGS or ".".join(labels[-2:]) in _PRIVATE_ENDINGS:
        return True
    return len(labels) == 1 and literal_address(host) is None


def _embedded(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address in _NAT64:
        return ipaddress.IPv4Address(address.packed[-4:])
    return address.ipv4_mapped
