"""The graph of a list of edges, and distances in it."""

from __future__ import annotations

import numpy as np

from link_index.ranks.graph import Graph
from link_index.ranks.trust import spam_distance

# 0 -> 1 -> 2 -> 3, 4 -> 2, and 5 alone
SOURCES, TARGETS = np.array([0, 1, 2, 4]), np.array([1, 2, 3, 2])


def test_an_edge_counts_once_however_often_it_is_named_and_nobody_votes_for_himself() -> None:
    graph = Graph.from_edges(np.array([0, 0, 0, 1]), np.array([1, 1, 2, 1]), 3)
    assert (graph.edges, graph.out.tolist()) == (2, [2.0, 0.0, 0.0])


def test_weights_of_one_edge_add_up() -> None:
    graph = Graph.from_edges(np.array([0, 0, 1]), np.array([1, 1, 1]), 2, np.array([1.5, 2.0, 9.0]))
    assert (graph.edges, graph.out.tolist()) == (1, [3.5, 0.0])


def test_hops_are_counted_along_the_edges_from_the_nearest_start() -> None:
    graph = Graph.from_edges(SOURCES, TARGETS, 6)
    assert graph.reached_from(np.array([0, 4])).tolist() == [0, 1, 1, 2, 0, -1]


def test_the_distance_to_spam_is_that_from_the_page_that_links() -> None:
    graph = Graph.from_edges(SOURCES, TARGETS, 6)
    assert spam_distance(graph, np.array([2])).tolist() == [2, 1, 0, -1, 1, -1]
    assert spam_distance(graph, np.array([], int)).tolist() == [-1] * 6
