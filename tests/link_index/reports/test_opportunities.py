"""Links worth mending, on the known index, and what each would bring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from link_index.filters import HYPERLINKS, Filters
from link_index.questions import question
from link_index.reports.opportunities import broken_pages, opportunities, opportunity
from link_index.reports.scored import NO_SCORES
from link_index.rules.rule_file import rules
from link_index.targets import read_target
from tests.known_links import NOFOLLOW, OLD, SHORT, day, fill, link
from tests.known_scores import fill_scored

if TYPE_CHECKING:
    from pymongo.database import Database

    from link_index.questions import Answer

FACTORS = rules("link_value")["factors"]


def asked(db: Database[dict[str, Any]], text: str = "example.com", limit: int = 0, **how: Any) -> Answer:
    filters = Filters(state="any", internal=False, link_types=HYPERLINKS)
    return opportunities(db, question("opportunities", read_target(text), filters, limit=limit), **how)


def test_each_opportunity_is_listed_once_most_to_gain_first(db: Database[dict[str, Any]]) -> None:
    fill_scored(db)
    answer = asked(db)
    assert [(row["kind"], row["anchor"], row["value"], row["worth"], row["gain"]) for row in answer.rows] == [
        ("lost", "gone", 5.0, 50.0, 50.0),
        ("broken", "=SUM(1)", 12.1, 12.1, 12.1),
        ("lost", "too", 0.8, 8.0, 8.0),
        ("redirected", "short", 36.1, 40.0, 3.9),
        ("redirected", "old post", 38.0, 40.0, 2.0),
    ]
    assert (answer.total, answer.notes) == (5, [])


def test_a_limit_keeps_the_best_and_counts_all(db: Database[dict[str, Any]]) -> None:
    fill_scored(db)
    answer = asked(db, limit=2)
    assert [row["anchor"] for row in answer.rows] == ["gone", "=SUM(1)"]
    assert answer.total == 5


def test_one_kind_can_be_asked_for(db: Database[dict[str, Any]]) -> None:
    fill_scored(db)
    assert {row["kind"] for row in asked(db, kinds=["redirected"]).rows} == {"redirected"}


def test_without_scores_they_are_listed_newest_first_and_that_is_said(db: Database[dict[str, Any]]) -> None:
    fill(db)
    answer = asked(db)
    assert [row["anchor"] for row in answer.rows] == ["short", "old post", "=SUM(1)", "too", "gone"]
    assert {row["gain"] for row in answer.rows} == {None}
    assert answer.notes == [NO_SCORES]


def test_a_lost_link_whose_page_links_there_again_is_nothing_to_regain(db: Database[dict[str, Any]]) -> None:
    fill_scored(db)
    again = link("https://d.info/", "https://example.com/pricing", "new words", day(11), k=1)
    db.links.insert_one(again)
    halves = again["_id"].bytes[8:] + b"\0\0\0\0"
    db.pages.insert_one({"_id": "https://d.info/", "links": halves})
    assert "gone" not in [row["anchor"] for row in asked(db).rows]


def test_a_page_whose_last_try_failed_is_broken_and_a_forbidden_one_is_not(db: Database[dict[str, Any]]) -> None:
    fill(db)
    failure = {"at": day(15), "outcome": "failed", "status": None, "reason": "timeout"}
    db.pages.update_one({"_id": "https://example.com/pricing"}, {"$set": {"last_failure": failure}})
    assert broken_pages(db, read_target("example.com")) == {
        "https://example.com/blog/two": "answered with an error (404)",
        "https://example.com/pricing": "gave no answer (timeout)",
        "https://example.com/slow": "gave no answer (timeout)",
    }


def test_an_error_over_https_says_nothing_of_the_page_over_http(db: Database[dict[str, Any]]) -> None:
    fill(db)
    row = link("https://b.net/y", "http://example.com/blog/two", "plain", day(4))
    db.links.insert_one(row)
    assert "plain" not in [found["anchor"] for found in asked(db).rows]


def scored(anchor: str, value: float, **fields: Any) -> dict[str, Any]:
    return link("https://x.example/", "https://example.com/p", anchor, day(1), **fields) | {"scores": {"value": value}}


CASES = [
    (scored("a hard live link", 40.0), None),
    (scored("nofollow", 40.0, **NOFOLLOW), None),
    (scored("one redirect", 38.0, **OLD), ("redirected", 2.0)),
    (scored("two redirects", 36.1, **SHORT), ("redirected", 3.9)),
    (scored("lost", 5.0, lost_at=day(2), lost_reason="removed"), ("lost", 50.0)),
    (scored("lost and redirected", 5.0, lost_at=day(2), **OLD), ("lost", 50.0)),
    (scored("never worth more than all", 60.0, lost_at=day(2)), ("lost", 100.0)),
]


@pytest.mark.parametrize(("row", "expected"), CASES)
def test_what_mending_a_link_would_bring(row: dict[str, Any], expected: tuple[str, float] | None) -> None:
    found = opportunity(row, {}, FACTORS)
    assert (found and (found["kind"], found["gain"])) == expected


def test_a_redirected_link_to_a_broken_page_is_broken() -> None:
    broken = {"https://example.com/blog/one": "answered with an error"}
    found = opportunity(scored("both", 38.0, **OLD), broken, FACTORS)
    assert found is not None
    assert (found["kind"], found["gain"]) == ("broken", 38.0)


def test_a_factor_of_nothing_leaves_the_worth_unknown() -> None:
    found = opportunity(scored("lost", 0.0, lost_at=day(2)), {}, {"lost": 0.0})
    assert found is not None
    assert found["gain"] is None


def test_long_readings_tell_how_far_they_are(db: Database[dict[str, Any]]) -> None:
    fill(db)
    db.links.insert_many(link(f"https://many.example/{n}", "https://example.com/", "x", day(1)) for n in range(1010))
    told: list[int] = []
    asked(db, progress=told.append)
    assert told == [1000]
