from __future__ import annotations

import tracemalloc
from math import log2

import pytest

from link_index.anchors import anchor_profile as module
from link_index.anchors.anchor_class import CLASSES
from link_index.anchors.anchor_profile import anchor_profile
from tests.link_index.anchors.links import START, link, links, varied


def test_classes_are_counted_by_links_and_by_domains() -> None:
    profile = anchor_profile(
        [
            *(link("a.example", "shoes", "exact", page=page) for page in range(6)),
            link("a.example", "Acme", "branded"),
            link("b.example", "Acme", "branded"),
            link("c.example", "", "empty"),
            link("d.example", "here", "generic"),
        ]
    )
    shares = {share.anchor_class: share for share in profile.classes}
    assert list(shares) == list(CLASSES)
    assert shares["exact"][1:] == (6, 0.6, 1, 0.25)
    assert shares["branded"][1:] == (2, 0.2, 2, 0.5)
    assert shares["other"][1:] == (0, 0.0, 0, 0.0)
    assert (profile.links, profile.referring_domains) == (10, 4)


def test_the_anchors_of_most_domains_come_first_and_case_makes_no_difference() -> None:
    profile = anchor_profile(
        [
            link("a.example", "Shoes", "exact", day=3),
            link("b.example", "shoes", "exact", day=1),
            *(link("c.example", "boots", "exact", page=page) for page in range(9)),
        ]
    )
    first, second = profile.top_anchors
    assert first[:4] == ("shoes", "exact", 2, 2)  # as it was first seen
    assert second[:4] == ("boots", "exact", 9, 1)


@pytest.mark.parametrize(
    ("domains_of_anchors", "effective", "top"),
    [([5, 5, 5, 5], 4.0, 0.25), ([20], 1.0, 1.0), ([1] * 16, 16.0, 1 / 16), ([], 0.0, 0.0)],
)
def test_effective_anchors_are_as_many_as_equally_frequent_ones(
    domains_of_anchors: list[int], effective: float, top: float
) -> None:
    made = [
        found
        for number, count in enumerate(domains_of_anchors)
        for found in links(count, f"anchor {number}", "other", 100 * number)
    ]
    varied = anchor_profile(made).rotation
    assert varied.anchors == len(domains_of_anchors)
    assert varied.effective_anchors == pytest.approx(effective)
    assert varied.entropy == pytest.approx(log2(effective) if effective else 0)
    assert varied.top_share == pytest.approx(top)


def test_a_sitewide_link_weighs_in_the_rotation_as_one() -> None:
    made = [link("a.example", "shoes", page=page) for page in range(1000)] + varied(9)
    assert anchor_profile(made).rotation.effective_anchors == pytest.approx(10)


def test_rotation_is_measured_by_month() -> None:
    made = [*links(4, "shoes", "exact", day=40), *varied(4, 10)]
    january, february = anchor_profile(made).months
    assert january == ("2026-01", 4, 4, pytest.approx(4), 0.0)
    assert february == ("2026-02", 4, 1, pytest.approx(1), 1.0)


def test_a_use_keeps_the_link_that_was_seen_first() -> None:
    [use] = anchor_profile([link("a.example", "x", day=5, page=1), link("a.example", "x", day=2, page=2)]).uses
    assert (use.links, use.source_url) == (2, "https://a.example/2")
    assert (use.first_seen - START).days == 2


def test_no_links_have_a_profile_too() -> None:
    profile = anchor_profile([])
    assert (profile.links, profile.referring_domains, profile.top_anchors, profile.months) == (0, 0, [], [])
    assert {share.link_share for share in profile.classes} == {0.0}


def test_what_is_told_apart_is_bounded_and_the_rest_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_USES", 500)
    anchor_profile(varied(600))
    tracemalloc.start()
    profile = anchor_profile(found for start in range(0, 20_000, 100) for found in varied(100, start))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (profile.links, len(profile.uses), profile.beyond_cap) == (20_000, 500, 19_500)
    assert peak < 2_000_000
