"""Ranks the web of a run: every rank of pages and domains as an array of raw values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from link_index.graph.web_arrays import WebArrays, places
from link_index.ranks.graph import Graph
from link_index.ranks.harmonic_centrality import harmonic_centrality
from link_index.ranks.page_rank import DAMPING, TOLERANCE, check_range, domain_teleport, page_rank, votes
from link_index.ranks.trust import spam_distance, trust

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from link_index.ranks.page_rank import Ranking
    from link_index.ranks.seed_list import SeedList
    from link_index.scoring.stage_folder import StageFolder

Array = Any  # of numbers, one a page or a domain

STAGE = "ranks"
VOTES = "_votes"  # the part of a rank that comes over links; what people are shown
PAGE_RANKS = ("page_rank", "page_site_rank", "page_trust")
DOMAIN_RANKS = ("domain_rank", "domain_harmonic", "domain_trust", "domain_spam_distance")


class RankOptions(NamedTuple):
    """What an operator may choose."""

    damping: float = DAMPING
    tolerance: float = TOLERANCE
    trusted: SeedList | None = None
    spam: SeedList | None = None

    def checked(self) -> RankOptions:
        """The same; raises a UsageMistake for numbers out of range, before any work is done."""
        check_range(self.damping, self.tolerance)
        return self


class EarlierRanks:
    """The ranks of an earlier run as a first guess: what changed little takes few iterations."""

    def __init__(self, web: WebArrays, folder: StageFolder) -> None:
        self._web, self._folder = web, folder

    def guess(self, name: str, web: WebArrays) -> Array | None:
        """The earlier values, in the order of this web; what is new begins with the least of them."""
        earlier = self._folder.load(STAGE, name)
        if earlier is None or web.seed != self._web.seed or not len(earlier):
            return None
        of_pages = name in PAGE_RANKS
        ours, theirs = (
            (web.page_hashes, self._web.page_hashes) if of_pages else (web.domain_hashes, self._web.domain_hashes)
        )
        at = places(theirs, ours)
        return np.where(at >= 0, np.asarray(earlier)[at], np.min(earlier))


class RankStage:
    """Computes one array after the other; each is saved as soon as it is there."""

    def __init__(
        self,
        web: WebArrays,
        options: RankOptions,
        folder: StageFolder,
        earlier: EarlierRanks | None,
        told: Callable[[str], Any],
    ) -> None:
        self._web, self._options, self._folder, self._earlier, self._told = web, options, folder, earlier, told
        self._iterations: dict[str, dict[str, Any]] = {}

    def run(self) -> dict[str, Any]:
        """How each rank came about: iterations and error, or method."""
        self._rank_pages()
        self._rank_domains()
        return {"ranks": self._iterations, "seeds": self._seeds_found()}

    def _seeds_found(self) -> dict[str, int]:
        """How many of the domains of each list are in the web: without any, the list says nothing."""
        lists = {"trusted": self._options.trusted, "spam": self._options.spam}
        return {name: int(_is_one_of(self._web, listed).sum()) for name, listed in lists.items() if listed}

    def _rank_pages(self) -> None:
        teleport = domain_teleport(self._web.page_domain)
        self._rank_by_others(teleport)
        self._rank_with_sites(teleport)

    def _rank_by_others(self, teleport: Array) -> None:
        graph = Graph.from_edges(*self._web.votes(internal=False), self._web.pages)
        self._popularity("page_rank", graph, teleport)

    def _rank_with_sites(self, teleport: Array) -> None:
        flow = Graph.from_edges(*self._web.votes(internal=True), self._web.pages)
        self._popularity("page_site_rank", flow, teleport)
        if self._options.trusted:
            is_trusted = _is_one_of(self._web, self._options.trusted)[self._web.page_domain]
            seeds = np.where(is_trusted, teleport, 0.0)
            self._iterate("page_trust", lambda **how: trust(flow, seeds, **how))

    def _rank_domains(self) -> None:
        web, options = self._web, self._options
        sources, targets, pages = web.domain_edges()
        graph = Graph.from_edges(sources, targets, web.domains, 1 + np.log2(np.maximum(pages, 1)))
        self._popularity("domain_rank", graph, None)
        if options.trusted:
            seeds = _is_one_of(web, options.trusted).astype(np.float64)
            self._iterate("domain_trust", lambda **how: trust(graph, seeds, **how))
        if options.spam:
            self._told("distance to spam")
            self._save("domain_spam_distance", spam_distance(graph, np.flatnonzero(_is_one_of(web, options.spam))))
        self._told("harmonic centrality")
        centrality = harmonic_centrality(graph, told=lambda hops: self._told(f"harmonic centrality, {hops} hops"))
        self._iterations["domain_harmonic"] = {"method": centrality.method}
        self._save("domain_harmonic", centrality.values)

    def _popularity(self, name: str, graph: Graph, teleport: Array | None) -> None:
        ranks = self._iterate(name, lambda **how: page_rank(graph, teleport=teleport, **how))
        self._save(f"{name}{VOTES}", votes(graph, ranks, self._options.damping))

    def _iterate(self, name: str, rank: Callable[..., Ranking]) -> Array:
        shown = name.replace("_", " ")
        ranking = rank(
            damping=self._options.damping,
            tolerance=self._options.tolerance,
            start=self._earlier.guess(name, self._web) if self._earlier else None,
            told=lambda number, error: self._told(f"{shown}, iteration {number}, error {error:.0e}"),
        )
        self._iterations[name] = {"iterations": ranking.iterations, "error": ranking.error}
        self._save(name, ranking.values)
        return ranking.values

    def _save(self, name: str, values: Array) -> None:
        self._folder.save(STAGE, {name: values})


def _is_one_of(web: WebArrays, seeds: SeedList) -> NDArray[np.bool_]:
    """For each domain, whether the list names it."""
    numbers = web.domain_index_of(seeds.domains)
    named = np.zeros(web.domains, bool)
    named[numbers[numbers >= 0]] = True
    return named
