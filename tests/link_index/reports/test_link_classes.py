"""The class of a link in each dimension."""

from __future__ import annotations

from typing import Any

import pytest

from link_index.reports.link_classes import THEMES, VALUES, link_classes, tenth, way
from tests.known_links import day, link

VALUE_CASES = [(0, "0 to 10"), (9.9, "0 to 10"), (10, "10 to 20"), (99.9, "90 to 100"), (100, "90 to 100"), (None, "-")]


@pytest.mark.parametrize(("value", "name"), VALUE_CASES)
def test_a_value_is_in_the_tenth_that_begins_with_it(value: float | None, name: str) -> None:
    assert tenth(value, 10, VALUES, "-") == name


@pytest.mark.parametrize("hundredths", range(101))
def test_no_theme_match_slips_by_its_binary_fraction(hundredths: int) -> None:
    assert tenth(hundredths / 100, 0.1, THEMES, "-") == THEMES[min(9, hundredths // 10)]


def hops(*kinds: str) -> dict[str, Any]:
    return {"hops": [{"url": "x", "status": 301, "kind": kind} for kind in kinds]}


WAYS = [
    ({}, "hard"),
    (hops("http"), "HTTP redirect"),
    (hops("http", "meta_refresh"), "meta refresh"),
    (hops("header_refresh", "http"), "Refresh header"),
    (hops("http", "script", "meta_refresh"), "script of a page"),
    ({"scores": {"script": {"rule": "out"}}}, "redirection script in its URL"),
]


@pytest.mark.parametrize(("fields", "name"), WAYS)
def test_of_several_redirects_the_least_direct_one_names_the_way(fields: dict[str, Any], name: str) -> None:
    assert way(fields) == name


def test_what_is_unknown_has_a_class_too() -> None:
    row = link("https://a.example/", "https://example.com/", "x", day(1))
    assert link_classes(row, "") == {
        "value": "not scored", "theme": "not scored", "anchor": "not scored", "language": "none declared",
        "type": "text", "placement": "content", "way": "hard",
    }  # fmt: skip
    scored = row | {"scores": {"value": 12.0, "anchor": "exact"}}
    assert link_classes(scored, "en-GB").items() >= {"theme": "not comparable", "language": "en"}.items()
