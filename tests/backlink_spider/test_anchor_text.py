"""Text as a reader sees it."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from backlink_spider.anchor_text import MAX_NODES, collapsed, inline_text, visible_text


def anchor(html: str) -> tuple[str, bool, bool]:
    text, has_image, has_words = visible_text(LexborHTMLParser(f"<body><a>{html}</a>").css("a")[0])
    return collapsed(text, 1000), has_image, has_words


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("", ""),
        ("plain", "plain"),
        (" \t\r\n two \f\n words ", "two words"),
        ("a&nbsp;b&#8195;c&#12288;d", "a b c d"),
        ("&amp;&lt;&eacute;&#233;&copy", "&<éé©"),
        ("<b>bo</b>ld", "bold"),
        ("<b>one</b> <i>two</i>", "one two"),
        ("<code><span>deep</span></code>", "deep"),
        ("<custom-tag>in</custom-tag>line", "inline"),
        ("a<wbr>b", "ab"),
        ("a<br>b", "a b"),
        ("a<div>b</div>c", "a b c"),
        ("<h3>Title</h3><p>Teaser</p>", "Title Teaser"),
        ("<ul><li>a</li><li>b</li></ul>", "a b"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("a<!-- no -->b", "ab"),
        ("a<script>no</script>b", "ab"),
        ("a<style>no</style>b", "ab"),
        ("a<template>no</template>b", "ab"),
        ("a<noscript>yes</noscript>b", "ayesb"),
        ("a<span hidden>no</span>b", "ab"),
        ("a<span hidden=until-found>no <b>no</b></span>b", "ab"),
        ("a<span HIDDEN><div>no</div></span>b<br>c", "ab c"),
        ("a<div hidden>no</div>b", "ab"),
        ("a<textarea>no</textarea>b", "ab"),
        ("a<select><option>no</select>b", "ab"),
        ("a<video>no</video>b", "ab"),
        ("a<iframe>no</iframe>b", "ab"),
        ("<ruby>a<rp>(</rp><rt>b</rt><rp>)</rp></ruby>", "ab"),
        ("<span aria-hidden=true>seen</span>", "seen"),
        ("a\x00b", "ab"),
        ("a&#0;b&#xD800;c", "a�b�c"),
    ],
)
def test_anchors_read_as_they_are_seen(html: str, expected: str) -> None:
    assert anchor(html)[0] == expected


@pytest.mark.parametrize(
    ("html", "expected", "has_image", "has_words"),
    [
        ("<img alt=Logo>", "Logo", True, False),
        ("<img alt=''>", "", True, False),
        ("<img>", "", True, False),
        ("<img alt=' a \n b '>", "a b", True, False),
        ("\n <span><img alt=Logo></span>&nbsp;", "Logo", True, False),
        ("<picture><source srcset=x><img alt=Photo></picture>", "Photo", True, False),
        ("<img alt=Logo> Home", "Logo Home", True, True),
        ("Home<img alt=Logo>page", "HomeLogopage", True, True),
        ("<img alt=a><br><img alt=b>", "a b", True, False),
        ("<img hidden alt=no>text", "text", False, True),
        ("<svg><title>Icon</title><desc>no</desc><path/></svg>", "Icon", True, False),
        ("<svg><style>no</style><text>words</text></svg>", "words", True, True),
        ("<svg><path/></svg> Menu", "Menu", True, True),
        ("plain", "plain", False, True),
        ("<b>in</b>line", "inline", False, True),
    ],
)
def test_an_image_stands_for_its_alternative_text(html: str, expected: str, has_image: bool, has_words: bool) -> None:
    assert anchor(html) == (expected, has_image, has_words)


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdef", 5, "abcde"),
        ("ab cd ef", 5, "ab cd"),
        ("ab cd ef", 6, "ab cd"),
        ("  a  b  " * 1000, 5, "a b a"),
        ("x" * 1_000_000, 3, "xxx"),
        (" " * 1_000_000 + "end", 3, "end"),
    ],
)
def test_texts_are_cut_after_collapsing(text: str, limit: int, expected: str) -> None:
    assert collapsed(text, limit) == expected


def test_one_anchor_costs_so_many_nodes_and_no_more() -> None:
    assert anchor("<i>x</i>" * MAX_NODES)[0] == "x" * ((MAX_NODES - 1) // 2)
    assert len(anchor("<br>" + "<i>x</i>" * MAX_NODES)[0]) < MAX_NODES
    assert anchor("<object>" * 5000 + "deep")[0] == ""


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<b>in<i>line</i></b>", "inline"),
        ("<br>", " "),
        ("<img alt=alt>", "alt"),
        ("<img>", ""),
        ("<!--no-->", ""),
        ("<script>no</script>", ""),
        ("<b hidden>no</b>", ""),
        ("<p hidden>no</p>", ""),
        ("<p>block</p>", None),
    ],
)
def test_inline_content_ends_at_blocks(html: str, expected: str | None) -> None:
    body = LexborHTMLParser(f"<body>{html}").body
    assert body is not None
    assert body.first_child is not None
    assert inline_text(body.first_child) == expected


def test_the_title_of_a_drawing_is_no_text_beside_its_links() -> None:
    assert inline_text(LexborHTMLParser("<svg><title>tip</title></svg>").css("title")[0]) == ""
