from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from link_index.anchors.anchor_profile import anchor_profile
from link_index.anchors.over_optimisation import Judgement, conclusion, judgements, over_optimisation
from link_index.rules.rule_file import rules
from tests.link_index.anchors.links import link, links, varied

if TYPE_CHECKING:
    from pathlib import Path

    from link_index.anchors.classified_links import ClassifiedLink

SPREAD = [link(f"k{number}.example", f"cheap shoes {number}", "exact", 30 * number) for number in range(40)]


def judged(made: list[ClassifiedLink]) -> dict[str, Judgement]:
    return {judgement.rule: judgement for judgement in judgements(anchor_profile(made))}


def warned(made: list[ClassifiedLink]) -> set[str]:
    return {judgement.rule for judgement in over_optimisation(anchor_profile(made))}


CASES = [
    ("exact_share", [*SPREAD[:3], *varied(7, days_apart=40)], True),
    ("exact_share", [*SPREAD[:2], *varied(8, days_apart=40)], False),
    ("keyword_share", [*(found._replace(anchor_class="partial") for found in SPREAD[:6]), *varied(4)], True),
    ("keyword_share", [*(found._replace(anchor_class="partial") for found in SPREAD[:5]), *varied(5)], False),
    ("keyword_share", [*(found._replace(anchor_class="branded") for found in SPREAD[:9]), *varied(4)], False),
    ("one_anchor", [*links(5, "cheap shoes", "partial"), *varied(20, 5)], True),
    ("one_anchor", [*links(4, "cheap shoes", "partial"), *varied(6, 5)], False),  # of four domains alone
    ("one_anchor", [*links(5, "cheap shoes", "partial"), *varied(21, 5)], False),
    ("one_anchor", [*links(9, "Acme", "branded"), *varied(9, 9)], False),  # the brand is no keyword
    ("burst", [*links(6, "shoes", "exact", day=500), *varied(6, 6, 505), *varied(12, 12, days_apart=40)], True),
    ("burst", [*links(6, "shoes", "exact", day=500), *varied(12, 6, 505), *varied(12, 18, days_apart=40)], False),
    ("burst", [*SPREAD[:12], *links(6, "x", "exact", day=2000), *varied(6, 6, 2005)], False),  # as at other times
    ("sitewide", [link("a.example", "shoes", "exact", page=page) for page in range(50)], True),
    ("sitewide", [link("a.example", "shoes", "exact", page=page) for page in range(49)], False),
    ("sitewide", [link("a.example", "Acme", "branded", page=page) for page in range(90)], False),
]


@pytest.mark.parametrize(("rule", "made", "fires"), CASES)
def test_each_rule_fires_at_its_threshold(rule: str, made: list[ClassifiedLink], fires: bool) -> None:
    assert (rule in warned(made)) is fires


def test_a_warning_names_the_links_that_cause_it_and_no_others() -> None:
    made = [*links(6, "cheap shoes", "exact"), link("d1.example", "Acme", "branded"), *varied(8, 6)]
    found = judged(made)["one_anchor"]
    assert {use.source_url for use in found.causes} == {f"https://d{number}.example/0" for number in range(6)}
    assert {use.anchor for use in found.causes} == {"cheap shoes"}
    assert found.figure == pytest.approx(6 / 14)
    assert "43% of the referring domains (6)" in found.said


def test_the_causes_of_a_burst_are_those_that_came_in_it() -> None:
    made = [*links(8, "shoes", "exact", day=500), *SPREAD[:1], *varied(2, 8, 505), *varied(12, 12, days_apart=40)]
    found = judged(made)["burst"]
    assert len(found.causes) == 8
    assert "2027-05-16 to 2027-05-21" in found.said


def test_few_domains_are_too_few_to_say() -> None:
    found = judged(links(9, "shoes", "exact"))
    assert {found[rule].state for rule in ("exact_share", "keyword_share", "one_anchor", "burst")} == {"too few to say"}
    assert "9 referring domains: too few to say" in found["exact_share"].said
    assert found["exact_share"].causes == []
    assert "too little to compare" in conclusion(found.values())


def test_what_one_crawl_found_first_is_no_burst() -> None:
    found = judged([*links(30, "shoes", "exact"), *varied(30, 30)])["burst"]
    assert found.state == "too few to say"


def test_no_profile_is_ever_called_safe() -> None:
    found = judged([*varied(15, day=3000), *varied(30, 15, days_apart=40), link("x.example", "Acme", "branded")])
    assert {judgement.state for judgement in found.values()} == {"silent"}
    assert conclusion(found.values()) == (
        "No rule fired. That means nothing more than that: no share of any class is known to be safe."
    )


def test_an_empty_profile_can_be_judged() -> None:
    assert {judgement.state for judgement in judged([]).values()} == {"too few to say", "silent"}


def test_an_operator_sets_thresholds(tmp_path: Path) -> None:
    (tmp_path / "anchors.toml").write_text("[few]\ndomains = 2\n[exact_share]\nshare = 0.9\n")
    profile = anchor_profile([*SPREAD[:2], *varied(1)])
    found = {judgement.rule: judgement for judgement in judgements(profile, rules("anchors", tmp_path))}
    assert (found["exact_share"].state, found["exact_share"].threshold) == ("silent", 0.9)
    assert found["keyword_share"].state == "warning"
