"""Pages of thousands of links, hidden links, and dofollow shares that nobody else has."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from link_index.graph.web_arrays import EXTERNAL, HIDDEN
from link_index.spam.dofollow_share import dofollow_share, unusual_shares
from link_index.spam.hidden_links import hidden_links
from link_index.spam.many_outlinks import many_outlinks
from tests.link_index.spam.small_webs import VOTE, named, small_web

OUTLINKS = {"points": 10.0, "links": 1_000, "links_full": 5_000}
HIDDEN_LIMITS = {"points": 20.0, "targets": 3, "targets_full": 9, "popular_share": 0.1, "popular_least": 2}
SHARES = {"points": 10.0, "share": 0.98, "rarity": 0.05, "targets": 4, "referring_domains": 99, "peers": 20,
          "hub_share": 1.0}  # fmt: skip


@pytest.mark.parametrize(("links", "points"), [(999, None), (1_000, 5.0), (3_000, 7.5), (5_000, 10.0), (90_000, 10.0)])
def test_a_page_of_thousands_of_external_links_has_points_by_their_number(links: int, points: float | None) -> None:
    web = small_web([("a", "b")])
    web = replace(web, busiest_links=np.array([links, 0]))
    findings = list(many_outlinks(web, OUTLINKS))
    assert [each.points for each in findings] == ([] if points is None else [points])
    if findings:
        assert findings[0].said == f"one of its pages links to {links:,} pages of other domains"
        assert findings[0].evidence == {"links": links, "page": 0}


def hidden(targets: int, flags: int = VOTE | HIDDEN) -> dict[tuple[str, str], int]:
    return {("site", shop): flags for shop in named("shop", targets)}


def test_hidden_links_to_shops_are_a_signal_from_the_threshold_on() -> None:
    assert not list(hidden_links(small_web(hidden(2)), HIDDEN_LIMITS))
    (finding,) = hidden_links(small_web(hidden(3)), HIDDEN_LIMITS)
    assert finding.points == 10.0
    assert finding.evidence == {"domains": 3, "some": named("shop", 3)}
    (finding,) = hidden_links(small_web(hidden(40)), HIDDEN_LIMITS)
    assert finding.points == 20.0
    assert finding.evidence["some"] == named("shop", 10)


@pytest.mark.parametrize("flags", [VOTE, EXTERNAL | HIDDEN])
def test_links_that_readers_see_or_that_are_no_votes_are_not_hidden_links(flags: int) -> None:
    assert not list(hidden_links(small_web(hidden(9, flags)), HIDDEN_LIMITS))


def test_hidden_links_to_what_everyone_links_to_are_a_folded_menu() -> None:
    menus = {(site, service): VOTE | HIDDEN for site in named("site", 3) for service in named("service", 5)}
    assert not list(hidden_links(small_web(menus), HIDDEN_LIMITS))


@pytest.mark.parametrize(("others", "found"), [(2, 0), (3, 3)])
def test_in_a_larger_web_a_popular_target_is_one_of_more_links(others: int, found: int) -> None:
    shops = {(site, shop): VOTE | HIDDEN for site in named("site", 3) for shop in named("shop", 3)}
    larger = small_web(shops | {(other, "elsewhere"): VOTE for other in named("other", others)})
    assert len(list(hidden_links(larger, HIDDEN_LIMITS | {"popular_share": 0.5}))) == found


def sharing(all_dofollow: int, mixed: int) -> dict[tuple[str, str], int]:
    links = {(site, target): VOTE for site in named("seller", all_dofollow) for target in named("target", 4)}
    for site in named("site", mixed):
        links |= {(site, "target000"): EXTERNAL} | {(site, target): VOTE for target in named("target", 4)[1:]}
    return links


@pytest.mark.parametrize(
    ("all_dofollow", "mixed", "found"), [(1, 19, 1), (2, 38, 2), (2, 37, 0), (1, 18, 0), (20, 0, 0)]
)
def test_dofollow_links_alone_are_unusual_only_where_hardly_anyone_does_so(
    all_dofollow: int, mixed: int, found: int
) -> None:
    web = small_web(sharing(all_dofollow, mixed))
    findings = list(dofollow_share(web, SHARES))
    assert [web.names[each.domain] for each in findings] == named("seller", found)
    if findings:
        assert findings[0].points == 5.0
        assert findings[0].said == (
            "100% of the 4 domains it links to get a dofollow link, as of no more than 5.0% of the domains "
            "that have as many"
        )


def test_the_highest_share_is_nothing_if_it_is_not_high() -> None:
    links = sharing(0, 19) | {("site", target): VOTE for target in named("target", 3)} | {("site", "x"): EXTERNAL}
    less = {link: EXTERNAL if link[1] == "target001" and link[0] != "site" else flag for link, flag in links.items()}
    assert not list(dofollow_share(small_web(less), SHARES))


@pytest.mark.parametrize(("limits", "found"), [({"peers": 20}, 1), ({"peers": 21}, 0), ({"hub_share": 0.9}, 0)])
def test_few_peers_say_nothing_and_hubs_are_none(limits: dict[str, float], found: int) -> None:
    assert len(list(dofollow_share(small_web(sharing(1, 19)), SHARES | limits))) == found


def test_the_share_of_links_towards_a_domain_is_judged_as_well() -> None:
    links = {(b, a): flags for (a, b), flags in sharing(1, 19).items()}
    (finding,) = dofollow_share(small_web(links), SHARES | {"targets": 99, "referring_domains": 4})
    assert finding.evidence == {"way": "backlinks", "share": 1.0, "domains": 4, "rarity": 0.05}


def test_who_has_few_links_and_who_is_a_hub_is_no_peer() -> None:
    voting, linked = np.array([3, 4, 4, 9]), np.array([3, 4, 8, 9])
    shares, rarity = unusual_shares(voting, linked, least=4, most=8, peers=1)
    assert shares.tolist() == [0.0, 1.0, 0.5, 0.0]
    assert rarity.tolist() == [1.0, 0.5, 1.0, 1.0]
