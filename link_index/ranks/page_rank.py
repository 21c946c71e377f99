"""PageRank: the share of its time that a reader who follows links at random, and now and then starts anew, is there.

Brin and Page, "The anatomy of a large-scale hypertextual Web search engine" (1998), by power iteration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from link_index.errors import UsageMistake

if TYPE_CHECKING:
    from collections.abc import Callable

    from link_index.ranks.graph import Floats, Graph, Ints

DAMPING = 0.85
TOLERANCE = 1e-10
TINIEST = 1e-14  # below, double precision rounds it away
VERSION = "PageRank by power iteration, 1"


class Ranking(NamedTuple):
    """Ranks that sum to one. `error` bounds the sum of all deviations from the exact ranks."""

    values: Floats
    iterations: int
    error: float


def page_rank(
    graph: Graph,
    *,
    damping: float = DAMPING,
    tolerance: float = TOLERANCE,
    teleport: Floats | None = None,
    dangling: Floats | None = None,
    start: Floats | None = None,
    told: Callable[[int, float], object] | None = None,
) -> Ranking:
    """The ranks of all nodes.

    `teleport` is where readers start anew and `dangling` where they go from nodes without links, as shares of any
    sum; both are uniform where not given. `start` is a guess to begin with: the ranks of an earlier graph save
    iterations. Iterates until the L1 distance to the exact ranks is `tolerance` at most; `told` hears each
    iteration's number and error. Raises a UsageMistake for a damping or tolerance out of range.
    """
    check_range(damping, tolerance)
    nodes = graph.nodes
    if not nodes:
        return Ranking(np.zeros(0), 0, 0.0)
    anew = _shares(teleport, nodes)
    from_dangling = _shares(dangling, nodes)
    is_dangling = graph.out == 0
    ranks = _shares(start, nodes)
    # A step shrinks every deviation by the damping at least: what a step moves tells how far the end can be.
    beyond = damping / (1 - damping)
    for iteration in range(1, _most_iterations(damping, tolerance) + 1):
        new = votes(graph, ranks, damping)
        new += (damping * ranks[is_dangling].sum()) * from_dangling
        new += (1 - damping) * anew
        new /= new.sum()  # rounding alone
        error = float(np.abs(new - ranks).sum()) * beyond
        ranks = new
        if told:
            told(iteration, error)
        if error <= tolerance:
            break
    return Ranking(ranks, iteration, error)


def check_range(damping: float, tolerance: float) -> None:
    """Raises a UsageMistake for a damping or tolerance that no iteration ends with."""
    if not 0 <= damping < 1:
        raise UsageMistake(f"The damping factor is between 0 and 1, not {damping}; {DAMPING} is usual.")
    if not TINIEST <= tolerance < 1:
        raise UsageMistake(f"The tolerance is between {TINIEST} and 1, not {tolerance}; {TOLERANCE} is usual.")


def votes(graph: Graph, ranks: Floats, damping: float) -> Floats:
    """The part of each rank that comes over edges: 0 for a node that nothing links to."""
    per_weight = np.divide(damping, graph.out, out=np.zeros(graph.nodes), where=graph.out > 0)
    return graph.rows @ (ranks * per_weight)


def domain_teleport(page_domain: Ints) -> Floats:
    """One domain, one vote: each domain starts as many readers as any other, its pages share them evenly.

    `page_domain` is the number of each page's domain. A million pages weigh what one page does.
    """
    pages = np.bincount(page_domain)
    return 1.0 / (pages[page_domain] * max(int(np.count_nonzero(pages)), 1))


def _shares(given: Floats | None, nodes: int) -> Floats:
    if given is None:
        return np.full(nodes, 1.0 / nodes)
    return np.asarray(given, np.float64) / np.sum(given)


def _most_iterations(damping: float, tolerance: float) -> int:
    """How many steps reach the tolerance whatever the graph; rounding stops the last digits from getting better."""
    steps = np.log(tolerance * (1 - damping) / 4) / np.log(damping) if damping else 1
    return int(steps) + 10
