"""Trust: PageRank whose readers start at trusted pages alone, and return there.

Gyongyi, Garcia-Molina and Pedersen, "Combating Web Spam with TrustRank" (2004).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from link_index.ranks.page_rank import DAMPING, TOLERANCE, Ranking, page_rank

if TYPE_CHECKING:
    from collections.abc import Callable

    from link_index.ranks.graph import Floats, Graph, Ints

VERSION = "TrustRank by power iteration, 1"


def trust(
    graph: Graph,
    seeds: Floats,
    *,
    damping: float = DAMPING,
    tolerance: float = TOLERANCE,
    start: Floats | None = None,
    told: Callable[[int, float], object] | None = None,
) -> Ranking:
    """The trust of all nodes; `seeds` holds each node's share of the start, 0 for those that are not trusted.

    Trust sums to one, and is exactly 0 where no edges lead from a seed; without any seed it is 0 everywhere.
    """
    if not np.any(seeds):
        return Ranking(np.zeros(graph.nodes), 0, 0.0)
    if start is not None:
        start = np.where(graph.reached_from(np.flatnonzero(seeds)) >= 0, start, 0.0)
        start = start if start.any() else None
    start = seeds if start is None else start
    return page_rank(
        graph, damping=damping, tolerance=tolerance, teleport=seeds, dangling=seeds, start=start, told=told
    )


def spam_distance(graph: Graph, spam: Ints) -> Ints:
    """Hops from each node along its edges to the nearest of the known spam nodes, which are at 0; -1 where none is."""
    return graph.leading_to(spam)
