"""A directed graph ready for rank iterations: who links to each node, as compressed rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import coo_array

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

Floats = Any  # a float64 array; numpy's generic names would say no more at each signature
Ints = Any  # an integer array


@dataclass(frozen=True, slots=True)
class Graph:
    """`rows` holds in row t, column s the weight of the edge from node s to node t; `out` each node's weight in all."""

    rows: csr_array
    out: Floats

    @classmethod
    def from_edges(cls, sources: Ints, targets: Ints, nodes: int, weights: Floats | None = None) -> Graph:
        """The graph of these edges, numbered 0 to nodes - 1.

        Without weights an edge counts once, however often it is named; with weights, those of equal edges add up and
        none may be negative. An edge from a node to itself is left out: nobody votes for himself. Takes 12 bytes an
        edge in the end; its peak is that of `python -m benchmarks.ranks`.
        """
        kept: NDArray[np.bool_] = sources != targets
        if not kept.all():
            sources, targets = sources[kept], targets[kept]
            weights = weights[kept] if weights is not None else None
        # One byte stands for an edge while the edges are put in order; how often an edge was named is lost, and may be.
        data = np.ones(len(sources), np.int8) if weights is None else np.asarray(weights, np.float64)
        rows = coo_array((data, (targets, sources)), shape=(nodes, nodes)).tocsr()
        rows.sum_duplicates()
        if weights is None:
            rows.data = np.ones(rows.nnz)
        out = np.bincount(rows.indices, weights=rows.data, minlength=nodes)
        return cls(rows, out)

    @property
    def nodes(self) -> int:
        return len(self.out)

    @property
    def edges(self) -> int:
        return int(self.rows.nnz)

    def reached_from(self, starts: Ints) -> Ints:
        """Hops along the edges from the nearest of these nodes to each node; -1 where none leads."""
        return _hops(self.rows, starts)

    def leading_to(self, ends: Ints) -> Ints:
        """Hops along the edges from each node to the nearest of these; -1 where none is reached."""
        return _hops(self.rows.T.tocsr(), ends)


def _hops(rows: csr_array, starts: Ints) -> Ints:
    """Breadth first: a node is one hop behind the first of those in its row."""
    hops = np.full(rows.shape[0], -1, np.int32)
    hops[starts] = 0
    at = hops == 0
    distance = 0
    while at.any():
        distance += 1
        at = (rows @ at.astype(np.float64) > 0) & (hops < 0)
        hops[at] = distance
    return hops
