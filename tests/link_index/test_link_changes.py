"""What a second look at a link changes, field by field, before any database is asked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from link_index.documents import MAX_CHANGES
from link_index.link_changes import PROJECTION, link_change

if TYPE_CHECKING:
    from link_index.documents import Document

FIRST, LOST, NOW = (datetime(2026, 11, day, tzinfo=UTC) for day in (1, 2, 3))
ROW: Document = {
    "anchor": "text", "rel": [], "dofollow": True, "nofollow": False, "ugc": False, "sponsored": False,
    "nofollow_by": [], "placement": "content", "text_before": "before", "text_after": "after", "occurrences": 1,
    "source_external_links": 3, "source_internal_links": 2, "first_seen": FIRST, "target_domain": "a.example",
    "is_internal": False,
}  # fmt: skip
SEEN = ROW | {"first_seen": NOW}


def test_the_same_again_changes_nothing() -> None:
    assert link_change(ROW, SEEN) == (None, "unchanged")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("anchor", "other"), ("rel", ["ugc"]), ("dofollow", False), ("nofollow", True), ("ugc", True),
        ("sponsored", True), ("nofollow_by", ["rel"]), ("placement", "nav"),
    ],
)  # fmt: skip
def test_what_a_link_is_has_a_line_in_its_changes(field: str, value: Any) -> None:
    change = {"at": NOW, "field": field, "old": ROW[field], "new": value}
    update = {"$set": {field: value}, "$push": {"changes": {"$each": [change], "$slice": -MAX_CHANGES}}}
    assert link_change(ROW, SEEN | {field: value}) == (update, "changed")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text_before", "x"), ("text_after", "x"), ("occurrences", 2), ("source_external_links", 9),
        ("source_internal_links", 9),
    ],
)  # fmt: skip
def test_what_stands_around_it_is_set_without_one(field: str, value: Any) -> None:
    assert link_change(ROW, SEEN | {field: value}) == ({"$set": {field: value}}, "changed")


def test_a_link_is_hidden_and_shown_again() -> None:
    hides, shows = ({"at": NOW, "field": "hidden", "old": old, "new": new} for old, new in (
        (None, "display"), ("display", None),
    ))  # fmt: skip
    assert link_change(ROW, SEEN | {"hidden": "display"}).update == {
        "$set": {"hidden": "display"}, "$push": {"changes": {"$each": [hides], "$slice": -MAX_CHANGES}},
    }  # fmt: skip
    assert link_change(ROW | {"hidden": "display"}, SEEN).update == {
        "$unset": {"hidden": ""}, "$push": {"changes": {"$each": [shows], "$slice": -MAX_CHANGES}},
    }  # fmt: skip
    lost = ROW | {"hidden": "display", "lost_at": LOST, "lost_reason": "removed"}
    update = link_change(lost, SEEN).update
    assert update is not None
    assert update["$unset"] == {"hidden": "", "lost_at": "", "lost_reason": ""}


@pytest.mark.parametrize("field", ["first_seen", "target_domain", "target_key", "is_internal", "via"])
def test_what_other_rules_decide_is_left_alone(field: str) -> None:
    assert link_change(ROW, SEEN | {field: "other"}).update is None


def test_a_field_the_row_never_had_is_set() -> None:
    row = {name: value for name, value in ROW.items() if name != "placement"}
    update = link_change(row, SEEN).update
    assert update is not None
    assert update["$set"] == {"placement": "content"}
    assert update["$push"]["changes"]["$each"] == [{"at": NOW, "field": "placement", "old": None, "new": "content"}]


def test_a_lost_link_seen_again_is_live_and_says_since_when_it_was_lost() -> None:
    change = {"at": NOW, "field": "lost", "old": LOST, "new": None}
    assert link_change(ROW | {"lost_at": LOST, "lost_reason": "removed"}, SEEN) == (
        {
            "$unset": {"lost_at": "", "lost_reason": ""},
            "$push": {"changes": {"$each": [change], "$slice": -MAX_CHANGES}},
        },
        "returned",
    )


def test_a_link_that_returns_changed_says_both_in_order_and_counts_as_returned() -> None:
    update, kind = link_change(ROW | {"lost_at": LOST}, SEEN | {"anchor": "other"})
    assert update is not None
    assert [change["field"] for change in update["$push"]["changes"]["$each"]] == ["anchor", "lost"]
    assert (update["$set"], kind) == ({"anchor": "other"}, "returned")


def test_a_row_of_the_very_look_is_new() -> None:
    assert link_change(SEEN, SEEN) == (None, "new")
    assert link_change(SEEN, SEEN | {"anchor": "other"}).kind == "changed"


def test_all_that_is_compared_is_read() -> None:
    assert set(PROJECTION) == set(ROW) | {"hidden", "lost_at"}
    assert set(PROJECTION.values()) == {1}
