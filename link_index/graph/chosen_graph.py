"""One graph out of the web: the nodes and edges over which a rank flows, or all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from link_index.graph.web_arrays import DOFOLLOW, EXTERNAL, HIDDEN
from link_index.ranks.page_rank import domain_teleport

if TYPE_CHECKING:
    from collections.abc import Callable

    from link_index.graph.web_arrays import WebArrays

# By name, the edges of the graph; of all but the last none leads from a node to itself.
GRAPHS = {
    "pages": "dofollow links between pages of different domains: what `rank` flows over",
    "sites": "dofollow links between pages: what `site_rank` and the trust of pages flow over",
    "domains": "dofollow links between domains, and how many pages link: what the ranks of domains flow over",
    "all": "every live link between pages, with its labels",
}

Array = Any  # of numpy


@dataclass(frozen=True, slots=True)
class ChosenGraph:
    """Edges in order of source, then of target; a node is its number, as in the web."""

    source: Array  # int32
    target: Array  # int32
    teleport: Array  # float64, a node each; where readers start anew, sum one
    names: Callable[[Array], list[str]]  # page keys, or domains, of these numbers
    domains: Callable[[Array], list[str]]  # the registrable domains of these nodes
    columns: dict[str, Array] = field(default_factory=dict)  # by name, a whole number an edge

    @property
    def nodes(self) -> int:
        return len(self.teleport)

    @property
    def edges(self) -> int:
        return len(self.source)


def chosen_graph(web: WebArrays, which: str) -> ChosenGraph:
    """The graph of this name in GRAPHS. Takes up to 25 bytes an edge while it puts them in order."""
    if which == "domains":
        source, target, pages = web.domain_edges()
        uniform = np.full(web.domains, 1.0 / max(web.domains, 1))
        ordered = _in_order(source, target, {"linking_pages": pages})
        return ChosenGraph(*ordered[:2], uniform, web.names_of, web.names_of, ordered[2])
    if which == "all":
        source, target = web.source, web.target
        labels = (("external", EXTERNAL), ("dofollow", DOFOLLOW), ("hidden", HIDDEN))
        columns = {name: (web.flags & bit != 0).view(np.uint8) for name, bit in labels}
    else:
        source, target = web.votes(internal=which == "sites")
        kept = source != target  # nobody votes for himself
        source, target, columns = source[kept], target[kept], {}
    ordered = _in_order(source, target, columns)

    def domains(pages: Array) -> list[str]:
        return web.names_of(web.page_domain[pages])

    return ChosenGraph(*ordered[:2], domain_teleport(web.page_domain), web.keys_of, domains, ordered[2])


def _in_order(source: Array, target: Array, columns: dict[str, Array]) -> tuple[Array, Array, dict[str, Array]]:
    """Edges that are in order of target, in order of source and then of target."""
    order = np.argsort(source, kind="stable")
    return source[order], target[order], {name: column[order] for name, column in columns.items()}
