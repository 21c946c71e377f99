"""Raw ranks on the scale that people read."""

from __future__ import annotations

import numpy as np
import pytest

from link_index.ranks.log_scale import floor, scaled, scaled_distances


def test_no_vote_is_0_every_vote_is_100_and_equal_ratios_are_equal_steps() -> None:
    least = floor(1000, 0.85)
    raw = np.full(1000, least)
    raw[1], raw[2], raw[3] = 1.0, least * 10, least * 100
    shown = scaled(raw, 0.85)
    assert shown[:2].tolist() == [0.0, 100.0]
    assert shown[3] - shown[2] == pytest.approx(shown[2], abs=0.11)
    assert shown[2] == pytest.approx(100 * np.log(10) / np.log(1000 / 0.15), abs=0.05)


def test_trust_that_is_out_of_reach_is_0_and_the_least_within_it_is_not() -> None:
    raw = np.array([0.0, 1e-12, 0.4, 0.6])
    assert scaled(raw, 0.85, zero_is_out_of_reach=True)[:2].tolist() == [0.0, 0.1]
    assert scaled(raw, 0.85)[:2].tolist() == [0.0, 0.0]


@pytest.mark.parametrize(("raw", "damping"), [([], 0.85), ([1.0], 0.85), ([1.0], 0.0)])
def test_the_smallest_graphs_have_figures_too(raw: list[float], damping: float) -> None:
    shown = scaled(np.array(raw), damping)
    assert shown.tolist() == [100.0] * len(raw)


def test_centrality_is_0_where_nothing_links_and_100_where_all_do() -> None:
    assert scaled_distances(np.array([0.0, 3.0, 1.0, 1.0])).tolist() == [0.0, 100.0, 50.0, 50.0]
    assert scaled_distances(np.array([0.0])).tolist() == [0.0]
