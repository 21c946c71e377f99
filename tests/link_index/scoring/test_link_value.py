"""Links that are equal but for one quality, and which of the two is worth more."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from link_index.errors import BadRules
from link_index.rules.rule_file import overridden, rules
from link_index.scoring.link_facts import LinkFacts, Referrer
from link_index.scoring.link_value import LinkValue

VALUE = LinkValue()
REFERRER = Referrer(page_rank=40, domain_rank=50, trust=30, spam=20, language="en")
LINK = LinkFacts(REFERRER, theme=0.5, anchor="other", outgoing=40, target_language="en", placement="aside")


def changed(**different: Any) -> LinkFacts:
    """The usual link, but for these facts of it or of its referrer."""
    own = {field.name for field in fields(LinkFacts)}
    referrer = {name: value for name, value in different.items() if name not in own}
    link = {name: value for name, value in different.items() if name in own}
    return replace(LINK, referrer=replace(REFERRER, **referrer), **link)


BETTER = [
    ("a more popular page", {"page_rank": 60}, {}),
    ("a more popular domain", {"domain_rank": 60}, {}),
    ("more trust", {"trust": 40}, {}),
    ("some trust over none", {"trust": 1}, {"trust": 0}),
    ("less spam", {"spam": 10}, {}),
    ("a closer theme", {"theme": 0.6}, {}),
    ("a theme over one that cannot be compared", {}, {"theme": None}),
    ("what cannot be compared over no match", {"theme": None}, {"theme": 0.0}),
    ("an exact anchor over other words", {"anchor": "exact"}, {}),
    ("a branded anchor over a naked URL", {"anchor": "branded"}, {"anchor": "naked_url"}),
    ("a naked URL over click here", {"anchor": "naked_url"}, {"anchor": "generic"}),
    ("click here over nothing", {"anchor": "generic"}, {"anchor": "empty"}),
    ("text over an image", {}, {"link_type": "image"}),
    ("an image over an area", {"link_type": "image"}, {"link_type": "area"}),
    ("the content over an aside", {"placement": "content"}, {}),
    ("the navigation over the footer", {"placement": "nav"}, {"placement": "footer"}),
    ("few outgoing links", {"outgoing": 39}, {"outgoing": 60}),
    ("thousands over more thousands", {"outgoing": 20_000}, {"outgoing": 40_000}),
    ("one page's own link over a sitewide one", {}, {"is_sitewide": True}),
    ("the same language over another", {}, {"language": "de"}),
    ("the same language over an unknown one", {}, {"language": ""}),
    ("an unknown language over another", {"target_language": ""}, {"target_language": "fr"}),
    ("dofollow", {}, {"dofollow": False}),
    ("a page that may be listed", {}, {"noindex": True}),
    ("a page that is its own canonical", {}, {"canonical_elsewhere": True}),
    ("a page that answers", {}, {"status": 404}),
    ("a target that answers", {}, {"target_status": 404}),
    ("a link that is seen", {}, {"hidden": "display"}),
    ("a live link", {}, {"is_lost": True}),
    ("a hard link", {}, {"hops": ("http",)}),
    ("one redirect over two", {"hops": ("http",)}, {"hops": ("http", "http")}),
    ("an HTTP redirect over a meta refresh", {"hops": ("http",)}, {"hops": ("meta_refresh",)}),
    ("a meta refresh over a script", {"hops": ("meta_refresh",)}, {"hops": ("script",)}),
    ("a hard link over a redirection script", {}, {"redirect_script": "out"}),
]


@pytest.mark.parametrize(("better", "worse"), [row[1:] for row in BETTER], ids=[row[0] for row in BETTER])
def test_a_link_that_is_better_in_one_thing_alone_is_worth_more(better: dict[str, Any], worse: dict[str, Any]) -> None:
    assert VALUE.value(changed(**better)) > VALUE.value(changed(**worse))


def test_equal_links_are_worth_the_same() -> None:
    assert LinkValue().value(changed()) == VALUE.value(replace(LINK))


def test_a_perfect_link_is_worth_a_hundred_and_an_empty_one_next_to_nothing() -> None:
    best = Referrer(page_rank=100, domain_rank=100, trust=100, language="en")
    assert VALUE.value(LinkFacts(best, theme=1.0, anchor="exact", target_language="en")) == 100
    worst = Referrer(trust=0, spam=100, language="en", noindex=True, canonical_elsewhere=True, status=410)
    facts = LinkFacts(worst, 0.0, "empty", "area", "head", 65_000, True, "de", False, ("script",), "out", "size", True)
    assert VALUE.value(facts) == 0


def test_the_points_of_all_qualities_are_a_hundred() -> None:
    assert sum(rules("link_value")["points"].values()) == pytest.approx(100)


def test_the_argument_is_the_sum_that_it_prints() -> None:
    argued = VALUE.argue(changed(dofollow=False, hops=("http", "script"), hidden="size"))
    whole = sum(part.points for part in argued.parts)
    for factor in argued.factors:
        whole *= factor.factor
    assert argued.value == round(whole, 1)
    assert [factor.name for factor in argued.factors] == ["nofollow", "spam", "hidden", "http", "script"]
    assert all(part.said and 0 <= part.points <= part.of for part in argued.parts)


def by(**tables: dict[str, float]) -> LinkValue:
    return LinkValue(overridden(rules("link_value"), tables, "mine"))


def test_an_operator_weighs_in_another_way_and_points_still_add_up_to_a_hundred() -> None:
    own = by(points={"theme": 94.0}, factors={"nofollow": 1.0, "spam": 1.0})
    argued = own.argue(changed(theme=1.0))
    assert sum(part.of for part in argued.parts) == pytest.approx(100)
    assert argued.value - own.value(changed(theme=0.0)) == pytest.approx(100 * 94 / (100 - 16 + 94), abs=0.1)
    assert own.value(changed(dofollow=False)) == own.value(changed())


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ({"factors": {"hidden": 7.0}}, "hidden in [factors] is between 0 and 1, not 7.0"),
        ({"points": {"trust": -500.0}}, "trust in [points] is between 0 and 1000, not -500.0"),
        ({"anchor": {"exact": 1.5}}, "exact in [anchor] is between 0 and 1, not 1.5"),
        ({"points": dict.fromkeys(rules("link_value")["points"], 0.0)}, "all [points] are 0"),
    ],
)
def test_figures_that_make_no_value_are_refused(tables: dict[str, dict[str, float]], said: str) -> None:
    with pytest.raises(BadRules, match=re.escape(said)):
        by(**tables)


def test_spam_takes_from_the_whole_in_proportion() -> None:
    clean = VALUE.value(changed(spam=0))
    assert VALUE.value(changed(spam=100)) == pytest.approx(clean * 0.1, abs=0.1)
    assert VALUE.value(changed(spam=50)) == pytest.approx(clean * 0.55, abs=0.1)


_SHARES = st.floats(0, 100)


@given(
    referrer=st.builds(Referrer, _SHARES, _SHARES, st.none() | _SHARES, _SHARES, st.sampled_from(["", "en", "de"]),
                       st.booleans(), st.booleans(), st.sampled_from([200, 301, 404, 503])),
    theme=st.none() | st.floats(0, 1), anchor=st.text(), link_type=st.text(), placement=st.text(),
    outgoing=st.integers(0, 10**9), hops=st.lists(st.sampled_from(["http", "script"])).map(tuple), hidden=st.text(),
)  # fmt: skip
def test_every_value_is_within_its_bounds(referrer: Referrer, **facts: Any) -> None:
    assert 0 <= VALUE.value(LinkFacts(referrer, **facts)) <= 100
