"""Paging tokens: what goes in comes out, for the same question only."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from link_index import cursors
from link_index.cursors import Position
from link_index.errors import BadCursor

QUESTION: dict[str, Any] = {"verb": "show", "target": ["url", "com.example/"], "sort": "newest"}
SEEN = datetime(2026, 11, 1, 10, 30, 0, 123000, tzinfo=UTC)
HERE = Position((SEEN, UUID(int=7)), SEEN)
KINDS = (datetime, UUID)


@pytest.mark.parametrize("values", [(SEEN, UUID(int=2**128 - 1)), (3, "näme", True), ("",), (-(2**63) + 1,)])
def test_a_cursor_holds_its_position(values: tuple[Any, ...]) -> None:
    token = cursors.token(QUESTION, Position(values, SEEN))
    assert cursors.position(QUESTION, token, tuple(map(type, values))) == Position(values, SEEN)
    assert token.isascii()
    assert not set(token) & set("=+/ ")


@pytest.mark.parametrize("change", [{"verb": "domains"}, {"target": ["url", "com.example/x"]}, {"sort": "oldest"}])
def test_another_question_refuses_it(change: dict[str, Any]) -> None:
    with pytest.raises(BadCursor, match="does not belong"):
        cursors.position(QUESTION | change, cursors.token(QUESTION, HERE), KINDS)


def _forged(body: str) -> str:
    """What someone who has read the code can make: a right check over any body."""
    return urlsafe_b64encode(cursors._check(QUESTION, body.encode()) + body.encode()).decode()


FORGED = [
    "", "x", "zzzz", "é", "A" * 20_000, cursors.token(QUESTION, HERE)[:-4], cursors.token(QUESTION, HERE)[4:],
    _forged(""), _forged("7"), _forged("[]"), _forged("{}"), _forged("[0]"), _forged("[0,1,2]"),
    _forged("[null,null,null]"),
    _forged('[0,{"d":1},{"d":1}]'), _forged('[0,{"d":"x"},{"u":"00"}]'), _forged('[0,{"$gt":""},{"u":"00"}]'),
    _forged('[0,{"d":1e400},{"u":"00000000000000000000000000000007"}]'),
    _forged('[99999999999999999999,{"d":1},{"u":"00000000000000000000000000000007"}]'),
    _forged('[0,{"d":1},{"u":7}]'), _forged("[" * 5000),
]  # fmt: skip


@pytest.mark.parametrize("token", FORGED)
def test_a_cut_or_forged_cursor_is_refused(token: str) -> None:
    with pytest.raises(BadCursor):
        cursors.position(QUESTION, token, KINDS)


def test_a_number_no_database_holds_is_refused() -> None:
    with pytest.raises(BadCursor):
        cursors.position(QUESTION, _forged(f"[0,{2**63}]"), (int,))
    with pytest.raises(BadCursor):
        cursors.position(QUESTION, _forged(f"[0,1,{-(2**63)}]"), (int, int))


def test_the_order_a_question_is_written_down_in_means_nothing() -> None:
    question = dict(reversed(QUESTION.items()))
    assert cursors.position(question, cursors.token(QUESTION, HERE), KINDS) == HERE


@given(st.text(max_size=200))
def test_any_text_is_refused_as_a_cursor(text: str) -> None:
    with pytest.raises(BadCursor):
        cursors.position(QUESTION, text, KINDS)
