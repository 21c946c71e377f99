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

_WEDGES_AT_A_TIME = 4_000_000  # paths of two edges held in memory: 100 MB


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
    found = (neighbours >= limits["core"]) & (density >= limits["density"]) & (share >= limits["share"])
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
    """The pairs that link to one another, as a symmetric matrix without a diagonal; edges are named once."""
    there = np.asarray(source, np.int64) * nodes + target
    back = np.sort(np.asarray(target, np.int64) * nodes + source)
    at = np.minimum(np.searchsorted(back, there), max(0, len(back) - 1))
    kept = (back[at] == there) & (source != target) if len(back) else np.zeros(0, bool)
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
    """The share of the pairs of each node's neighbours that are neighbours (Watts and Strogatz, 1998), 0 of none."""
    degrees = np.diff(graph.indptr).astype(np.int64)
    return _triangles(graph, degrees) / np.maximum(1, degrees * (degrees - 1) // 2)


def _triangles(graph: csr_array, degrees: Ints) -> Ints:
    """Of each node; counted from its corner of the lowest degree, which bounds the work by edges ** 1.5."""
    nodes = len(degrees)
    entries = graph.tocoo()
    upward = (degrees[entries.row] < degrees[entries.col]) | (
        (degrees[entries.row] == degrees[entries.col]) & (entries.row < entries.col)
    )
    rows, columns = entries.row[upward].astype(np.int64), entries.col[upward].astype(np.int64)
    order = np.lexsort((columns, rows))
    rows, columns = rows[order], columns[order]
    starts = np.searchsorted(rows, np.arange(nodes + 1))
    known = rows * nodes + columns
    triangles = np.zeros(nodes, np.int64)
    # Each edge row -> column makes a wedge with each other edge row -> third; a triangle if column -> third is there.
    wedges = np.cumsum(starts[rows + 1] - starts[rows])
    begin = 0
    while begin < len(rows):
        done = wedges[begin - 1] if begin else 0
        end = max(begin + 1, int(np.searchsorted(wedges, done + _WEDGES_AT_A_TIME)))
        lengths = starts[rows[begin:end] + 1] - starts[rows[begin:end]]
        first, second = np.repeat(rows[begin:end], lengths), np.repeat(columns[begin:end], lengths)
        third = columns[ranges(starts[rows[begin:end]], starts[rows[begin:end] + 1])]
        closing = second * nodes + third
        closed = known[np.minimum(np.searchsorted(known, closing), len(known) - 1)] == closing
        for corner in (first, second, third):
            triangles += np.bincount(corner[closed], minlength=nodes)
        begin = end
    return triangles


def ranges(starts: Ints, ends: Ints) -> Ints:
    """All numbers of these ranges, one range after the other."""
    lengths = np.asarray(ends - starts, np.int64)
    before = np.repeat(np.cumsum(lengths) - lengths, lengths)
    return np.arange(lengths.sum()) - before + np.repeat(np.asarray(starts, np.int64), lengths)
