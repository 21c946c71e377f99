"""On a web with planted schemes the signals find these and leave the innocent alone; floors are below what was seen."""

from __future__ import annotations

import pytest

from benchmarks.spam_signals import Judged, judged
from benchmarks.spam_web import SpamWeb

FLOORS = {  # recall and precision
    "link_farm": (0.95, 0.95),
    "shared_network": (0.95, 0.9),
    "twin_profiles": (0.95, 0.95),
    "hidden_links": (0.95, 0.95),
    "bursts": (0.9, 0.8),
    "many_outlinks": (1.0, 0.8),
    "dofollow_share": (0.6, 0.5),
}


@pytest.fixture(scope="module")
def seen() -> tuple[dict[str, Judged], dict[str, float]]:
    return judged(SpamWeb(6_000, seed=1))


@pytest.mark.parametrize("signal", FLOORS)
def test_a_signal_finds_its_scheme_and_hardly_an_innocent_domain(
    seen: tuple[dict[str, Judged], dict[str, float]], signal: str
) -> None:
    found, (recall, precision) = seen[0][signal], FLOORS[signal]
    assert found.recall >= recall
    assert found.precision >= precision


def test_in_a_web_without_schemes_next_to_nobody_has_a_score_and_none_a_high_one() -> None:
    web = SpamWeb(6_000, seed=1, planted=False)
    _, scores = judged(web)
    assert len(scores) <= 40
    assert max(scores.values()) < 20


def test_where_many_never_use_nofollow_never_using_it_says_nothing() -> None:
    web = SpamWeb(6_000, seed=1, careless=0.35)
    assert judged(web)[0]["dofollow_share"].innocent <= 5
