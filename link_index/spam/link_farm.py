"""Signal: a link farm, domains that all vote for one another and live off these votes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from link_index.spam.finding import Finding, graded, some

if TYPE_CHECKING:
    from collections.abc import Iterator

    from link_index.ranks.graph import Floats, Ints
    from link_index.rules.rule_file import Rules
    from link_index.spam.domain_web import DomainWeb

_LOOKS = 25**2  # at pairs of a node's neighbours
_NODES_AT_A_TIME = 4_000  # 150 MB


def link_farm(web: DomainWeb, limits: Rules) -> Iterator[Finding]:
    """Domains in the core of the mutual dofollow links whose neighbours there are dense, and most of who links to them.

    `core`: how many mutual neighbours each has that are in the core, too. `density`: the share of the pairs of these
    that link to one another mutually. `share`: of the domains that link to a domain, those that are such neighbours.
    """
    votes = np.flatnonzero(web.dofollow)
    mutual = reciprocal(web.source[votes], web.target[votes], web.domains)
    core = k_core(mutual, limits["core"])
    neighbours, density = np.diff(core.indptr), local_density(core)
    share = neighbours / np.maximum(web.referrers, 1)
    found = (neighbours > 0) & (density >= limits["density"]) & (share >= limits["share"])
    for domain in np.flatnonzero(found).tolist():
        mates = core.indices[core.indptr[domain] : core.indptr[domain + 1]].tolist()
        yield Finding(
            domain,
            limits["points"] * graded(len(mates), limits["core"], limits["core_full"]),
            f"it exchanges links with {len(mates):,} domains; {density[domain]:.0%} of the pairs of these do so, too, "
            f"and they are {share[domain]:.0%} of the domains that link to it",
            {
                "domains": len(mates),
                "density": round(float(density[domain]), 3),
                "share": round(float(share[domain]), 3),
                "some": some(web.names, mates),
            },
        )


def reciprocal(source: Ints, target: Ints, nodes: int) -> csr_array:
    """The pairs that link to one another, as a symmetric matrix; edges are named once and have two different ends."""
    there = np.asarray(source, np.int64) * nodes + target
    back = np.sort(np.asarray(target, np.int64) * nodes + source)
    at = np.minimum(np.searchsorted(back, there), max(0, len(back) - 1))
    kept = back[at] == there if len(back) else np.zeros(0, bool)
    data = np.ones(np.count_nonzero(kept), np.int32)
    return csr_array((data, (source[kept], target[kept])), shape=(nodes, nodes))


def k_core(graph: csr_array, k: int) -> csr_array:
    """The largest part in which each node has k neighbours (Seidman, 1983), as a graph of all nodes.

    Each edge is looked at once, when one of its ends goes.
    """
    degrees = np.diff(graph.indptr).astype(np.int64)
    going = np.flatnonzero(degrees < k)
    gone = degrees < k
    while len(going):
        touched = graph.indices[ranges(graph.indptr[going], graph.indptr[going + 1])]
        np.subtract.at(degrees, touched, 1)
        going = np.unique(touched[~gone[touched] & (degrees[touched] < k)])
        gone[going] = True
    entries = graph.tocoo()
    kept = ~gone[entries.row] & ~gone[entries.col]
    return csr_array((entries.data[kept], (entries.row[kept], entries.col[kept])), shape=graph.shape)


def local_density(graph: csr_array) -> Floats:
    """The share of the pairs of each node's neighbours that are neighbours (Watts and Strogatz, 1998), 0 of none.

    Of nodes with more than 25 neighbours a sample of pairs is looked at, right to 0.02 or so: a farm of thousands would
    have billions.
    """
    degrees = np.diff(graph.indptr).astype(np.int64)
    density = np.zeros(len(degrees))
    entries = graph.tocoo()
    edges = np.sort(entries.row.astype(np.int64) * len(degrees) + entries.col)
    random = np.random.default_rng(7)  # the same web has the same density
    nodes = np.flatnonzero(degrees > 1)
    for part in (nodes[at : at + _NODES_AT_A_TIME] for at in range(0, len(nodes), _NODES_AT_A_TIME)):
        squares = degrees[part] ** 2
        looks = np.minimum(squares, _LOOKS)
        at = ranges(np.zeros_like(looks), looks)
        at = np.where(np.repeat(looks < squares, looks), random.integers(np.repeat(squares, looks)), at)
        first, second = np.divmod(at, np.repeat(degrees[part], looks))
        begin = np.repeat(graph.indptr[part], looks)
        pair = graph.indices[begin + first].astype(np.int64) * len(degrees) + graph.indices[begin + second]
        linked = edges[np.minimum(np.searchsorted(edges, pair), len(edges) - 1)] == pair  # nobody with himself
        of = np.repeat(np.arange(len(part)), looks)
        density[part] = np.bincount(of, linked) / np.bincount(of, first != second)
    return density


def ranges(starts: Ints, ends: Ints) -> Ints:
    """All numbers of these ranges, one range after the other."""
    lengths = np.asarray(ends - starts, np.int64)
    before = np.repeat(np.cumsum(lengths) - lengths, lengths)
    return np.arange(lengths.sum()) - before + np.repeat(np.asarray(starts, np.int64), lengths)
