"""A profile of anchors as lines to read, below the table of its classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from link_index.shown_text import visible
from link_index.tables import day, plain_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SHOWN_ANCHORS = 10
SHOWN_CAUSES = 5
SHOWN_MONTHS = 12

_MARKS = {"warning": "WARNING", "silent": "-", "too few to say": "?"}


def profile_lines(more: Mapping[str, Any]) -> Iterator[str]:
    """Top anchors, rotation, rotation by month, and the rules with the links that cause their warnings."""
    headings = ["anchor", "class", "links", "domains", "share of domains", "first seen"]
    yield from _section(f"{more['rotation']['anchors']:,} different anchors, most domains first", headings, [
        [share["anchor"] or "(no text)", share["anchor_class"], f"{share['links']:,}",
         f"{share['referring_domains']:,}", f"{share['domain_share']:.1%}", day(share["first_seen"])]
        for share in more["top_anchors"][:SHOWN_ANCHORS]
    ])  # fmt: skip
    yield from _section("Rotation, one use for each anchor and domain", ["", "anchors", "effective", "top anchor"], [
        [name, f"{varied['anchors']:,}", f"{varied['effective_anchors']:,.1f}", f"{varied['top_share']:.1%}"]
        for name, varied in (("all", more["rotation"]), ("exact and partial", more["keyword_rotation"]))
    ])  # fmt: skip
    yield from _section("New uses by month", ["month", "uses", "anchors", "effective", "exact"], [
        [month["month"], f"{month['uses']:,}", f"{month['anchors']:,}", f"{month['effective_anchors']:,.1f}",
         f"{month['exact_share']:.1%}"]
        for month in more["months"][-SHOWN_MONTHS:]
    ])  # fmt: skip
    yield from ("", "Over-optimisation", more["conclusion"])
    for rule in more["rules"]:
        yield from _rule(rule)


def _rule(rule: Mapping[str, Any]) -> Iterator[str]:
    yield visible(f"{_MARKS[rule['state']]:<8}{rule['rule']}: {rule['said']}")
    for link in rule["causes"][:SHOWN_CAUSES]:
        times = f" ({link['links']:,} links)" if link["links"] > 1 else ""
        yield visible(f"          {link['anchor']!r} on {link['source_url']} -> {link['target_url']}{times}")
    left = rule["causes_total"] - SHOWN_CAUSES
    if left > 0:
        yield f"          and {left:,} more"


def _section(title: str, headings: Sequence[str], body: Sequence[Sequence[str]]) -> Iterator[str]:
    yield from ("", title)
    yield from plain_lines(headings, [[visible(cell) for cell in line] for line in body])
