"""Which domains were served from one address or one network: /24 of IPv4, /48 of IPv6."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any

import numpy as np
from publicsuffixlist import PublicSuffixList

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pymongo.database import Database

    from link_index.documents import Document
    from link_index.ranks.graph import Ints

MOST_ADDRESSES = 4  # of a domain: behind a network of caches it has ever new ones
_PREFIX = {4: 24, 6: 48}


@dataclass(frozen=True, slots=True)
class AddressGroups:
    """Memberships: `group` and `domain` are numbers, one place for each domain in each of its groups.

    `names` are those of the groups: an address, or a network with its length.
    """

    names: Sequence[str]
    group: Ints
    domain: Ints

    @classmethod
    def none(cls) -> AddressGroups:
        return cls([], np.zeros(0, np.int32), np.zeros(0, np.int32))

    @classmethod
    def of(cls, seen: Iterable[tuple[int, str]]) -> AddressGroups:
        """The groups of (domain, address) pairs; what is no address is passed over."""
        groups: dict[str, int] = {}
        members = {
            (groups.setdefault(name, len(groups)), domain) for domain, address in seen for name in _groups(address)
        }
        ordered = np.array(sorted(members), np.int32).reshape(-1, 2)
        return cls(list(groups), ordered[:, 0], ordered[:, 1])


def addresses(db: Database[Document], numbers: Mapping[str, int]) -> Iterator[tuple[int, str]]:
    """(domain, address) of the crawled pages, each pair once; at most four addresses a domain.

    The domains of a platform that lends names below its own, a private suffix of the Public Suffix List, share its
    addresses by nature and are left out. Takes about 200 bytes a crawled domain.
    """
    seen: dict[int, set[str]] = {}
    for page in db["pages"].find({"outcome": "page"}, {"_id": 0, "domain": 1, "ip": 1}):
        address, number = page.get("ip"), numbers.get(page["domain"])
        if not isinstance(address, str) or number is None:
            continue
        known = seen.setdefault(number, set())
        if address in known or len(known) >= MOST_ADDRESSES or is_lent(page["domain"]):
            continue
        known.add(address)
        yield number, address


def is_lent(domain: str) -> bool:
    """Whether the domain lies below a private suffix, as `someone.blogspot.com` does."""
    registered: str | None = _registries().privatesuffix(domain)
    return registered is not None and registered != domain


@cache
def _registries() -> PublicSuffixList:
    return PublicSuffixList(only_icann=True, accept_unknown=False)


def _groups(address: str) -> tuple[str, ...]:
    try:
        parsed: Any = ip_address(address)
    except ValueError:
        return ()
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    return str(parsed), str(ip_network((int(parsed), _PREFIX[parsed.version]), strict=False))
