"""Adds to the spam signals of domains what an operator's list of known spam says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Scored = tuple[str, float, list[dict[str, Any]]]


def with_known_spam(
    found: Iterable[Scored], distances: Mapping[str, int], points: Mapping[str, float]
) -> Iterator[Scored]:
    """(domain, score, parts) of each domain with a signal, or named by the list, or next to one that is.

    `distances` are hops to the nearest listed domain; `points` those of `[known_spam]` in spam.toml.
    """
    left = {domain: hops for domain, hops in distances.items() if hops in (0, 1)}
    for domain, score, parts in found:
        part = _part(left.pop(domain, -1), points)
        added = [part] if part else []
        yield domain, min(100.0, round(score + sum(each["points"] for each in added), 1)), [*added, *parts]
    for domain, hops in left.items():
        if part := _part(hops, points):
            yield domain, min(100.0, part["points"]), [part]


def _part(hops: int, points: Mapping[str, float]) -> dict[str, Any] | None:
    name, said = {
        0: ("points", "it is on the list of domains known for spam"),
        1: ("neighbour", "it links to a domain that is on the list of domains known for spam"),
    }.get(hops, ("", ""))
    return {"signal": "known_spam", "points": points[name], "said": said} if name and points[name] else None
