"""Tables: aligned for pipes, fitted to terminals, nothing cut."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from rich.console import Console
from rich.text import Text

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


@pytest.mark.parametrize(
    ("columns", "width", "is_table"),
    [
        ([40, 40], 60, True),  # thirty characters for each
        ([40, 40], 59, False),
        ([40, 5, 40], 67, True),
        ([40, 5, 40], 66, False),
        ([24, 24], 52, True),  # all of it fits
        ([24, 24], 51, False),
        ([25, 5], 10, True),  # one long column alone wraps
        ([22, 40], 20, True),
        ([23, 40], 20, False),
    ],
)
def test_a_table_is_one_as_long_as_it_can_be_read(columns: list[int], width: int, is_table: bool) -> None:
    line = ["x" * size for size in columns]
    assert isinstance(fitted(["h"] * len(columns), [line], width), Text) is not is_table


def test_a_paragraph_leaves_out_what_is_empty() -> None:
    drawn = fitted(["page", "anchor", "via", "label"], [["p" * 30, "a" * 30, "", "dofollow"]] * 2, 20)
    paragraph = f"{'p' * 30}\n  anchor {'a' * 30}; label dofollow\n"
    assert str(drawn) == f"{paragraph}\n{paragraph}"


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


DAY = datetime(2026, 11, 1, 23, 59, tzinfo=UTC)
SHOWN = [
    (
        "domains",
        {"source_domain": "a.org", "links": 12_000, "dofollow": 1, "referring_pages": 2, "first_seen": DAY,
         "example_url": "http://a.org/x"},
        {"referring domain": "a.org", "links": "12,000", "dofollow": "1", "pages": "2", "first seen": "2026-11-01",
         "example page": "http://a.org/x"},
    ),
    (
        "anchors",
        {"anchor": "x", "image": False, "links": 3, "share": 0.1234, "dofollow": 2, "referring_domains": 1000,
         "first_seen": DAY},
        {"anchor": "x", "links": "3", "share": "12.3%", "dofollow": "2", "domains": "1,000",
         "first seen": "2026-11-01"},
    ),
    (
        "pages",
        {"url": "http://a/", "links": 3, "dofollow": 2, "referring_pages": 5, "referring_domains": 4, "first_seen": DAY,
         "status": 404, "outcome": "error"},
        {"page": "http://a/", "links": "3", "dofollow": "2", "pages": "5", "domains": "4", "first seen": "2026-11-01",
         "crawled": "404"},
    ),
    (
        "redirects",
        {"url": "http://a/", "links": None, "final_url": "http://c/", "seen_at": DAY,
         "chain": [{"url": "http://a/", "status": 301, "kind": "http"},
                   {"url": "http://b/", "status": 200, "kind": "header_refresh"}]},
        {"redirect": "http://a/", "links": "0", "hops": "2",
         "chain": "301 http://a/ header_refresh http://b/ -> http://c/", "seen": "2026-11-01"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("verb", "row", "cells"), SHOWN)
def test_every_question_has_its_columns(verb: str, row: dict[str, Any], cells: dict[str, str]) -> None:
    assert list(_cells(verb, row).items()) == list(cells.items())


@pytest.mark.parametrize(
    ("known", "shown"), [({"status": None, "outcome": "refused"}, "refused"), ({"status": None, "outcome": None}, "no")]
)
def test_a_page_without_a_status_says_what_became_of_it(known: dict[str, Any], shown: str) -> None:
    assert _cells("pages", {"url": "http://a/", "first_seen": None} | known)["crawled"] == shown


def test_a_summary_is_a_column_for_each_scope_and_a_line_for_each_count() -> None:
    names = ("links", "occurrences", "referring_pages", "referring_domains", "dofollow", "dofollow_referring_domains",
             "nofollow", "ugc", "sponsored", "hard", "redirected")  # fmt: skip
    dates = ("first_seen", "newest_first_seen", "last_seen", "last_lost_at")
    full = {name: 1000 + number for number, name in enumerate(names)}
    full |= {name: DAY.replace(day=1 + number) for number, name in enumerate(dates)}
    full |= {"scope": "external", "state": "live", "dofollow_share": 0.5, "by_type": {"text": 9, "image": 1}}
    empty = {"scope": "internal", "state": "lost", "dofollow_share": None, "by_type": {"area": 2}, "by_placement": {}}
    rows = [full | {"by_placement": {"nav": 3}}, empty]
    headings, body = table(question("summary", read_target("example.com")), rows)
    assert headings == ["", "external live", "internal lost"]
    assert body == [
        ["links", "1,000", "0"],
        ["occurrences", "1,001", "0"],
        ["referring pages", "1,002", "0"],
        ["referring domains", "1,003", "0"],
        ["dofollow", "1,004", "0"],
        ["dofollow share", "50.0%", ""],
        ["dofollow domains", "1,005", "0"],
        ["nofollow", "1,006", "0"],
        ["ugc", "1,007", "0"],
        ["sponsored", "1,008", "0"],
        ["hard", "1,009", "0"],
        ["redirected", "1,010", "0"],
        ["first seen", "2026-11-01", ""],
        ["newest first seen", "2026-11-02", ""],
        ["last seen", "2026-11-03", ""],
        ["last lost", "2026-11-04", ""],
        ["type area", "0", "2"],
        ["type image", "1", "0"],
        ["type text", "9", "0"],
        ["placement nav", "3", "0"],
    ]


SHOW = ["source page", "anchor", "type", "label", "placement", "first seen"]
HOPS = [{"url": "http://a/", "status": 301, "kind": "http"}]


@pytest.mark.parametrize(
    ("target", "filters", "rows", "headings"),
    [
        ("https://example.com/", Filters(), LINKS[:1], SHOW),
        ("example.com", Filters(), LINKS[:1], [*SHOW, "target"]),
        ("https://example.com/", Filters(state="lost"), LINKS[:1], [*SHOW, "state"]),
        ("https://example.com/", Filters(), [LINKS[0] | {"hops": HOPS}, LINKS[0]], [*SHOW, "via"]),
        ("example.com", Filters(), [], [*SHOW, "target"]),
    ],
)
def test_links_have_the_columns_their_question_needs(
    target: str, filters: Filters, rows: list[dict[str, Any]], headings: list[str]
) -> None:
    found, body = table(question("show", read_target(target), filters), rows)
    assert found == headings
    assert [len(line) for line in body] == [len(headings)] * len(rows)


def test_the_target_shown_is_the_one_redirects_lead_to() -> None:
    row = LINKS[0] | {"target_url": "http://linked/"}
    assert _cells("show", row)["target"] == "http://linked/"
    assert _cells("show", row | {"final_url": "http://final/"})["target"] == "http://final/"


@pytest.mark.parametrize(("kind", "anchor", "shown"), [("image", "alt", "(image) alt"), ("text", "alt", "alt")])
def test_a_link_of_an_image_shows_its_alternative_text_as_such(kind: str, anchor: str, shown: str) -> None:
    assert _cells("show", LINKS[0] | {"link_type": kind, "anchor": anchor})["anchor"] == shown


def test_numbers_stand_on_the_right_and_text_on_the_left() -> None:
    body = [["a", "1", "5.0%", "1"], ["bb", "1,000", "12.5%", "one"], ["cc", "", "", "a pair"]]
    assert [line.rstrip() for line in _drawn(["name", "n", "share", "mixed"], body, 80).splitlines()] == [
        "name      n  share  mixed",
        "a         1   5.0%  1",
        "bb    1,000  12.5%  one",
        "cc                  a pair",
    ]


def test_a_short_column_is_not_wrapped_for_a_long_one() -> None:
    assert "a few words" in _drawn(["page", "label"], [[LONG, "a few words"]], 30)


def test_an_unlabelled_link_of_a_nofollow_page_is_nofollow() -> None:
    row = LINKS[0] | {"dofollow": False, "nofollow": False, "nofollow_by": ["x_robots_tag"]}
    assert _cells("show", row)["label"] == "nofollow (x_robots_tag)"
