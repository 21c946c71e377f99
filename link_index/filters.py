"""Filter values of a question, and the Mongo filter they stand for: always a residual beside the target's key range."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from link_index.documents import EPOCH
from link_index.errors import UsageMistake

LINK_TYPES = (
    "text", "image", "area", "iframe", "frame", "form", "canonical", "alternate", "meta_refresh", "header_refresh",
    "script",
)  # fmt: skip
HYPERLINKS = ("text", "image", "area")  # what a reader follows, and ranks flow along
PLACEMENTS = ("content", "nav", "header", "footer", "aside", "head")
MAX_ANCHOR = 500

State = Literal["live", "lost", "any"]

_AGE = re.compile(r"(\d{1,6})([hdw])")
_HOURS = {"h": 1, "d": 24, "w": 7 * 24}


@dataclass(frozen=True, slots=True)
class Filters:
    """What a question leaves out. The two-sided choices are None where both sides are wanted."""

    state: State = "live"
    internal: bool | None = None
    redirected: bool | None = None
    dofollow: bool = False
    nofollow: bool = False
    ugc: bool = False
    sponsored: bool = False
    link_types: tuple[str, ...] = ()
    placements: tuple[str, ...] = ()
    since: str = ""  # as typed: an ISO date, or an age like 7d; relative to the moment of the question
    anchor: str = ""

    def match(self, asked_at: datetime, *, pinned: bool = False) -> dict[str, Any]:
        """The Mongo filter; `pinned` leaves out what was found or lost after `asked_at`, so that counts hold still.

        Lost links are asked for by date, which is what their partial index is made of.
        """
        residual: dict[str, Any] = dict.fromkeys(self._labels(), True)
        if self.state == "live":
            residual["lost_at"] = {"$not": {"$lte": asked_at}} if pinned else {"$exists": False}
        elif self.state == "lost":
            residual["lost_at"] = {"$gt": EPOCH, "$lte": asked_at} if pinned else {"$gt": EPOCH}
        if self.internal is not None:
            residual["is_internal"] = self.internal
        if self.redirected is not None:
            residual["via"] = {"$exists": self.redirected}
        if self.link_types:
            residual["link_type"] = {"$in": list(self.link_types)}
        if self.placements:
            residual["placement"] = {"$in": list(self.placements)}
        seen = {"$gte": since(self.since, asked_at)} if self.since else {}
        if seen or pinned:
            residual["first_seen"] = seen | ({"$lte": asked_at} if pinned else {})
        if self.anchor:  # literal: nothing in the text is an expression
            residual["anchor"] = {"$regex": re.escape(self.anchor), "$options": "i"}
        return residual

    def sentence(self) -> str:
        """The scope in words: 'live links, internal and external, dofollow'."""
        words = ["live and lost links" if self.state == "any" else f"{self.state} links"]
        words.append({None: "internal and external", True: "internal only", False: "external only"}[self.internal])
        words += self._labels()
        if self.redirected is not None:
            words.append("redirected only" if self.redirected else "hard links only")
        words += [" or ".join(names) for names in (self.link_types, self.placements) if names]
        if self.since:
            words.append(f"first seen since {self.since}")
        if self.anchor:
            words.append(f"anchor contains {self.anchor!r}")
        return ", ".join(words)

    def values(self) -> dict[str, Any]:
        """Every filter by name, for machine-readable answers and for what a cursor belongs to."""
        return {f.name: _plain(getattr(self, f.name)) for f in fields(self)}

    def _labels(self) -> list[str]:
        return [label for label in ("dofollow", "nofollow", "ugc", "sponsored") if getattr(self, label)]


def checked(filters: Filters) -> Filters:
    """The same filters, their texts tidied; raises UsageMistake where no link can pass or a text cannot be read."""
    if filters.dofollow and len(filters._labels()) > 1:
        raise UsageMistake("--dofollow leaves no link that is nofollow, ugc or sponsored; ask for one or the other.")
    since(filters.since or "0d", datetime.now(UTC))
    if len(filters.anchor) > MAX_ANCHOR or not _encodable(filters.anchor):
        raise UsageMistake(f"--anchor takes at most {MAX_ANCHOR} characters of valid text.")
    return filters


def since(text: str, now: datetime) -> datetime:
    """The moment an ISO date, an ISO time (UTC unless it says otherwise) or an age (12h, 7d, 4w) stands for."""
    try:
        age = _AGE.fullmatch(text)
        if age:
            return now - timedelta(hours=int(age[1]) * _HOURS[age[2]])
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageMistake(
            f"--since takes a date like 2026-11-01 or an age like 12h, 7d or 4w, not {text!r}."
        ) from None


def one_of(first: bool, second: bool, names: str) -> bool | None:
    """Two opposite flags as one choice: True for the first, False for the second, None for neither."""
    if first and second:
        raise UsageMistake(f"{names} leave no link; ask for one or the other.")
    return first if first or second else None


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _encodable(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)
