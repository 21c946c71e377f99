from __future__ import annotations

from typing import TYPE_CHECKING, Any

from link_index.anchors import profile_answer as module
from link_index.anchors.profile_answer import profile_answer
from link_index.anchors.profile_text import profile_lines
from link_index.filters import Filters
from link_index.output import as_json
from link_index.questions import Answer, Question, question
from link_index.targets import read_target
from tests.known_links import day, link

if TYPE_CHECKING:
    import pytest
    from pymongo.database import Database

HOSTILE = "red boots \u202e"


def fill(db: Database[dict[str, Any]]) -> None:
    """Twelve domains of fourteen link with the same words as the URL has."""
    db.links.insert_many(
        [
            *(link(f"https://d{n}.example/", "https://acme.com/red-boots", HOSTILE, day(1 + n)) for n in range(12)),
            *(link(f"https://e{n}.example/", "https://acme.com/red-boots", f"word{n}", day(1)) for n in range(2)),
        ]
    )


def answered(db: Database[dict[str, Any]]) -> tuple[Question, Answer]:
    asked = question("anchor-profile", read_target("acme.com"), Filters(internal=False))
    return asked, profile_answer(db, asked)


def test_a_warning_is_shown_with_its_links_and_nothing_unseen(db: Database[dict[str, Any]]) -> None:
    fill(db)
    lines = list(profile_lines(answered(db)[1].more))
    assert "3 of 5 rules warn." in lines
    warning = lines.index("WARNING exact_share: 86% of the referring domains (12 of 14) use an exact anchor")
    assert lines[warning + 1] == ("          'red boots \\u202e' on https://d0.example/ -> https://acme.com/red-boots")
    assert lines[warning + 6] == "          and 7 more"
    assert all(line.isprintable() for line in lines)


def test_programs_get_the_causes_in_json_up_to_a_bound(
    db: Database[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_CAUSES", 5)
    fill(db)
    asked, answer = answered(db)
    told = {rule["rule"]: rule for rule in answer.more["rules"]}
    assert (len(told["one_anchor"]["causes"]), told["one_anchor"]["causes_total"]) == (5, 12)
    assert '"first_seen": "2025-11-01T00:00:00.000Z"' in "".join(as_json(asked, answer))


def test_a_profile_that_had_to_stop_telling_apart_says_so(
    db: Database[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("link_index.anchors.anchor_profile.MAX_USES", 10)
    fill(db)
    [note] = answered(db)[1].notes
    assert note.startswith("4 links are counted by class alone")
