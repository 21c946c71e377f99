"""A sheet in its three formats: the same cells in each, and hostile texts harmless in all."""

from __future__ import annotations

import base64
import hashlib
import re
from importlib.resources import files

import pytest
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser

from link_index.reports.html_report import cell, html_lines
from link_index.reports.markdown_report import escaped, markdown_lines
from link_index.reports.sheet import Chart, Section, Sheet, Table
from link_index.reports.terminal_report import terminal_lines
from link_index.shown_text import visible
from tests.known_links import HOSTILE
from tests.known_scores import BREAKOUT

ATTACKS = [
    HOSTILE,
    BREAKOUT,
    "<img src=x onerror=alert(1)>",
    '"><script>alert(1)</script>',
    "' onmouseover='alert(1)",
    "</style><script>alert(1)</script>",
    "[click](javascript:alert(1))",
    "![x](https://tracker.example/x.png)",
    "<https://phish.example/>",
    "| cell | more |",
    "`code` ``more``",
    "# heading",
    "**bold** __bold__ ~~gone~~ $x$",
    "a\\",
    "&lt;script&gt; &#x3c;script&#x3e;",
    "<!-- comment",
    "]]>",
    "\u202egnp.exe",
    "\x1b]8;;https://phish.example/\x07click\x1b]8;;\x07",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
]
TABLE = Table(("text", "number"), tuple((attack, "1") for attack in ATTACKS))
CHART = Chart(tuple(ATTACKS), (("links", tuple(range(len(ATTACKS)))),))
SHEET = Sheet(ATTACKS[1], tuple(ATTACKS), [Section(attack, (attack,), TABLE, CHART) for attack in ATTACKS[:4]])


def in_markdown() -> LexborHTMLParser:
    """What a CommonMark reader that lets HTML through, as the worst of them do, makes of it."""
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return LexborHTMLParser(reader.render("\n".join(markdown_lines(SHEET))))


def in_html() -> LexborHTMLParser:
    return LexborHTMLParser("\n".join(html_lines(SHEET)))


def test_no_format_holds_a_character_that_is_obeyed_unseen() -> None:
    for written in (terminal_lines, markdown_lines, html_lines):
        for line in "\n".join(written(SHEET)).split("\n"):
            assert not line or line.isprintable(), written


def test_html_holds_the_elements_of_the_report_and_none_of_a_text() -> None:
    own = {"html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "p", "section", "figure", "svg",
           "desc", "g", "rect", "text", "div", "table", "thead", "tbody", "tr", "th", "td"}  # fmt: skip
    elements = list(in_html().css("*"))
    assert {element.tag for element in elements} <= own
    assert not [name for element in elements for name in element.attributes if name.startswith("on") or name == "style"]


def test_markdown_holds_the_elements_of_the_report_and_none_of_a_text() -> None:
    own = {"html", "head", "body", "h1", "h2", "p", "table", "thead", "tbody", "tr", "th", "td"}
    assert {element.tag for element in in_markdown().css("*")} <= own


@pytest.mark.parametrize("read", [in_html, in_markdown])
def test_every_text_is_shown_as_it_is_but_for_what_is_unseen(read: object) -> None:
    body = read().css_first("tbody")  # type: ignore[operator]
    shown = [row.text(strip=True).removesuffix("1") for row in body.css("tr")]
    assert shown == [visible(attack).strip() for attack in ATTACKS]


def test_a_policy_forbids_all_but_the_style_that_is_inside() -> None:
    page = in_html()
    policy = page.css_first("meta[http-equiv=Content-Security-Policy]").attributes["content"] or ""
    digest = base64.b64encode(hashlib.sha256(page.css_first("style").text().encode()).digest()).decode()
    assert policy.split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]


URLS = [
    ('https://a.example/x?y=1&z="', True),
    ("http://a.example/", True),
    ("javascript:alert(1)//https://a.example/", False),
    ("https://a.example/ b", False),
    ("https://a.example/\u202e", False),
    ("HTTPS://a.example/", False),
]


@pytest.mark.parametrize(("url", "is_linked"), URLS)
def test_only_a_whole_url_of_http_is_a_link(url: str, is_linked: bool) -> None:
    [*found] = LexborHTMLParser(cell(url)).css("a")
    assert bool(found) == is_linked
    assert [link.attributes["href"] for link in found] == [url] * is_linked


@pytest.mark.parametrize("url", ["https://a.example/a_b*c*", "https://a.example/?x=<b>|`", "https://a.example/[x](y)"])
def test_a_url_in_markdown_is_a_link_to_itself(url: str) -> None:
    [link] = LexborHTMLParser(MarkdownIt("commonmark").render(escaped(url))).css("a")
    safe = re.sub(r"[<>|`\[\]]", lambda found: f"%{ord(found[0]):02X}", url)
    assert (link.attributes["href"] or "").replace("[", "%5B").replace("]", "%5D") == safe


def test_bars_of_text_stand_behind_the_rows_they_are_of() -> None:
    table = Table(("class", "links"), (("a", "4"), ("b", "1"), ("c", "0")))
    lines = list(terminal_lines(Sheet("T", (), [Section("S", (), table, Chart(("a", "b"), (("links", (4, 1)),)))])))
    assert [line.count("█") for line in lines[-3:]] == [20, 5, 0]


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_texts_and_charts_stand_out_from_their_ground(scheme: int) -> None:
    """WCAG 2.2, 1.4.3 and 1.4.11."""
    style = files("link_index.reports").joinpath("report.css").read_text("utf-8")
    colours = dict(re.findall(r"--(\w+): (#\w{6});", re.findall(r":root \{(.*?)\}", style, re.DOTALL)[scheme]))
    for name, least in {"text": 4.5, "quiet": 4.5, "link": 4.5, "series0": 3.0, "series1": 3.0}.items():
        dark, bright = sorted((_luminance(colours[name]), _luminance(colours["ground"])))
        assert (bright + 0.05) / (dark + 0.05) >= least, name
