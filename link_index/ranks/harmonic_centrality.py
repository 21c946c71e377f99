"""Harmonic centrality: how near a node is to all that lead to it, the sum of one over each distance.

Boldi and Vigna, "Axioms for Centrality" (2014). Exact by breadth-first searches where there are few nodes; on large
graphs by HyperBall (the same authors, "In-Core Computation of Geometric Centralities with HyperBall", 2013): each
node keeps a HyperLogLog counter of the nodes that reach it within so many hops.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from link_index.ranks.graph import Floats, Graph, Ints

VERSION = "harmonic centrality, 1"
EXACT_UP_TO = 5_000  # nodes; a search from each of more takes minutes
REGISTERS = 256  # of a counter, a byte each: a standard deviation of 1.04 / sqrt(256) = 6.5 %
_AT_ONCE = 1 << 16  # edges gathered at a time: 16 MB of registers
_SEARCHES = 256  # searches at once


class Centrality(NamedTuple):
    """Values from 0 to nodes - 1, and how they were found: `exact` or `HyperBall`."""

    values: Floats
    method: str


def harmonic_centrality(
    graph: Graph, *, exact_up_to: int = EXACT_UP_TO, told: Callable[[int], object] | None = None
) -> Centrality:
    """The harmonic centrality of all nodes; weights count for nothing. `told` hears the hops done so far."""
    if graph.nodes <= exact_up_to:
        return Centrality(_exact(graph), "exact")
    return Centrality(_hyper_ball(graph, told), f"HyperBall, {REGISTERS} registers")


def _exact(graph: Graph) -> Floats:
    """Searches from many nodes side by side: column j holds which nodes the search from node j has come to."""
    values = np.zeros(graph.nodes)
    for first in range(0, graph.nodes, _SEARCHES):
        starts = np.arange(first, min(first + _SEARCHES, graph.nodes))
        seen = np.zeros((graph.nodes, len(starts)), bool)
        seen[starts, starts - first] = True
        at = seen.copy()
        hops = 0
        while at.any():
            hops += 1
            at = (graph.rows @ at.astype(np.float32) > 0) & ~seen
            seen |= at
            values += at.sum(axis=1) / hops
    return values


def _hyper_ball(graph: Graph, told: Callable[[int], object] | None) -> Floats:
    counters = _first_counters(graph.nodes)
    counted = _sizes(counters)
    values = np.zeros(graph.nodes)
    hops = 0
    while True:
        hops += 1
        grown = _united(graph, counters)
        changed = (grown != counters).any(axis=1)
        if not changed.any():
            return values
        counters = grown
        sizes = counted.copy()
        sizes[changed] = _sizes(counters[changed])
        values += np.maximum(sizes - counted, 0.0) / hops
        counted = np.maximum(sizes, counted)
        if told:
            told(hops)


def _first_counters(nodes: int) -> Ints:
    """A counter a node that has counted the node itself: its hash names a register and a number of leading zeros."""
    counters = np.zeros((nodes, REGISTERS), np.uint8)
    hashes = _mixed(np.arange(nodes, dtype=np.uint64))
    register = (hashes & np.uint64(REGISTERS - 1)).astype(np.intp)
    rest = (hashes >> np.uint64(8)).astype(np.float64) / 2.0**56
    zeros = np.minimum(-np.floor(np.log2(np.maximum(rest, 2.0**-56))), 56)
    counters[np.arange(nodes), register] = zeros.astype(np.uint8)
    return counters


def _mixed(numbers: Ints) -> Ints:
    """SplitMix64's finalizer: neighbouring numbers become unlike ones, the same ones in every run."""
    mixed = numbers + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _united(graph: Graph, counters: Ints) -> Ints:
    """Each counter with those of the nodes that link to it: register by register the larger."""
    united = counters.copy()
    starts, sources = graph.rows.indptr, graph.rows.indices
    linked = np.flatnonzero(np.diff(starts))
    first = 0
    while first < len(linked):
        begin = starts[linked[first]]
        last = int(np.searchsorted(starts[linked + 1], begin + _AT_ONCE, side="right"))
        last = max(last, first + 1)
        rows = linked[first:last]
        _unite(united, counters, rows, starts, sources)
        first = last
    return united


def _unite(united: Ints, counters: Ints, rows: Ints, starts: Ints, sources: Ints) -> None:
    """Unite the counters of some rows; a row of many millions of edges is taken in parts."""
    begin, end = starts[rows[0]], starts[rows[-1] + 1]
    if len(rows) == 1:
        for part in range(begin, end, _AT_ONCE):
            most = counters[sources[part : min(part + _AT_ONCE, end)]].max(axis=0)
            np.maximum(united[rows[0]], most, out=united[rows[0]])
        return
    most = np.maximum.reduceat(counters[sources[begin:end]], starts[rows] - begin, axis=0)
    united[rows] = np.maximum(united[rows], most)


def _sizes(counters: Ints) -> Floats:
    """The number of different nodes each counter has counted: HyperLogLog with linear counting for the small."""
    harmonic = np.zeros(len(counters))
    for register in range(REGISTERS):
        harmonic += np.exp2(-counters[:, register].astype(np.float64))
    alpha = 0.7213 / (1 + 1.079 / REGISTERS)
    estimate = alpha * REGISTERS * REGISTERS / harmonic
    empty = (counters == 0).sum(axis=1)
    few = REGISTERS * np.log(REGISTERS / np.maximum(empty, 1))
    return np.where((estimate <= 2.5 * REGISTERS) & (empty > 0), few, estimate)
