"""Harmonic centrality beside networkx's, exact and by HyperBall."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pytest

from link_index.ranks.graph import Graph
from link_index.ranks.harmonic_centrality import harmonic_centrality


def random_web(seed: int, nodes: int) -> tuple[Graph, Any]:
    theirs = nx.gnp_random_graph(nodes, 3 / nodes, seed=seed, directed=True)
    edges = np.array(theirs.edges())
    return Graph.from_edges(edges[:, 0], edges[:, 1], nodes), theirs


def of_networkx(theirs: Any) -> Any:
    found = nx.harmonic_centrality(theirs)
    return np.array([found[node] for node in range(len(theirs))])


@pytest.mark.parametrize("seed", range(3))
def test_on_small_graphs_it_is_that_of_networkx(seed: int) -> None:
    ours, theirs = random_web(seed, 400)
    found = harmonic_centrality(ours)
    assert found.method == "exact"
    assert np.abs(found.values - of_networkx(theirs)).max() < 1e-9


def test_on_large_graphs_it_is_near_it_and_the_method_is_named() -> None:
    ours, theirs = random_web(7, 1500)
    found, exact = harmonic_centrality(ours, exact_up_to=0), of_networkx(theirs)
    assert found.method == "HyperBall, 256 registers"
    central = exact > 20
    assert np.abs(found.values[central] / exact[central] - 1).mean() < 0.065
    assert np.all(found.values[exact == 0] == 0)


def test_a_node_that_a_whole_web_links_to_is_reached_in_parts() -> None:
    nodes = 70_000  # more links than are gathered at once
    star = Graph.from_edges(np.arange(1, nodes), np.zeros(nodes - 1, int), nodes)
    values = harmonic_centrality(star).values
    assert values[0] == pytest.approx(nodes - 1, rel=0.15)
    assert not values[1:].any()


def test_a_graph_without_nodes_has_no_centrality() -> None:
    assert len(harmonic_centrality(Graph.from_edges(np.array([], int), np.array([], int), 0)).values) == 0
