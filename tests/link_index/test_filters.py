"""Filter values and the Mongo filter they stand for."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import pytest

from link_index.documents import EPOCH
from link_index.errors import UsageMistake
from link_index.filters import LINK_TYPES, MAX_ANCHOR, PLACEMENTS, Filters, checked, one_of, since

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LIVE = {"lost_at": {"$exists": False}}

MATCHES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, LIVE),
    ({"state": "lost"}, {"lost_at": {"$gt": EPOCH}}),
    ({"state": "any"}, {}),
    ({"internal": True}, LIVE | {"is_internal": True}),
    ({"internal": False}, LIVE | {"is_internal": False}),
    ({"redirected": True}, LIVE | {"via": {"$exists": True}}),
    ({"redirected": False}, LIVE | {"via": {"$exists": False}}),
    ({"dofollow": True}, LIVE | {"dofollow": True}),
    ({"nofollow": True, "ugc": True, "sponsored": True}, LIVE | {"nofollow": True, "ugc": True, "sponsored": True}),
    ({"link_types": ("text", "image")}, LIVE | {"link_type": {"$in": ["text", "image"]}}),
    ({"placements": ("nav",)}, LIVE | {"placement": {"$in": ["nav"]}}),
    ({"since": "7d"}, LIVE | {"first_seen": {"$gte": datetime(2026, 11, 16, 12, tzinfo=UTC)}}),
    ({"anchor": "a.b*"}, LIVE | {"anchor": {"$regex": r"a\.b\*", "$options": "i"}}),
]


@pytest.mark.parametrize(("values", "match"), MATCHES)
def test_filters_are_residual_conditions(values: dict[str, Any], match: dict[str, Any]) -> None:
    assert Filters(**values).match(NOW) == match


def test_later_pages_leave_out_what_came_after_the_question() -> None:
    week_ago = datetime(2026, 11, 16, 12, tzinfo=UTC)
    assert Filters(since="7d").match(NOW, pinned=True) == {
        "lost_at": {"$not": {"$lte": NOW}},
        "first_seen": {"$gte": week_ago, "$lte": NOW},
    }
    assert Filters(state="lost").match(NOW, pinned=True)["lost_at"] == {"$gt": EPOCH, "$lte": NOW}
    assert Filters(state="any").match(NOW, pinned=True) == {"first_seen": {"$lte": NOW}}


SCOPES: list[tuple[dict[str, Any], str]] = [
    ({}, "live links, internal and external"),
    ({"state": "lost", "internal": False}, "lost links, external only"),
    ({"state": "any", "internal": True}, "live and lost links, internal only"),
    ({"nofollow": True, "redirected": False}, "live links, internal and external, nofollow, hard links only"),
    ({"redirected": True}, "live links, internal and external, redirected only"),
    ({"link_types": ("text", "area"), "placements": ("nav",)}, "live links, internal and external, text or area, nav"),
    (
        {"since": "7d", "anchor": "it's"},
        'live links, internal and external, first seen since 7d, anchor contains "it\'s"',
    ),
]


@pytest.mark.parametrize(("values", "sentence"), SCOPES)
def test_the_scope_is_said_in_words(values: dict[str, Any], sentence: str) -> None:
    assert Filters(**values).sentence() == sentence


MOMENTS = [
    ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)),
    ("2026-11-01T10:30", datetime(2026, 11, 1, 10, 30, tzinfo=UTC)),
    ("2026-11-01T10:30:00+02:00", datetime(2026, 11, 1, 8, 30, tzinfo=UTC)),
    ("2026-11-01T10:30:00Z", datetime(2026, 11, 1, 10, 30, tzinfo=UTC)),
    ("12h", datetime(2026, 11, 23, 0, tzinfo=UTC)),
    ("7d", datetime(2026, 11, 16, 12, tzinfo=UTC)),
    ("4w", datetime(2026, 10, 26, 12, tzinfo=UTC)),
    ("0d", NOW),
]


@pytest.mark.parametrize(("text", "moment"), MOMENTS)
def test_since_takes_dates_and_ages(text: str, moment: datetime) -> None:
    assert since(text, NOW) == moment


def test_a_date_without_a_zone_is_utc_wherever_the_machine_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        moments = [since("2026-11-01T10:30", NOW), since("2026-11-01T10:30+09:00", NOW)]
    time.tzset()
    assert moments == [datetime(2026, 11, 1, 10, 30, tzinfo=UTC), datetime(2026, 11, 1, 1, 30, tzinfo=UTC)]


@pytest.mark.parametrize(
    "text",
    [
        "", "7", "d", "-7d", "7y", "7days", "1000000h", "yesterday", "2026-13-01", "999999w",
        "0001-01-01T00:00+14:00",
    ],
)  # fmt: skip
def test_any_other_date_is_a_usage_mistake(text: str) -> None:
    with pytest.raises(UsageMistake, match="--since takes a date"):
        since(text, NOW)


@pytest.mark.parametrize(
    "values",
    [
        {"dofollow": True, "nofollow": True},
        {"dofollow": True, "ugc": True},
        {"dofollow": True, "sponsored": True},
        {"since": "soon"},
        {"anchor": "x" * (MAX_ANCHOR + 1)},
        {"anchor": "a\udcffb"},
        {"anchor": "\ud800"},
        {"anchor": chr(0xDFFF)},
        {"anchor": "a\0b"},
    ],
)
def test_filters_that_let_nothing_in_are_usage_mistakes(values: dict[str, Any]) -> None:
    with pytest.raises(UsageMistake):
        checked(Filters(**values))


def test_filters_that_go_together_pass() -> None:
    filters = Filters(nofollow=True, ugc=True, since="7d", anchor="x" * MAX_ANCHOR)
    assert checked(filters) is filters
    assert checked(Filters(dofollow=True)).dofollow
    assert checked(Filters(anchor="\ud7ff\ue000")) == Filters(anchor="\ud7ff\ue000")


def test_every_filter_is_named_with_its_value() -> None:
    told = {
        "state": "any", "internal": None, "redirected": True, "dofollow": True, "nofollow": False, "ugc": False,
        "sponsored": False, "link_types": ["text"], "placements": [], "since": "7d", "anchor": "x",
    }  # fmt: skip
    filters = Filters(state="any", redirected=True, dofollow=True, link_types=("text",), since="7d", anchor="x")
    assert filters.values() == told


def test_types_and_placements_are_those_the_crawl_names() -> None:
    assert " ".join(LINK_TYPES) == (
        "text image area iframe frame form canonical alternate meta_refresh header_refresh script"
    )
    assert " ".join(PLACEMENTS) == "content nav header footer aside head"


def test_two_flags_are_one_choice() -> None:
    assert [one_of(False, False, ""), one_of(True, False, ""), one_of(False, True, "")] == [None, True, False]
    with pytest.raises(UsageMistake, match="--hard and --redirected"):
        one_of(True, True, "--hard and --redirected")
