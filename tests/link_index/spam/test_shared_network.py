"""Domains of one network with the same rare targets are a signal; shared hosting, customers of one agency are none."""

from __future__ import annotations

import pytest

from link_index.spam.shared_network import shared_network
from tests.link_index.spam.small_webs import Link, mutual, named, small_web

LIMITS = {"points": 30.0, "domains": 5, "domains_full": 15, "targets": 2, "density": 0.3, "share": 0.6, "digits": 6.0,
          "hosting": 200}  # fmt: skip
BLOGS, SHOPS, SITES = named("blog", 6), named("shop", 2), named("site", 400)
ELSEWHERE = [(site, f"10.{number // 200}.{number % 200}.1") for number, site in enumerate(SITES)]
TO_SHOPS = [(blog, shop) for blog in BLOGS for shop in SHOPS]


def on_one_network(names: list[str]) -> list[Link]:
    return [(name, f"192.0.2.{number}") for number, name in enumerate(names)]


def found(links: list[Link], located: list[Link], **limits: float) -> set[str]:
    web = small_web(links, addresses=[*located, *ELSEWHERE])
    return {web.names[each.domain] for each in shared_network(web, LIMITS | limits)}


def test_blogs_of_one_network_that_link_to_the_same_shops_are_found() -> None:
    web = small_web(TO_SHOPS, addresses=[*on_one_network(BLOGS), *ELSEWHERE])
    findings = list(shared_network(web, LIMITS))
    assert {web.names[each.domain] for each in findings} == set(BLOGS)
    first = next(each for each in findings if web.names[each.domain] == "blog000")
    assert first.points == pytest.approx(30 * 0.55)
    assert first.evidence == {"network": "192.0.2.0/24", "domains": 5, "some": BLOGS[1:], "targets": SHOPS}
    assert first.said == (
        "it and 5 other domains of 192.0.2.0/24 link to the same 2 domains, whose backlinks come from there above all"
    )


def test_domains_of_one_network_that_all_link_to_one_another_are_found() -> None:
    assert found(mutual(BLOGS), on_one_network(BLOGS)) == set(BLOGS)


def test_sharing_an_address_alone_is_innocent() -> None:
    everyone = [(site, "192.0.2.7") for site in BLOGS]
    links = [(blog, f"target{number}") for number, blog in enumerate(BLOGS)]
    assert found(links, everyone) == set()


def test_customers_who_all_credit_their_agency_are_innocent() -> None:
    assert found([(blog, "agency") for blog in BLOGS], on_one_network([*BLOGS, "agency"])) == set()


def test_blogs_with_a_network_each_are_not_found() -> None:
    assert found(TO_SHOPS, [(blog, f"11.{number}.0.1") for number, blog in enumerate(BLOGS)]) == set()


def test_links_to_what_everyone_links_to_are_innocent() -> None:
    popular = [(site, shop) for site in SITES for shop in SHOPS]
    assert found([*TO_SHOPS, *popular], on_one_network(BLOGS)) == set()


def test_a_web_on_one_network_is_innocent() -> None:
    web = small_web(TO_SHOPS, addresses=on_one_network([*BLOGS, *SHOPS]))
    assert not list(shared_network(web, LIMITS))


@pytest.mark.parametrize(("blogs", "is_found"), [(4, False), (5, True)])
def test_fewer_domains_than_the_threshold_are_not_found(blogs: int, is_found: bool) -> None:
    links = [(blog, shop) for blog in BLOGS[:blogs] for shop in SHOPS]
    assert bool(found(links, on_one_network(BLOGS))) is is_found


@pytest.mark.parametrize(("elsewhere", "is_found"), [(4, True), (5, False)])
def test_a_target_with_backlinks_from_elsewhere_is_none_of_the_networks(elsewhere: int, is_found: bool) -> None:
    # Six of ten are the share that is needed.
    others = [(site, shop) for site in SITES[:elsewhere] for shop in SHOPS]
    assert bool(found([*TO_SHOPS, *others], on_one_network(BLOGS))) is is_found


@pytest.mark.parametrize(("hosting", "is_found"), [(6, True), (5, False)])
def test_a_network_of_more_domains_is_a_hosts(hosting: int, is_found: bool) -> None:
    assert bool(found(TO_SHOPS, on_one_network(BLOGS), hosting=hosting)) is is_found


@pytest.mark.parametrize(("digits", "is_found"), [(10.6, True), (10.7, False)])
def test_what_chance_does_as_often_is_innocent(digits: float, is_found: bool) -> None:
    # (6 / 406) ** 6 is 10 ** -10.98, and two pairs were tried: 10.68 digits.
    assert bool(found(TO_SHOPS, on_one_network(BLOGS), digits=digits)) is is_found


def test_a_target_of_a_small_part_of_the_core_ties_nothing_together() -> None:
    # Two halves of ten blogs with two shops each: a shop is linked by half of the core.
    blogs = named("blog", 10)
    links = [(blog, f"shop{number // 5}{each}") for number, blog in enumerate(blogs) for each in "ab"]
    assert found(links, on_one_network(blogs), density=0.5) == set(blogs)
    assert found(links, on_one_network(blogs), density=0.6) == set()


def test_a_domain_found_by_its_address_and_by_its_network_has_one_part_for_the_larger() -> None:
    located = [*((blog, "192.0.2.7") for blog in BLOGS[:5]), (BLOGS[5], "192.0.2.8")]
    findings = list(shared_network(small_web(TO_SHOPS, addresses=[*located, *ELSEWHERE]), LIMITS))
    assert [each.evidence["network"] for each in findings] == ["192.0.2.0/24"] * 6


def test_a_network_that_has_less_of_a_targets_backlinks_than_of_the_domains_is_innocent() -> None:
    # 60 of 70 domains are on the network, and 6 of the 10 that link to the shops.
    strangers = named("stranger", 54)
    elsewhere = [(site, address) for site, address in ELSEWHERE[:10]]
    links = [*TO_SHOPS, *((site, shop) for site in SITES[:4] for shop in SHOPS)]
    web = small_web(links, addresses=[*on_one_network([*BLOGS, *strangers]), *elsewhere])
    assert not list(shared_network(web, LIMITS | {"digits": 0.1}))


def test_referring_domains_without_a_known_address_do_not_count() -> None:
    unknown = [(f"unknown{each}", shop) for each in range(20) for shop in SHOPS]
    assert found([*TO_SHOPS, *unknown], on_one_network(BLOGS)) == set(BLOGS)
