"""Addresses of pages become groups of domains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from link_index.spam.address_groups import AddressGroups, addresses, is_lent

if TYPE_CHECKING:
    from pymongo.database import Database


def groups(seen: list[tuple[int, str]]) -> dict[str, set[int]]:
    found = AddressGroups.of(seen)
    result: dict[str, set[int]] = {}
    for group, domain in zip(found.group.tolist(), found.domain.tolist(), strict=True):
        result.setdefault(found.names[group], set()).add(domain)
    return result


def test_domains_meet_on_an_address_and_on_its_network() -> None:
    assert groups([(0, "192.0.2.1"), (1, "192.0.2.1"), (2, "192.0.2.9"), (3, "198.51.100.1"), (0, "192.0.2.1")]) == {
        "192.0.2.1": {0, 1},
        "192.0.2.9": {2},
        "192.0.2.0/24": {0, 1, 2},
        "198.51.100.1": {3},
        "198.51.100.0/24": {3},
    }


def test_a_network_of_ipv6_is_a_48_and_an_ipv4_address_in_ipv6_is_one_of_ipv4() -> None:
    assert groups([(0, "2001:db8:1:2::1"), (1, "2001:0db8:1:ffff::2"), (2, "2001:db8:2::1")])["2001:db8:1::/48"] == {
        0,
        1,
    }
    assert "192.0.2.0/24" in groups([(0, "::ffff:192.0.2.1")])


@pytest.mark.parametrize("address", ["", "example.com", "1.2.3", "1.2.3.4.5", "[::1]", "1" * 100_000, "１.2.3.4", "\0"])
def test_what_is_no_address_is_passed_over(address: str) -> None:
    assert groups([(0, address)]) == {}


@pytest.mark.parametrize(
    ("domain", "lent"),
    [
        ("someone.blogspot.com", True),
        ("someone.github.io", True),
        ("example.co.uk", False),
        ("example.com", False),
        ("192.0.2.1", False),
        ("localhost", False),
        ("", False),
    ],
)
def test_the_domains_of_a_platform_are_lent(domain: str, lent: bool) -> None:
    assert is_lent(domain) is lent


def test_addresses_are_those_of_crawled_pages_each_once_and_not_of_platforms(db: Database[dict[str, Any]]) -> None:
    def page(url: str, domain: str, **fields: Any) -> dict[str, Any]:
        return {"_id": url, "domain": domain, "outcome": "page", **fields}

    db.pages.insert_many(
        [
            page("a1", "a.example", ip="192.0.2.1"),
            page("a2", "a.example", ip="192.0.2.1"),
            page("b1", "b.example"),
            page("b2", "b.example", ip=7),
            page("c1", "c.example", ip="192.0.2.2", outcome="error"),
            page("d1", "someone.github.io", ip="192.0.2.3"),
            page("e1", "unknown.example", ip="192.0.2.4"),
            *(page(f"f{each}", "f.example", ip=f"198.51.100.{each}") for each in range(9)),
        ]
    )
    numbers = {"a.example": 0, "b.example": 1, "c.example": 2, "someone.github.io": 3, "f.example": 4}
    found = sorted(addresses(db, numbers))
    assert found[0] == (0, "192.0.2.1")
    assert [number for number, _ in found] == [0, 4, 4, 4, 4]
