"""The counts of a target at a glance, and what is known of the target itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from link_index.filters import Filters
from link_index.profiles import crawled, crawled_sentence, summary, why_nothing
from link_index.questions import question
from link_index.targets import read_target
from tests.known_links import day, fill

if TYPE_CHECKING:
    from pymongo.database import Database

    Db = Database[dict[str, Any]]


@pytest.fixture(scope="module")
def known(_administration: Db) -> Any:
    """The known index, read only, once for the module."""
    database = _administration.client[f"test_known_profiles_{uuid4().hex}"]
    fill(database)
    yield database
    database.client.drop_database(database)


def _summary(db: Db, target: str, **filters: Any) -> dict[str, dict[str, Any]]:
    answer = summary(db, question("summary", read_target(target), Filters(**{"state": "any", **filters})))
    return {f"{row['scope']} {row['state']}": row for row in answer.rows}


def test_a_summary_counts_each_scope_and_state(known: Db) -> None:
    scopes = _summary(known, "example.com")
    assert list(scopes) == ["external live", "internal live", "external lost", "internal lost"]
    row = scopes["external live"]
    counts = {
        "links": 10, "occurrences": 11, "referring_pages": 6, "referring_domains": 5, "dofollow": 7,
        "dofollow_share": 0.7, "dofollow_referring_pages": 6, "dofollow_referring_domains": 5, "nofollow": 2, "ugc": 1,
        "sponsored": 1, "hard": 8, "redirected": 2, "by_type": {"text": 8, "image": 2},
        "by_placement": {"content": 8, "aside": 1, "header": 1}, "first_seen": day(1), "newest_first_seen": day(6),
        "last_seen": day(14, 9), "last_lost_at": None,
    }  # fmt: skip
    assert {name: row[name] for name in counts} == counts


def test_lost_links_are_counted_apart(known: Db) -> None:
    row = _summary(known, "example.com")["external lost"]
    assert (row["links"], row["referring_pages"], row["last_lost_at"], row["last_seen"]) == (2, 2, day(12), None)


def test_a_scope_without_links_counts_nothing(known: Db) -> None:
    row = _summary(known, "example.com")["internal lost"]
    assert (row.get("links", 0), row["hard"], row["dofollow_share"], row["by_type"]) == (0, 0, None, {})


@pytest.mark.parametrize(
    ("filters", "scopes"),
    [
        ({"state": "live"}, ["external live", "internal live"]),
        ({"state": "lost", "internal": False}, ["external lost"]),
        ({"internal": True}, ["internal live", "internal lost"]),
    ],
)
def test_only_scopes_that_were_asked_for_are_counted(known: Db, filters: dict[str, Any], scopes: list[str]) -> None:
    assert list(_summary(known, "example.com", **filters)) == scopes


AT = "2025-11-14 09:00 UTC"
MOVED = "redirects to https://example.com/blog/one, where links to it are counted"
OUTCOMES = "7 (error 1, failed 1, page 3, redirect 1, refused 1)"
STATUS = [
    ("example.com/pricing", f"https://example.com/pricing was fetched on {AT} (status 200)."),
    (
        "example.com/blog/two",
        f"https://example.com/blog/two was fetched on {AT} and answered with an error (status 404).",
    ),
    ("example.com/private", f"https://example.com/private was not fetched on {AT}, as a rule forbids it (robots)."),
    ("example.com/slow", f"https://example.com/slow could not be fetched on {AT} (timeout)."),
    ("old.example.com/old", f"https://old.example.com/old was fetched on {AT} and {MOVED} (status 301)."),
    ("example.com/unseen", "https://example.com/unseen was never fetched by a crawl."),
    ("example.com", f"URLs of it that crawls asked for: {OUTCOMES}, last on {AT}."),
    ("example.com/pri*", f"URLs of it that crawls asked for: 2 (page 1, refused 1), last on {AT}."),
    ("nothing.example", "nothing.example was never fetched by a crawl."),
]


@pytest.mark.parametrize(("typed", "sentence"), STATUS)
def test_it_is_said_whether_the_target_was_crawled(known: Db, typed: str, sentence: str) -> None:
    target = read_target(typed)
    assert crawled_sentence(target, crawled(known, target)) == sentence


def test_a_later_failure_is_said_too(db: Db) -> None:
    fill(db)
    failure = {"at": day(16), "outcome": "failed", "status": None, "reason": "timeout"}
    db.pages.update_one({"_id": "https://example.com/pricing"}, {"$set": {"last_failure": failure}})
    target = read_target("example.com/pricing")
    said = crawled_sentence(target, crawled(db, target))
    assert said.endswith("(status 200); a later try failed on 2025-11-16 00:00 UTC (failed).")


NOTHING = [
    ("example.com/lonely", {}, ["https://example.com/lonely was fetched on 2025-11-14 09:00 UTC (status 200)."]),
    ("example.com/pricing", {"sponsored": True}, [
        "https://example.com/pricing was fetched on 2025-11-14 09:00 UTC (status 200).",
        "The filters leave out 5 of its links; --any-state lets lost ones in."]),
    ("old.example.com", {}, [
        f"URLs of it that crawls asked for: 1 (redirect 1), last on {AT}.",
        "Links to those that redirect are counted where they lead."]),
    ("https://d.info/", {}, ["https://d.info/ was never fetched by a crawl."]),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "filters", "sentences"), NOTHING)
def test_an_empty_answer_is_explained(known: Db, typed: str, filters: dict[str, Any], sentences: list[str]) -> None:
    assert why_nothing(known, question("show", read_target(typed), Filters(**filters))) == sentences


def test_an_empty_index_says_how_to_fill_it(db: Db) -> None:
    [sentence] = why_nothing(db, question("show", read_target("example.com")))
    assert sentence == "The index is empty; fill it with `backlinks crawl SEED`."
