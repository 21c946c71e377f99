"""Raw figures as those from 0 to 100 that people read, on a logarithmic scale that the number of nodes sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from link_index.ranks.graph import Floats

LEAST_SHOWN = 0.1  # 0 says that there is nothing at all


def shown(shares: Floats) -> Floats:
    """100 * ln(1 + share * nodes) / ln(1 + nodes), to a tenth: of a whole of 1, what part each node has.

    0 has nothing, 100 has all there is; ten times as much is the same step wherever there is much.
    """
    nodes = len(shares)
    return _figures(np.log1p(np.asarray(shares) * nodes) / np.log1p(max(nodes, 1)))


def shown_centrality(centrality: Floats) -> Floats:
    """Harmonic centrality: 100 * ln(1 + value) / ln(nodes), to a tenth; 100 is a node that all others link to."""
    return _figures(np.log1p(centrality) / np.log(max(len(centrality), 2)))


def _figures(parts: Floats) -> Floats:
    figures = np.clip(np.round(parts * 100, 1), 0.0, 100.0)
    return np.where(parts > 0, np.maximum(figures, LEAST_SHOWN), 0.0)
