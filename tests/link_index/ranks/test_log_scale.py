"""Raw figures on the scale that people read."""

from __future__ import annotations

import numpy as np
import pytest

from link_index.ranks.log_scale import shown, shown_centrality


def test_nothing_is_0_all_is_100_and_equal_ratios_are_equal_steps() -> None:
    shares = np.zeros(1_000_000)
    shares[1:5] = 1.0, 1e-2, 1e-3, 1e-4
    figures = shown(shares)
    assert figures[:2].tolist() == [0.0, 100.0]
    assert figures[2] - figures[3] == pytest.approx(figures[3] - figures[4], abs=0.2)
    assert figures[3] == pytest.approx(100 * np.log(1001) / np.log(1_000_001), abs=0.05)


def test_the_least_there_can_be_is_told_from_nothing() -> None:
    assert shown(np.array([0.0, 1e-300, 0.5, 0.5])).tolist()[:2] == [0.0, 0.1]


@pytest.mark.parametrize(("shares", "figures"), [([], []), ([1.0], [100.0]), ([0.0], [0.0])])
def test_the_smallest_graphs_have_figures_too(shares: list[float], figures: list[float]) -> None:
    assert shown(np.array(shares)).tolist() == figures


def test_centrality_is_0_where_nothing_links_and_100_where_all_do() -> None:
    assert shown_centrality(np.array([0.0, 3.0, 1.0, 1.0])).tolist() == [0.0, 100.0, 50.0, 50.0]
    assert shown_centrality(np.array([0.0])).tolist() == [0.0]
