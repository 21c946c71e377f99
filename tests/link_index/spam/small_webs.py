"""Webs of a few domains, by name, one page each: what the tests of the spam signals are checked against by hand."""

from __future__ import annotations

from itertools import combinations, permutations
from typing import TYPE_CHECKING

import numpy as np

from link_index.graph.web_arrays import DOFOLLOW, EXTERNAL
from link_index.spam.address_groups import AddressGroups
from link_index.spam.domain_web import DomainWeb, domain_web

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

VOTE = EXTERNAL | DOFOLLOW
Link = tuple[str, str]


def small_web(
    links: Iterable[Link] | Mapping[Link, int],
    *,
    days: Mapping[Link, int] | None = None,
    addresses: Iterable[Link] = (),
    others: int = 0,
) -> DomainWeb:
    """The web of these links; a mapping gives their flags. `others` domains are there and linked with nobody."""
    flags = dict(links) if isinstance(links, dict) else dict.fromkeys(links, VOTE)
    located = list(addresses)
    named = {name for link in flags for name in link} | {name for name, _ in located}
    names = sorted(named) + [f"other{each}" for each in range(others)]
    number = {name: each for each, name in enumerate(names)}
    ordered = sorted((number[b], number[a], flag, (days or {}).get((a, b), 0)) for (a, b), flag in flags.items())
    target, source, labels, seen = np.array(ordered, np.int64).reshape(-1, 4).T
    groups = AddressGroups.of((number[name], address) for name, address in located)
    return domain_web(names, np.arange(len(names), dtype=np.int32), (source, target, labels, seen), groups)


def mutual(names: Iterable[str]) -> list[Link]:
    """All of them link to all others."""
    return list(permutations(names, 2))


def exchanged(pairs: Iterable[Link]) -> list[Link]:
    return [link for a, b in pairs for link in ((a, b), (b, a))]


def named(prefix: str, number: int) -> list[str]:
    return [f"{prefix}{each:03}" for each in range(number)]


def pairs_of(names: list[str]) -> list[Link]:
    return list(combinations(names, 2))
