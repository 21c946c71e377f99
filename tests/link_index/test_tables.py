"""Tables: aligned for pipes, fitted to terminals, nothing cut."""

from __future__ import annotations

from typing import Any

import pytest
from rich.console import Console

from link_index.filters import Filters
from link_index.questions import question
from link_index.tables import fitted, plain_lines, table
from link_index.targets import read_target
from tests.known_links import HOSTILE, LINKS

LONG = "https://example.org/" + "x" * 300


def _drawn(headings: list[str], body: list[list[str]], width: int) -> str:
    console = Console(width=width, color_system=None)
    with console.capture() as captured:
        console.print(fitted(headings, body, width))
    return captured.get()


def test_columns_are_aligned_by_what_is_seen() -> None:
    assert plain_lines(["a", "b"], [["漢字", "1"], ["x", "2"]]) == ["a     b", "漢字  1", "x     2"]


def test_a_pipe_gets_whole_urls_however_long() -> None:
    assert LONG in plain_lines(["page", "n"], [[LONG, "1"]])[1]


@pytest.mark.parametrize("width", [20, 40, 80, 400])
def test_a_terminal_wraps_and_never_cuts(width: int) -> None:
    drawn = _drawn(["page", "links"], [[LONG, "12"]], width)
    assert LONG in "".join(drawn.replace("12", "").split())
    assert "…" not in drawn
    assert max(map(len, drawn.splitlines())) <= width


def test_a_narrow_terminal_gets_a_paragraph_for_each_row() -> None:
    headings, body = table(question("show", read_target("example.com")), LINKS[:8])
    assert not _drawn(headings, body, 250).startswith("https://")
    assert _drawn(headings, body, 80).startswith("https://a.org/1\n  anchor Pricing; type text; label dofollow")


def test_markup_in_an_anchor_is_text() -> None:
    assert "[red]x[/red]" in _drawn(["anchor"], [["[red]x[/red]"]], 80)


def _cells(verb: str, row: dict[str, Any]) -> dict[str, str]:
    headings, [line] = table(question(verb, read_target("example.com")), [row])
    return dict(zip(headings, line, strict=True))


ANCHORS = [
    ({"anchor": "text", "image": False}, "text"),
    ({"anchor": "", "image": False}, "(empty)"),
    ({"anchor": "alt", "image": True}, "(image) alt"),
    ({"anchor": "", "image": True}, "(image without text)"),
    ({"anchor": HOSTILE, "image": False}, "<U+202E>evil<U+001B>[31m [red]x[/red]"),
]


@pytest.mark.parametrize(("row", "shown"), ANCHORS)
def test_an_anchor_is_shown_as_what_it_is(row: dict[str, Any], shown: str) -> None:
    counts = {"links": 1, "share": 0.5, "first_seen": None}
    assert _cells("anchors", row | counts)["anchor"] == shown


LABELS = [
    ({"dofollow": True}, "dofollow"),
    ({"nofollow": True, "nofollow_by": ["rel"]}, "nofollow (rel)"),
    ({"nofollow": True, "ugc": True, "nofollow_by": ["rel", "meta_robots"]}, "nofollow, ugc (rel, meta_robots)"),
    ({"sponsored": True}, "sponsored"),
]


@pytest.mark.parametrize(("labels", "shown"), LABELS)
def test_a_link_that_is_not_dofollow_says_why(labels: dict[str, Any], shown: str) -> None:
    none = {"dofollow": False, "nofollow": False, "ugc": False, "sponsored": False, "nofollow_by": []}
    assert _cells("show", LINKS[0] | none | labels)["label"] == shown


def test_hops_are_shown_with_status_or_kind() -> None:
    hops = [
        {"url": "http://a/", "status": 301, "kind": "http"},
        {"url": "http://b/", "status": 200, "kind": "meta_refresh"},
    ]
    assert _cells("show", LINKS[0] | {"hops": hops})["via"] == "301 http://a/ meta_refresh http://b/"


def test_the_state_is_shown_where_lost_links_are_let_in() -> None:
    asked = question("show", read_target("example.com"), Filters(state="any"))
    lost = next(row for row in LINKS if "lost_at" in row)
    headings, body = table(asked, [LINKS[0], lost])
    assert [line[headings.index("state")] for line in body] == ["live", "lost 2025-11-10, removed"]


def test_an_unlabelled_link_of_a_nofollow_page_is_nofollow() -> None:
    row = LINKS[0] | {"dofollow": False, "nofollow": False, "nofollow_by": ["x_robots_tag"]}
    assert _cells("show", row)["label"] == "nofollow (x_robots_tag)"
