"""Twins share most of a rare profile; sites that link to what everyone links to are none."""

from __future__ import annotations

import numpy as np
import pytest

from link_index.spam.twin_profiles import candidates, twin_profiles, twins
from tests.link_index.spam.small_webs import Link, named, small_web

LIMITS = {"points": 30.0, "twins_full": 4, "alike": 0.8, "bits": 40.0, "entries": 8, "hub_share": 0.1}
LISTED = named("listed", 20)
ORDINARY: list[Link] = [(site, f"{site}-{each}") for site in named("ordinary", 62) for each in range(3)]


def linking(site: str, targets: list[str]) -> list[Link]:
    return [(site, target) for target in targets]


def found(links: list[Link], **limits: float) -> set[str]:
    web = small_web([*links, *ORDINARY])
    return {web.names[each.domain] for each in twin_profiles(web, LIMITS | limits)}


def test_two_sites_with_the_same_rare_targets_are_twins() -> None:
    web = small_web([*linking("one", LISTED[:10]), *linking("other", LISTED[:10]), *ORDINARY])
    findings = {web.names[each.domain]: each for each in twin_profiles(web, LIMITS)}
    assert set(findings) == {"one", "other"}
    # 64 profiles, two of which have each target: 5 bits apiece.
    assert findings["one"].evidence == {"way": "outlinks", "domains": 1, "alike": 1.0, "bits": 50.0, "some": ["other"]}
    assert findings["one"].said == "it links to nearly the same domains as 1 other, up to 100% alike"
    assert findings["one"].points == 7.5


def test_two_sites_with_the_same_backlinks_are_twins() -> None:
    links = [(target, source) for source, target in [*linking("one", LISTED[:9]), *linking("other", LISTED[:9])]]
    (one, other) = twin_profiles(small_web([*links, *((b, a) for a, b in ORDINARY)]), LIMITS)
    assert {one.evidence["way"], other.evidence["way"]} == {"backlinks"}
    assert {*one.evidence["some"], *other.evidence["some"]} == {"one", "other"}


def test_more_twins_give_more_points() -> None:
    web = small_web([*(link for site in named("site", 5) for link in linking(site, LISTED)), *ORDINARY])
    findings = list(twin_profiles(web, LIMITS | {"bits": 30.0}))
    assert [each.points for each in findings] == [15.0] * 5
    assert [each.evidence["domains"] for each in findings] == [4] * 5


@pytest.mark.parametrize(("own", "are_twins"), [(1, True), (2, False)])
def test_targets_of_their_own_make_profiles_less_alike(own: int, are_twins: bool) -> None:
    # 10 shared of 5 bits, and of each its own of 6: 50 / 62 is 0.81, 50 / 74 is 0.68.
    one = [*LISTED[:10], *(f"own-one{each}" for each in range(own))]
    other = [*LISTED[:10], *(f"own-other{each}" for each in range(own))]
    assert bool(found([*linking("one", one), *linking("other", other)])) is are_twins


@pytest.mark.parametrize(("entries", "are_twins"), [(10, True), (11, False)])
def test_short_profiles_are_not_compared(entries: int, are_twins: bool) -> None:
    assert bool(found([*linking("one", LISTED[:10]), *linking("other", LISTED[:10])], entries=entries)) is are_twins


@pytest.mark.parametrize(("bits", "are_twins"), [(50.0, True), (50.1, False)])
def test_shared_targets_are_worth_their_bits(bits: float, are_twins: bool) -> None:
    assert bool(found([*linking("one", LISTED[:10]), *linking("other", LISTED[:10])], bits=bits)) is are_twins


def test_sites_that_link_to_the_services_everyone_links_to_are_no_twins() -> None:
    services = named("service", 10)
    assert found([link for site in named("site", 40) for link in linking(site, services)]) == set()


@pytest.mark.parametrize(("more", "are_twins"), [([], True), (["more"], False)])
def test_hubs_are_not_compared(more: list[str], are_twins: bool) -> None:
    # The two link to 20 of 206 domains, then to 21 of 207: a tenth is the most.
    targets = [*LISTED, *more]
    assert bool(found([*linking("one", targets), *linking("other", targets)])) is are_twins


def test_like_profiles_are_candidates_and_others_seldom() -> None:
    random = np.random.default_rng(5)
    profiles = []
    for _ in range(200):  # pairs with 18 entries of 20 in common: 0.82 alike
        both = random.choice(5_000, 22, replace=False)
        profiles += [np.sort(both[:20]), np.sort(both[2:])]
    starts = np.arange(400) * 20
    one, other = candidates(np.concatenate(profiles), starts, np.ones(5_000))
    pairs = set(zip(one.tolist(), other.tolist(), strict=True))
    assert sum((2 * each, 2 * each + 1) in pairs for each in range(200)) >= 196
    assert len(pairs) < 210


def test_rare_entries_weigh_more_than_common_ones() -> None:
    # Each pair has two entries of 10 bits in common, and six of a tenth of a bit of its own: 0.94 alike.
    rare, common = np.arange(100), 100 + np.arange(600)
    rows = [[*rare[2 * each : 2 * each + 2], *common[6 * each + 6 * half : 6 * each + 6 * half + 6]]
            for each in range(50) for half in (0, 49)]  # fmt: skip
    weights = np.concatenate([np.full(100, 10.0), np.full(600, 0.1)])
    one, other = candidates(np.concatenate(rows), np.arange(100) * 8, weights)
    pairs = set(zip(one.tolist(), other.tolist(), strict=True))
    assert sum((2 * each, 2 * each + 1) in pairs for each in range(50)) >= 49


def test_a_thousand_equal_profiles_are_each_compared_with_ten() -> None:
    one, other = candidates(np.tile(np.arange(8), 1_000), np.arange(1_000) * 8, np.ones(8))
    assert len(one) == 5 * 1_000 - 15
    assert (other - one).max() == 5


def test_an_empty_web_has_no_twins() -> None:
    nothing = np.zeros(0, np.int64)
    assert [len(each) for each in twins(nothing, nothing, 0, LIMITS)] == [0, 0, 0, 0]
