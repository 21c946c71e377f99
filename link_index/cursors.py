"""Opaque paging tokens: where an answer stopped, bound to the question it was an answer to."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any
from uuid import UUID

from link_index.documents import EPOCH
from link_index.errors import BadCursor

_CHECK_BYTES = 8
_LONGEST = 16384  # characters; a URL and an anchor fit
_INT64 = 2**63


@dataclass(frozen=True, slots=True)
class Position:
    """The sort values of the last row given out, and the moment the first page was asked for."""

    values: tuple[Any, ...]  # str, int, bool, datetime or UUID, one for each field of the sort
    asked_at: datetime


def token(question: dict[str, Any], position: Position) -> str:
    """The cursor that continues `question` after `position`."""
    body = json.dumps([_millis(position.asked_at), *map(_tagged, position.values)], separators=(",", ":")).encode()
    return urlsafe_b64encode(_check(question, body) + body).decode().rstrip("=")


def position(question: dict[str, Any], text: str, kinds: tuple[type, ...]) -> Position:
    """The position a cursor holds; raises BadCursor for another question's, a cut or an invented one.

    The check is no secret, it catches mistakes: whoever computes one gets at nothing he could not ask for outright.
    """
    try:
        return _read(question, text, kinds)
    except (ValueError, TypeError, KeyError, OverflowError, AttributeError, RecursionError):
        raise BadCursor(
            "This cursor does not belong to this question; repeat the target, filters and sort it was printed for."
        ) from None


def _read(question: dict[str, Any], text: str, kinds: tuple[type, ...]) -> Position:
    if len(text) > _LONGEST:
        raise ValueError("too long")
    raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    check, body = raw[:_CHECK_BYTES], raw[_CHECK_BYTES:]
    if check != _check(question, body):
        raise ValueError("another question's")
    asked_at, *tagged = json.loads(body)
    values = tuple(map(_untagged, tagged))
    if tuple(map(type, values)) != kinds or any(type(value) is int and abs(value) >= _INT64 for value in values):
        raise ValueError("not what the sort is by")
    return Position(values, _moment(asked_at))


def _check(question: dict[str, Any], body: bytes) -> bytes:
    asked = json.dumps(question, sort_keys=True, separators=(",", ":")).encode()
    return blake2b(asked + b"\n" + body, digest_size=_CHECK_BYTES).digest()


def _tagged(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"d": _millis(value)}
    return {"u": value.hex} if isinstance(value, UUID) else value


def _untagged(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return _moment(value["d"]) if "d" in value else UUID(hex=value["u"])


def _millis(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(milliseconds=1)  # MongoDB's resolution


def _moment(millis: int) -> datetime:
    return EPOCH + timedelta(milliseconds=millis)
