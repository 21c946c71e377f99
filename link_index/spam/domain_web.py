"""The web of registrable domains as the spam signals see it: one pair for each two that are linked, with its labels."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from link_index.graph.web_arrays import DOFOLLOW, EXTERNAL, HIDDEN
from link_index.spam.address_groups import AddressGroups

if TYPE_CHECKING:
    from collections.abc import Sequence

    from link_index.ranks.graph import Ints


@dataclass(frozen=True, slots=True)
class DomainWeb:
    """Pairs of different domains that a live link connects, in order of source, then of target.

    `source`, `target`: int32, numbers in `names`. `dofollow`: bool, one of their links is a vote. `hidden`: bool,
    readers see none of their links. `first_seen`: int32, days since 1970 of the oldest of their links.
    `targets`, `referrers`: how many domains each domain links to, and how many link to it.
    `busiest_page`, `busiest_links`: of each domain, the page with the most external links (-1: none) and how many.
    """

    names: Sequence[str]
    source: Ints
    target: Ints
    dofollow: Ints
    hidden: Ints
    first_seen: Ints
    targets: Ints
    referrers: Ints
    busiest_page: Ints
    busiest_links: Ints
    addresses: AddressGroups = field(default_factory=AddressGroups.none)

    @property
    def domains(self) -> int:
        return len(self.names)


def domain_web(
    names: Sequence[str],
    page_domain: Ints,
    edges: tuple[Ints, Ints, Ints, Ints],
    addresses: AddressGroups | None = None,
) -> DomainWeb:
    """The domains of a web of pages; `edges` are its sources, targets, flags and days, as `WebArrays` has them.

    Takes 52 bytes an external edge at its peak.
    """
    sources, targets, flags, days = edges
    external = np.flatnonzero(np.asarray(flags) & EXTERNAL)
    pages = sources[external]
    busiest = _busiest(page_domain, pages, len(names))
    pairs = page_domain[pages].astype(np.int64) * len(names) + page_domain[targets[external]]
    del pages
    order = np.argsort(pairs)
    pairs, labels, seen = pairs[order], flags[external[order]], days[external[order]]
    del order, external
    starts = np.flatnonzero(np.diff(pairs, prepend=-1))
    pairs = pairs[starts]
    source = (pairs // max(1, len(names))).astype(np.int32)
    target = (pairs % max(1, len(names))).astype(np.int32)
    del pairs
    return DomainWeb(
        names=names,
        source=source,
        target=target,
        dofollow=_over(np.bitwise_or, labels, starts) & DOFOLLOW > 0,
        hidden=_over(np.bitwise_and, labels, starts) & HIDDEN > 0,
        first_seen=_over(np.minimum, seen, starts),
        targets=np.bincount(source, minlength=len(names)),
        referrers=np.bincount(target, minlength=len(names)),
        busiest_page=busiest[0],
        busiest_links=busiest[1],
        addresses=addresses or AddressGroups.none(),
    )


def _busiest(page_domain: Ints, pages: Ints, domains: int) -> tuple[Ints, Ints]:
    """The page with the most of these links, and how many, of each domain."""
    links = np.bincount(pages, minlength=len(page_domain)).astype(np.int32)
    most = np.zeros(domains, np.int32)
    np.maximum.at(most, page_domain, links)
    page = np.full(domains, -1, np.int32)
    having = np.flatnonzero((links > 0) & (links == most[page_domain]))
    page[page_domain[having[::-1]]] = having[::-1]  # the first of several
    return page, most


def _over(operation: np.ufunc, values: Ints, starts: Ints) -> Ints:
    return operation.reduceat(values, starts) if len(starts) else np.asarray(values)
