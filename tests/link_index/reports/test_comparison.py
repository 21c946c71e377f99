"""Referring domains of several targets side by side, on the known index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from link_index.filters import Filters
from link_index.questions import question
from link_index.reports.comparison import comparison, found_in, side_by_side
from link_index.reports.scored import NO_SCORES
from link_index.targets import read_target
from tests.known_links import day, fill, link
from tests.known_scores import fill_scored

if TYPE_CHECKING:
    from pymongo.database import Database

    from link_index.questions import Answer


def compared(db: Database[dict[str, Any]], *texts: str, at_least: int = 0, limit: int = 0, **filters: Any) -> Answer:
    ours, *others = map(read_target, texts)
    asked = question("compare", ours, Filters(internal=False, **filters), sort="targets", limit=limit)
    return comparison(db, asked, others, at_least or len(texts))


def names(answer: Answer, kind: str) -> list[str]:
    return [row["source_domain"] for row in answer.rows if row["found_in"] == kind]


def test_the_intersection_links_to_all_and_the_gap_not_to_us(db: Database[dict[str, Any]]) -> None:
    fill_scored(db)
    answer = compared(db, "example-x.com", "example.com", "one.github.io")
    assert names(answer, "intersection") == ["a.org"]
    assert names(answer, "gap") == ["c.co.uk", "b.net", "f.dev", "evil.test"]  # by rank
    assert answer.notes == [
        "Referring domains: example-x.com 1, example.com 5, one.github.io 1.",
        "Intersection, those that link to all of them: 1.",
        "Gap, those that link to another and not to example-x.com: 4.",
    ]
    assert answer.rows[0] | {"links": [1, 4, 1], "dofollow": [1, 3, 1], "rank": 61.2, "trust": 40.0} == answer.rows[0]


def test_who_links_to_more_of_the_others_goes_first(db: Database[dict[str, Any]]) -> None:
    fill_scored(db)
    db.links.insert_one(link("https://evil.test/2", "https://two.github.io/", "x", day(2)))
    answer = compared(db, "example-x.com", "example.com", "two.github.io", at_least=2)
    assert names(answer, "gap")[0] == "evil.test"
    assert names(answer, "intersection") == ["a.org", "evil.test"]


def test_dofollow_links_alone_can_be_counted(db: Database[dict[str, Any]]) -> None:
    fill_scored(db)
    [row] = [row for row in compared(db, "example-x.com", "example.com", dofollow=True).rows if row["rank"] == 35.0]
    assert row["links"] == row["dofollow"] == [0, 1]


def test_a_limit_holds_for_each_kind(db: Database[dict[str, Any]]) -> None:
    fill_scored(db)
    answer = compared(db, "example-x.com", "example.com", "one.github.io", limit=1)
    assert [row["source_domain"] for row in answer.rows] == ["a.org", "c.co.uk"]
    assert answer.total == 5


def test_without_scores_it_compares_all_the_same_and_says_so(db: Database[dict[str, Any]]) -> None:
    fill(db)
    answer = compared(db, "example-x.com", "example.com")
    assert answer.notes[-1] == NO_SCORES
    assert names(answer, "gap")[0] in ("b.net", "c.co.uk")  # two links each
    assert {row["rank"] for row in answer.rows} == {None}


@pytest.mark.parametrize(
    ("links", "at_least", "expected"),
    [
        ([1, 1], 2, ["intersection"]),
        ([0, 1], 2, ["gap"]),
        ([1, 0], 2, []),
        ([0, 1, 1], 2, ["intersection", "gap"]),
    ],
)
def test_where_a_domain_belongs(links: list[int], at_least: int, expected: list[str]) -> None:
    row = {"source_domain": "x.example", "links": links, "targets": [n for n, count in enumerate(links) if count]}
    assert list(found_in(row, at_least, "us.example")) == expected
    assert "gap" not in found_in(row, at_least, "x.example")


def test_sorted_lists_are_read_in_step() -> None:
    def lists(number: int, *domains: str) -> Any:
        return ((name, number, {"links": 2, "dofollow": 1, "example_url": f"{name}{number}"}) for name in domains)

    rows = list(side_by_side([lists(0, "a", "c"), lists(1, "b", "c")], ["A", "B"]))
    assert [(row["source_domain"], row["targets"], row["links"]) for row in rows] == [
        ("a", ["A"], [2, 0]),
        ("b", ["B"], [0, 2]),
        ("c", ["A", "B"], [2, 2]),
    ]
