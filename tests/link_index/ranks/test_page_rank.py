"""Ranks beside those of networkx and igraph, and what holds for the ranks of any graph."""

from __future__ import annotations

from typing import Any

import igraph
import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from link_index.errors import UsageMistake
from link_index.ranks.graph import Graph
from link_index.ranks.page_rank import Ranking, domain_teleport, page_rank
from link_index.ranks.trust import trust

ACCURATE = 1e-9  # of every single rank
KNOWN = ["karate_club_graph", "les_miserables_graph", "florentine_families_graph", "davis_southern_women_graph"]


def from_networkx(known: Any) -> tuple[Graph, Any]:
    """A known graph as ours and as networkx's, each undirected edge as two links."""
    theirs = nx.convert_node_labels_to_integers(nx.DiGraph(getattr(nx, known)()))
    edges = np.array([(a, b, data.get("weight", 1.0)) for a, b, data in theirs.edges(data=True)])
    ours = Graph.from_edges(edges[:, 0].astype(int), edges[:, 1].astype(int), len(theirs), edges[:, 2])
    return ours, theirs


def random_graph(seed: int, nodes: int = 300, edges: int = 900) -> tuple[Any, Any, Any]:
    """Sources, targets and weights of different edges; some nodes link to nothing, popular ones are linked to a lot."""
    random = np.random.default_rng(seed)
    linking = random.integers(0, nodes * 4 // 5, edges)
    popular = np.minimum(random.pareto(0.8, edges) * 3, nodes - 1).astype(int)
    pairs = set(zip(linking.tolist(), popular.tolist(), strict=True))
    sources, targets = np.array(sorted(pair for pair in pairs if pair[0] != pair[1])).T
    return sources, targets, random.uniform(0.1, 5.0, len(sources))


def of_networkx(theirs: Any, **options: Any) -> Any:
    found = nx.pagerank(theirs, tol=1e-14, max_iter=2000, **options)
    return np.array([found[node] for node in range(len(theirs))])


@pytest.mark.parametrize("known", KNOWN)
def test_the_ranks_of_known_graphs_are_those_of_networkx(known: str) -> None:
    ours, theirs = from_networkx(known)
    assert np.abs(page_rank(ours).values - of_networkx(theirs)).max() < ACCURATE


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("damping", [0.5, 0.85, 0.95])
def test_the_ranks_of_random_weighted_graphs_are_those_of_networkx_and_igraph(seed: int, damping: float) -> None:
    sources, targets, weights = random_graph(seed)
    ours = page_rank(Graph.from_edges(sources, targets, 300, weights), damping=damping).values
    theirs = nx.DiGraph()
    theirs.add_nodes_from(range(300))
    theirs.add_weighted_edges_from(zip(sources.tolist(), targets.tolist(), weights.tolist(), strict=True))
    assert np.abs(ours - of_networkx(theirs, alpha=damping)).max() < ACCURATE
    graph = igraph.Graph(300, list(zip(sources.tolist(), targets.tolist(), strict=True)), directed=True)
    assert np.abs(ours - np.array(graph.pagerank(damping=damping, weights=weights.tolist()))).max() < ACCURATE


@pytest.mark.parametrize("seed", range(3))
def test_readers_who_start_elsewhere_and_leave_dangling_nodes_elsewhere_rank_as_networkx_has_it(seed: int) -> None:
    sources, targets, _ = random_graph(seed)
    random = np.random.default_rng(seed)
    teleport, dangling = random.uniform(0, 1, 300), random.uniform(0, 1, 300)
    teleport[:200] = 0
    ours = page_rank(Graph.from_edges(sources, targets, 300), teleport=teleport, dangling=dangling).values
    theirs = nx.DiGraph()
    theirs.add_nodes_from(range(300))
    theirs.add_edges_from(zip(sources.tolist(), targets.tolist(), strict=True))
    vectors = [dict(enumerate(vector.tolist())) for vector in (teleport, dangling)]
    assert np.abs(ours - of_networkx(theirs, personalization=vectors[0], dangling=vectors[1])).max() < ACCURATE


def test_a_ring_a_star_and_a_chain_have_the_ranks_worked_out_by_hand() -> None:
    ring = page_rank(Graph.from_edges(np.array([0, 1, 2]), np.array([1, 2, 0]), 3)).values
    assert ring == pytest.approx([1 / 3] * 3)
    # Two votes for a centre that dangles: leaf = 0.05 + 0.85 centre / 3, centre = leaf + 2 * 0.85 leaf.
    leaf = 0.05 / (1 - 0.85 * 2.7 / 3)
    star = page_rank(Graph.from_edges(np.array([0, 1]), np.array([2, 2]), 3)).values
    assert star == pytest.approx([leaf, leaf, 2.7 * leaf])


GRAPHS = st.integers(2, 12).flatmap(
    lambda nodes: st.tuples(
        st.just(nodes),
        st.lists(st.tuples(st.integers(0, nodes - 1), st.integers(0, nodes - 1)), max_size=40),
    )
)


def graph(nodes: int, edges: list[tuple[int, int]]) -> Graph:
    pairs = np.array(edges, np.int64).reshape(-1, 2)
    return Graph.from_edges(pairs[:, 0], pairs[:, 1], nodes)


@given(GRAPHS)
def test_ranks_sum_to_one_and_none_is_below_the_floor(drawn: tuple[int, list[tuple[int, int]]]) -> None:
    found = page_rank(graph(*drawn))
    assert found.values.sum() == pytest.approx(1, abs=1e-12)
    assert found.values.min() >= 0.15 / drawn[0] - 1e-12
    assert found.error <= 1e-10


@given(GRAPHS, st.data())
def test_a_new_link_never_lowers_the_rank_of_its_target(drawn: tuple[int, list[tuple[int, int]]], data: Any) -> None:
    nodes, edges = drawn
    source = data.draw(st.integers(0, nodes - 1))
    target = data.draw(st.integers(0, nodes - 1))
    before, after = page_rank(graph(nodes, edges)), page_rank(graph(nodes, [*edges, (source, target)]))
    assert after.values[target] >= before.values[target] - 1e-9


@given(GRAPHS, st.data())
def test_trust_sums_to_one_and_is_nothing_exactly_where_no_seed_leads(
    drawn: tuple[int, list[tuple[int, int]]], data: Any
) -> None:
    nodes, edges = drawn
    seeds = data.draw(st.sets(st.integers(0, nodes - 1), min_size=1))
    shares = np.zeros(nodes)
    shares[list(seeds)] = 1
    guess = np.asarray(data.draw(st.none() | st.lists(st.floats(0, 1), min_size=nodes, max_size=nodes)), float)
    found = trust(graph(nodes, edges), shares, start=None if guess.ndim == 0 else guess).values
    assert found.sum() == pytest.approx(1, abs=1e-12)
    reached = set(seeds)
    while new := {b for a, b in edges if a in reached} - reached:
        reached |= new
    assert set(np.flatnonzero(found).tolist()) == reached


def test_without_seeds_there_is_no_trust() -> None:
    assert not trust(graph(3, [(0, 1)]), np.zeros(3)).values.any()


def test_a_million_pages_of_one_domain_vote_like_one_page_of_another() -> None:
    domains = np.array([0] * 50 + [1, 2, 3])
    # All pages of domain 0 link to page 51 (domain 2), the one page of domain 1 links to page 52 (domain 3).
    edges = Graph.from_edges(np.arange(51), np.array([51] * 50 + [52]), 53)
    ranks = page_rank(edges, teleport=domain_teleport(domains), dangling=domain_teleport(domains)).values
    assert ranks[51] == pytest.approx(ranks[52])


def test_ranks_of_an_earlier_graph_save_iterations_and_change_nothing() -> None:
    sources, targets, _ = random_graph(1)
    before = page_rank(Graph.from_edges(sources[:-1], targets[:-1], 300))
    now = Graph.from_edges(sources, targets, 300)
    fresh, warm = page_rank(now), page_rank(now, start=before.values)
    assert warm.iterations < fresh.iterations
    assert np.abs(warm.values - fresh.values).sum() <= 2e-10


def test_a_graph_without_nodes_or_without_links_has_ranks_too() -> None:
    assert page_rank(graph(0, [])) == Ranking(pytest.approx(np.zeros(0)), 0, 0.0)
    assert page_rank(graph(4, [])).values == pytest.approx([0.25] * 4)


@pytest.mark.parametrize(("damping", "tolerance"), [(1.0, 1e-9), (-0.1, 1e-9), (0.85, 0.0), (0.85, 1.0)])
def test_numbers_out_of_range_are_refused_in_words(damping: float, tolerance: float) -> None:
    with pytest.raises(UsageMistake, match=r"is between [01].* and 1, not"):
        page_rank(graph(2, []), damping=damping, tolerance=tolerance)
