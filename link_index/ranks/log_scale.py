"""Raw ranks as figures from 0 to 100, on a logarithmic scale whose ends depend on the number of nodes alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from link_index.ranks.graph import Floats

LEAST_SHOWN = 0.1


def floor(nodes: int, damping: float) -> float:
    """The rank of a node that nothing votes for: its share of the readers who start anew."""
    return (1 - damping) / nodes if nodes else 1.0


def scaled(raw: Floats, damping: float, *, zero_is_out_of_reach: bool = False) -> Floats:
    """100 * ln(raw / floor) / ln(1 / floor), to a tenth: 0 has no vote, 100 has every vote there is.

    `zero_is_out_of_reach`: of trust, where 0 says that no seed leads there; the least trust above that is shown as 0.1.
    """
    least = floor(len(raw), damping)
    if least >= 1:
        return np.where(raw > 0, 100.0, 0.0)
    with np.errstate(divide="ignore"):
        values = np.log(np.maximum(raw, least) / least) * (100 / np.log(1 / least))
    values = np.clip(np.round(values, 1), 0.0, 100.0)
    return np.where(raw > 0, np.maximum(values, LEAST_SHOWN), 0.0) if zero_is_out_of_reach else values


def scaled_distances(centrality: Floats) -> Floats:
    """Harmonic centrality from 0 to 100, to a tenth: 100 * ln(1 + value) / ln(nodes), 100 where all link to it."""
    nodes = len(centrality)
    if nodes < 2:
        return np.zeros(nodes)
    return np.clip(np.round(np.log1p(centrality) * (100 / np.log(nodes)), 1), 0.0, 100.0)
