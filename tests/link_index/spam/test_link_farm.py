"""Farms exchange links and live off them; friends, hubs and stars do not."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from link_index.spam.link_farm import k_core, link_farm, local_density, reciprocal
from tests.link_index.spam.small_webs import exchanged, mutual, named, pairs_of, small_web

LIMITS = {"points": 35.0, "core": 4, "core_full": 12, "density": 0.7, "share": 0.5}


def found(links: object, **limits: float) -> set[str]:
    web = small_web(links)  # type: ignore[arg-type]
    return {web.names[each.domain] for each in link_farm(web, LIMITS | limits)}


def test_domains_that_all_exchange_links_are_a_farm() -> None:
    farm = named("farm", 5)
    web = small_web([*mutual(farm), ("site", "farm000"), ("farm001", "site")])
    findings = list(link_farm(web, LIMITS))
    assert {web.names[each.domain] for each in findings} == set(farm)
    first = findings[0]
    assert first.points == 17.5
    assert first.evidence == {"domains": 4, "density": 1.0, "share": 0.8, "some": farm[1:]}
    assert first.said == (
        "it exchanges links with 4 domains; 100% of the pairs of these do so, too, and they are 80% of the domains "
        "that link to it"
    )


def test_one_domain_less_is_no_farm() -> None:
    assert found(mutual(named("farm", 4))) == set()


def test_a_friend_outside_changes_nothing() -> None:
    links = [*mutual(named("farm", 5)), *exchanged([("farm000", "friend")])]
    assert found(links) == set(named("farm", 5))


def test_links_that_are_not_returned_are_no_farm() -> None:
    assert found(pairs_of(named("site", 12))) == set()


def test_a_star_is_no_farm() -> None:
    assert found(exchanged(("hub", site) for site in named("site", 30))) == set()


def test_nofollow_links_are_no_votes() -> None:
    assert found(dict.fromkeys(mutual(named("farm", 6)), 1)) == set()


@pytest.mark.parametrize(("left_out", "is_farm"), [(4, True), (5, False)])
def test_a_neighbourhood_of_fewer_exchanging_pairs_is_a_circle_of_friends(left_out: int, is_farm: bool) -> None:
    # Around the first there are 6 domains and 15 pairs of them: 11 are 0.73, 10 are 0.67.
    pairs = pairs_of(named("farm", 7))
    without = [("farm001", "farm002"), ("farm003", "farm004"), ("farm005", "farm006"), ("farm001", "farm004"),
               ("farm002", "farm005")]  # fmt: skip
    links = exchanged(pair for pair in pairs if pair not in without[:left_out])
    assert ("farm000" in found(links)) is is_farm


@pytest.mark.parametrize(("readers", "is_farm"), [(4, True), (5, False)])
def test_a_domain_with_more_readers_elsewhere_does_not_live_off_its_farm(readers: int, is_farm: bool) -> None:
    links = [*mutual(named("farm", 5)), *((site, "farm000") for site in named("site", readers))]
    assert ("farm000" in found(links)) is is_farm


def test_core_and_density_are_those_of_networkx() -> None:
    random = nx.gnp_random_graph(80, 0.15, seed=3)
    edges = np.array([*random.edges, *(edge[::-1] for edge in random.edges)])
    graph = reciprocal(edges[:, 0], edges[:, 1], 80)
    clustering = nx.clustering(random)
    assert local_density(graph) == pytest.approx([clustering[node] for node in range(80)])
    for k in (8, 9, 10):
        core = k_core(graph, k)
        assert set(np.flatnonzero(np.diff(core.indptr)).tolist()) == set(nx.k_core(random, k))


def test_of_many_neighbours_a_sample_of_pairs_is_looked_at() -> None:
    random = nx.gnp_random_graph(150, 0.5, seed=3)
    edges = np.array([*random.edges, *(edge[::-1] for edge in random.edges)])
    density = local_density(reciprocal(edges[:, 0], edges[:, 1], 150))
    clustering = nx.clustering(random)
    assert density == pytest.approx([clustering[node] for node in range(150)], abs=0.1)
    assert density.mean() == pytest.approx(sum(clustering.values()) / 150, abs=0.01)
    assert found(mutual(named("farm", 60))) == set(named("farm", 60))
