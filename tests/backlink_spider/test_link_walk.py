"""The compiled walk reads every page as its Python twin does: to the same links, texts and counts."""

from __future__ import annotations

import gc
import os
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from backlink_spider import page_reader, parse_bounds
from backlink_spider.anchor_text import MAX_NODES
from backlink_spider.link_collector import LinkCollector
from backlink_spider.link_context import A_FEW, MAX_LENGTH, MAX_STEPS
from backlink_spider.link_targets import CACHED_LENGTH, LinkTargets, cached_outcome
from backlink_spider.page_limits import PageLimits as Limits
from benchmarks.web import Web

if TYPE_CHECKING:
    from backlink_spider.page_reader import PageContent

LinkWalk = page_reader.LinkWalk
pytestmark = pytest.mark.skipif(LinkWalk is None, reason="link_walk was not compiled")

WEBS = Path(__file__).parent.parent / "webs"
URL = "http://www.example.com/dir/page?q=1"
UTF_8 = b"text/html; charset=utf-8"

# More pages, and other ones each time: BACKLINKS_TEST_EXAMPLES=50000 pytest tests/backlink_spider/test_link_walk.py
EXAMPLES = int(os.environ.get("BACKLINKS_TEST_EXAMPLES", "400"))


def in_python(body: bytes, url: str, content_type: bytes, limits: Limits) -> PageContent:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page_reader, "LinkWalk", None)
        patch.setattr(parse_bounds, "tags_in", None)
        return page_reader.read_page(body, url, [(b"content-type", content_type)], limits=limits)


def read(
    html: str | bytes, limits: Limits = Limits(), content_type: bytes = UTF_8, url: str = URL  # noqa: B008
) -> PageContent:  # fmt: skip
    """What both readers say of a page."""
    body = html if isinstance(html, bytes) else html.encode()
    content = page_reader.read_page(body, url, [(b"content-type", content_type)], limits=limits)
    assert content == in_python(body, url, content_type, limits)
    return content


def anchor(html: str, limit: int = 1000) -> tuple[str, str]:
    (link,) = read(f"<a href=x>{html}</a>", Limits(anchor=limit)).links
    return link.anchor, link.link_type


def contexts(html: str) -> list[tuple[str, str]]:
    return [(link.text_before, link.text_after) for link in read(html.replace("<a>", "<a href=x>")).links]


@pytest.mark.parametrize("file", sorted(WEBS.rglob("*.html")), ids=lambda file: file.relative_to(WEBS).as_posix())
def test_every_page_of_the_tests_is_read_equally(file: Path) -> None:
    read(file.read_bytes())
    read(file.read_bytes(), content_type=b"text/html")


def test_pages_of_the_generated_web_are_read_equally() -> None:
    assert sum(len(read(page.body, url=page.url).links) for page in islice(Web(400).pages(), 60)) > 1000


ELEMENTS = """
    a a a a a a a a a a a a a a p p div div span span b b i svg svg nav header footer aside section article main
    title title details menu ul li h1 h2 h3 hr br br img img table tr td th caption option select button label object
    script style template noscript textarea iframe form link meta base map area frameset frame math desc metadata text
    image foreignObject mi annotation-xml head body html ruby rp video x-own blockquote object optgroup
"""
ATTRIBUTES = (
    *["href=x", "href='/y?a#b'", "href='z#c'", "href", "href='#d'", "href=''", "href=' /x '", "href=' #e'"],
    *["href=//o.test/p", "href=https://O.test:443/ä?ä", "href=HTTP:x", "href=mailto:x", "href='?é=ü#ö'", "href=é"],
    *["href='http://['", "href='\x01x'", "xlink:href=v", "xlink:href", "xlink:href='#w'", "XLink:HREF=u"],
    *["rel=nofollow", "rel='UGC, sponsored\u00a0É'", "rel", "rel=canonical", "rel='alternate canonical'"],
    *["hidden", "hidden=until-found", "alt='a  pic'", "alt=''", "alt", "alt=日本", "alt='\u2003'", "src=i", "src=''"],
    *["action=/f", "action", "content='0;url=r'", "content=none", "content=de", "content", "name=robots"],
    *["http-equiv=refresh", "http-equiv=content-language", "charset=shift_jis", "lang=fr", "type=hidden", "open"],
    *["role=navigation", "role='unknown BANNER'", "role=contentinfo", "role='x y'", "role", "role=main"],
    *["role='none banner'", "role=region", "role=complementary", "role='\u00a0article'", "encoding=text/html"],
    *[
        "style='display:none'",
        "style='visibility:hidden'",
        "style='visibility:visible'",
        "style='font-size:0'",
        "style",
    ],
    *["style='Font-Size:9px;left:-9999px'", "style='\udcff:\udce3;opacity:0'", "class=menu", "id='x menu'", "x-on=y"],
    *["href='\udcff\udce3\udc81#\udc82'", "alt='\udce3\udc81'", "rel='\udcff a'", "role='\udcff main'"],  # bytes alone
)
TEXTS = (
    *["word", "word ", " two words", " ", "\n\t", "\u00a0", "é", "日本語 テキスト", "𝔘𝔫𝔦 ", "e\u0301", "\u200b"],
    "\x1f",
    *["\x85", "\u1680", "\u2009", "\u2028", "\u202f", "\u205f", "\u3000", "\ufeff", "\x00", "\r\n", "\x0b", "\x1c"],
    *["one two three four five six seven eight nine ten eleven twelve ", "w" * 79, " " + "w" * 40, "ü" * 81, "𝔘" * 90],
    *["&amp;", "&nbsp;", "&#x85;", "&copy", "&#xD800;", "&#0;", "&lt;a href=x&gt;", "<", "<!-- c -->", "<!---->"],
    *["<![CDATA[c d]]>", "<?p i?>", "<!doctype html>", "</p>", "</a>", "</svg>", "</br>", "</div>", "<a", "<a href='"],
    *["<b></b>" * 70, "<i>t</i>" * 40, "<br>" * 20, "<i></i>" * 6, "<p hidden>no</p>", "<wbr>"],
)
CUT_CHARACTERS = (b"\xff", b"\xc3", b"\xe3\x81", b"\x82", b"\xed\xa0\x80", b"\xf0\x9d", b"\x98")
BYTES = (*(text.encode() for text in TEXTS), *CUT_CHARACTERS)
CLOSED = b""  # what was opened last


def tag(*words: str) -> bytes:
    return f"<{' '.join(words)} >".encode(errors="surrogateescape")


openings = st.builds(
    lambda element, attributes: (element.encode(), tag(element, *attributes)),
    st.sampled_from(ELEMENTS.split()),
    st.lists(st.sampled_from(ATTRIBUTES), max_size=3),
)
links = st.builds(
    lambda href, attributes: (b"a", tag("a", href, *attributes)),
    st.sampled_from(ATTRIBUTES[:20]),
    st.lists(st.sampled_from(ATTRIBUTES), max_size=1),
)
steps = st.one_of(openings, links, st.sampled_from(BYTES), st.sampled_from(BYTES), st.just((b"", CLOSED)))


def markup(written: list[bytes | tuple[bytes, bytes]]) -> bytes:
    body: list[bytes] = []
    names: list[bytes] = []
    for step in written:
        if isinstance(step, bytes):
            body.append(step)
        elif step[1]:
            names.append(step[0])
            body.append(step[1])
        elif names:
            body.append(b"</%s>" % names.pop())
    return b"".join(body)


@settings(max_examples=EXAMPLES, derandomize=EXAMPLES == 400, deadline=None)
@given(
    st.lists(steps, min_size=20, max_size=110).map(markup),
    st.sampled_from([UTF_8, UTF_8, b"text/html", b"text/html; charset=windows-1252", b"text/html; charset=shift_jis"]),
    st.sampled_from([1000, 1, 5, 5000]),
    st.sampled_from([65_000, 65_000, 3]),
    st.sampled_from([2083, 2083, 30]),
)
def test_whatever_is_written_is_read_equally(
    body: bytes, content_type: bytes, anchor_limit: int, links_limit: int, url_limit: int
) -> None:
    read(body, Limits(anchor=anchor_limit, links=links_limit, url=url_limit), content_type)


class TestCharacters:
    def test_every_character_separates_words_or_does_not_as_in_python(self) -> None:
        written = [chr(code) for code in range(1, 0x110000) if not 0xD800 <= code < 0xE000 and chr(code) not in "&<\r"]
        anchors = ["a".join(written[at : at + 300]) for at in range(0, len(written), 300)]
        content = read("".join(f"<p><a href=x>a{text}a</a>" for text in anchors))
        assert [link.anchor for link in content.links] == [" ".join(f"a{text}a".split()) for text in anchors]

    def test_an_image_beside_white_space_alone_stays_an_image(self) -> None:
        written = [chr(code) for code in (*range(1, 0x3100), *range(0xFE00, 0x10200)) if chr(code) not in "&<\r"]
        content = read("".join(f"<p><a href=x><img>{character}</a>" for character in written))
        assert [link.link_type == "image" for link in content.links] == [each.isspace() for each in written]

    @pytest.mark.parametrize("character", [chr(code) for code in range(0x110000) if chr(code).isspace()])
    def test_white_space_before_and_after_a_link(self, character: str) -> None:
        assert contexts(f"<p>{character}a{character} b{character}<a>x</a>{character}c{character} d{character}") == [
            ("a b", "c d")
        ]

    @pytest.mark.parametrize("character", ["e", "é", "本", "𝔘", "\u200b", "\u0301"])
    def test_characters_are_counted_not_bytes(self, character: str) -> None:
        assert anchor(character * 7, 5) == (character * 5, "text")
        assert anchor(character * 1500) == (character * 1000, "text")
        text = character * (MAX_LENGTH + 1)
        assert contexts(f"<p>{text}<a>x</a>{text}") == [(text[1:], text[1:])]

    @pytest.mark.parametrize(
        ("html", "expected"),
        [
            (b"\xff", "\ufffd"),
            (b"\xe3\x81<b>\x82</b>", "\ufffd\ufffd"),  # the halves of one character in two nodes
            (b"\xe3\x81\x82", "\u3042"),
            (b"a\xc2", "a\ufffd"),
            (b"\xed\xa0\x80", "\ufffd" * 3),
            (b"a\x00b", "ab"),
            (b"<svg><text>a\x00b", "a\ufffdb"),
            (b"<svg><title>\xe3\x81<b>\x82</b></title></svg>", "\u3042"),
            (b"<img alt='\xe3\x81'>", "\ufffd"),
            (b"<img alt='\xff'><img alt='\xc3\xa9'>", "\ufffdé"),
        ],
    )
    def test_what_is_not_utf_8_is_replaced(self, html: bytes, expected: str) -> None:
        (link,) = read(b"<a href=x>" + html + b"</a>").links
        assert link.anchor == expected
        (link,) = read(b"<p>" + html + b"<a href=x></a>").links
        assert link.text_before == expected
        (link,) = read(b"<p><a href=x></a>" + html).links
        assert link.text_after == expected


class TestAnchors:
    @pytest.mark.parametrize(
        ("html", "limit", "expected"),
        [
            ("abcdef", 6, "abcdef"),
            ("abcdef", 5, "abcde"),
            ("ab cd", 5, "ab cd"),
            ("ab cd ", 5, "ab cd"),
            ("ab cd e", 5, "ab cd"),
            ("abcd ef", 5, "abcd"),
            ("abcd e", 6, "abcd e"),
            ("abc de", 5, "abc d"),
            ("  a  b  ", 1, "a"),
            ("a", 1, "a"),
            (" ", 1, ""),
            ("a", 0, ""),
            ("", 0, ""),
            ("a b c d", 3, "a b"),
            ("a<b> b</b>c", 4, "a bc"),
            ("a <b> b</b> c", 4, "a b"),
            ("ab<b>cd</b>", 3, "abc"),
        ],
    )
    def test_they_are_cut_after_collapsing(self, html: str, limit: int, expected: str) -> None:
        assert anchor(html, limit) == (expected, "text")

    @pytest.mark.parametrize("limit", [1023, 1024, 1025, 5000, 2**29, 2**31, 2**40])
    @pytest.mark.parametrize("text", ["𝔘" * 6000, "𝔘 " * 3000, "w" * 1023 + " w", "w" * 1024 + " w"])
    def test_any_limit_is_kept(self, text: str, limit: int) -> None:
        assert anchor(text, limit)[0] == text[:limit].rstrip()

    @pytest.mark.parametrize(
        ("html", "expected"),
        [
            # Plain: the anchor itself counts.
            ("<b></b>" * (MAX_NODES - 2) + "t", ("t", "text")),
            ("<b></b>" * (MAX_NODES - 1) + "t", ("", "text")),
            # With an image: seen by the first look, the anchor counts; by the second it does not.
            ("<b></b>" * (MAX_NODES - 2) + "<img alt=i>", ("i", "image")),
            ("<b></b>" * (MAX_NODES - 1) + "<img alt=i>", ("", "text")),
            ("<img alt=i>" + "<b></b>" * (MAX_NODES - 2) + "t", ("it", "text")),
            ("<img alt=i>" + "<b></b>" * (MAX_NODES - 1) + "t", ("i", "image")),
            ("<b></b>" * (MAX_NODES - 2) + "<b hidden>no</b>", ("", "text")),
            ("<img>" + "<b></b>" * (MAX_NODES - 2) + "<img alt=i>", ("i", "image")),
            ("<img>" + "<b></b>" * (MAX_NODES - 1) + "<img alt=i>", ("", "image")),
            # What is not seen costs nothing; a block counts twice.
            ("<br>" + "<!-- -->" * 2 * MAX_NODES + "t", ("t", "text")),
            ("<br>" + "<b hidden><i>no</i></b>" * 2 * MAX_NODES + "t", ("t", "text")),
            ("<p></p>" * (MAX_NODES // 2 - 1) + "<b></b>t", ("t", "text")),
            ("<p></p>" * (MAX_NODES // 2) + "t", ("", "text")),
            ("<p></p>" * (MAX_NODES // 2 - 1) + "<b></b><b></b>t", ("", "text")),
            ("<p><b></b></p>" * (MAX_NODES // 3) + "<b></b>t", ("t", "text")),
            ("<p><b></b></p>" * (MAX_NODES // 3) + "<b></b><b></b>t", ("", "text")),
            ("<div>" * (MAX_NODES // 2 - 1) + "t" + "</div>" * (MAX_NODES // 2 - 1) + "u", ("t u", "text")),
            ("<div>" * (MAX_NODES // 2) + "t" + "</div>" * (MAX_NODES // 2) + "u", ("t", "text")),
            ("<br>" * (MAX_NODES - 1) + "t", ("t", "text")),
            ("<br>" * MAX_NODES + "t", ("", "text")),
        ],
    )  # fmt: skip
    def test_so_many_nodes_are_looked_at_and_no_more(self, html: str, expected: tuple[str, str]) -> None:
        assert anchor(html) == expected

    @pytest.mark.parametrize(
        ("html", "expected"),
        [
            ("<svg><title>a</title><desc>no</desc><metadata>m</metadata></svg>", ("am", "text")),
            ("<svg><title>a</title></svg><svg><title>b</title></svg>", ("ab", "image")),
            ("<svg><title>a<b>b</b><!-- no --><br>c</title></svg>d", ("abcd", "text")),
            ("<svg><title hidden>no</title></svg>", ("", "image")),
            ("<svg hidden><title>no</title></svg>t", ("t", "text")),
            ("<title>a</title>", ("a", "text")),
            ("<svg><g><title></title><title>b</title></g></svg>", ("b", "image")),
            ("<svg><foreignObject><p>a</p><p>b</p></foreignObject></svg>", ("a b", "text")),
            ("<svg><![CDATA[ a  b ]]></svg>", ("a b", "text")),
            ("<math><mi>a</mi><annotation-xml>b</annotation-xml></math>", ("ab", "text")),
            ("a<?php no?>b<!no>c", ("abc", "text")),
            ("a<select><option>no</option></select>b", ("ab", "text")),
            ("a<button>b<option>c</option></button>", ("ab c", "text")),
            ("a<table>b<tr><td>c<td>d</table>e", ("ab c d e", "text")),
            ("<img>\u3000<img alt>", ("", "image")),
            ("<img alt=i><p></p><br>", ("i", "image")),
            ("<img alt=i><p>t</p>", ("i t", "text")),
            ("<img hidden alt=no>", ("", "text")),
            ("<div></div>a<div></div>b", ("a b", "text")),
            ("a<div></div>b", ("a b", "text")),
            ("<div>a</div>b<div><b>c</b></div>d", ("a b c d", "text")),
            ("<div><p>a</p></div>b", ("a b", "text")),
            ("<div><b>a</b></div>b", ("a b", "text")),
            ("<div>a<!-- --></div>b", ("a b", "text")),
            ("<div><p hidden>no</p></div><b>b</b>", ("b", "text")),
            ("a<p hidden></p>b", ("ab", "text")),
            ("a<hr hidden>b", ("ab", "text")),
            ("a<hr>b", ("a b", "text")),
            ("<b></b>", ("", "text")),
        ],
    )
    def test_they_read_as_they_are_seen(self, html: str, expected: tuple[str, str]) -> None:
        assert anchor(html) == expected

    def test_a_hidden_anchor_is_read_as_if_it_were_not(self) -> None:
        (link,) = read("<a hidden href=x>a<b>b</b></a>").links
        assert (link.anchor, link.link_type) == ("ab", "text")


class TestContexts:
    @pytest.mark.parametrize(
        "text",
        [
            " ".join("123456789"),
            " ".join("1234567890"),
            "w" * (MAX_LENGTH - 1),
            "w" * MAX_LENGTH,
            "x " + "w" * (MAX_LENGTH - 2),
            "w" * 39 + " " + "w" * 40,
            "é " * 5 + "𝔘" * (MAX_LENGTH - 10),
            " ".join(["w" * 7] * 9 + ["w" * 8]),  # ten words in 80 characters
        ],
    )
    def test_what_is_no_longer_than_allowed_stays_whole(self, text: str) -> None:
        assert contexts(f"<p>{text}<a>x</a>{text}") == [(text, text)]
        assert contexts(f"<p> {text} <a>x</a>\n{text}\n") == [(text, text)]

    @pytest.mark.parametrize(
        ("text", "before"),
        [
            ("0 1 2 3 4 5 6 7 8 9 X", "1 2 3 4 5 6 7 8 9 X"),
            ("x " + "w" * 79, "w" * 79),
            ("x " + "w" * 80, "w" * 80),
            ("ab " + "w" * 78, "w" * 78),
            ("ab " + "w" * 39 + " " + "v" * 40, "v" * 40),  # a word that ends where the cut is goes with the cut
            ("a " + "w" * 39 + " " + "v" * 40, "v" * 40),
            ("ab " + "w" * 38 + " " + "v" * 40, "w" * 38 + " " + "v" * 40),
            ("x" + "w" * 80, "w" * 80),
            ("a b " + "é" * 38 + " " + "𝔘" * 40, "é" * 38 + " " + "𝔘" * 40),
            ("x " * 9 + "w" * 80, "w" * 80),
            ("x " * 9 + "w" * 63, "x " * 8 + "w" * 63),
            ("a " + " ".join(["w" * 7] * 9 + ["w" * 8]), " ".join(["w" * 7] * 9 + ["w" * 8])),
            ("a" + " ".join(["w" * 7] * 9 + ["w" * 8]), " ".join(["w" * 7] * 8 + ["w" * 8])),
        ],
    )
    def test_what_is_longer_is_cut_at_a_space_before_the_link(self, text: str, before: str) -> None:
        assert contexts(f"<p>{text}<a>x</a>") == [(before, "")]

    @pytest.mark.parametrize(
        ("text", "after"),
        [
            ("0 1 2 3 4 5 6 7 8 9 X", "0 1 2 3 4 5 6 7 8 9"),
            ("w" * 79 + " x", "w" * 79),
            ("w" * 80 + " x", "w" * 80),
            ("w" * 78 + " ab", "w" * 78),
            ("v" * 40 + " " + "w" * 39 + " ab", "v" * 40),
            ("v" * 40 + " " + "w" * 38 + " ab", "v" * 40 + " " + "w" * 38),
            ("w" * 80 + "x", "w" * 80),
            ("𝔘" * 40 + " " + "é" * 38 + " a b", "𝔘" * 40 + " " + "é" * 38),
            ("w" * 80 + " x" * 9, "w" * 80),
            ("w" * 63 + " x" * 9, "w" * 63 + " x" * 8),
            (" ".join(["w" * 7] * 9 + ["w" * 8]) + " a", " ".join(["w" * 7] * 9 + ["w" * 8])),
            (" ".join(["w" * 7] * 9 + ["w" * 8]) + "a", " ".join(["w" * 7] * 9)),
        ],
    )
    def test_what_is_longer_is_cut_at_a_space_after_the_link(self, text: str, after: str) -> None:
        assert contexts(f"<p><a>x</a>{text}") == [("", after)]

    @pytest.mark.parametrize("side", ["before", "after"])
    @pytest.mark.parametrize("length", range(MAX_LENGTH - 3, MAX_LENGTH + 4))
    @pytest.mark.parametrize("space", range(0, MAX_LENGTH + 4, 3))
    def test_it_does_not_matter_in_how_many_nodes_the_words_are(self, side: str, length: int, space: int) -> None:
        text = ("é" * space + " " + "w" * length)[: length + 1]
        pieces = "".join(f"<i>{text[at : at + 11]}</i>" for at in range(0, len(text), 11))
        if side == "before":
            assert contexts(f"<p>{pieces}<a>x</a>") == contexts(f"<p>{text}<a>x</a>")
        else:
            assert contexts(f"<p><a>x</a>{pieces}") == contexts(f"<p><a>x</a>{text}")

    @pytest.mark.parametrize("wraps", [("", ""), ("<b>", "</b>")])
    def test_so_many_steps_are_taken_and_no_more(self, wraps: tuple[str, str]) -> None:
        begin, end = wraps
        steps = MAX_STEPS - 1 - bool(begin)
        between = "<i></i>" * steps
        assert contexts(f"<p>far{begin}{between}<a>x</a>{between}{end}far") == [("far", "far")]
        between += "<i></i>"
        assert contexts(f"<p>far{begin}{between}<a>x</a>{between}{end}far") == [("", "")]

    def test_a_parent_is_a_step(self) -> None:
        for depth, expected in ((MAX_STEPS - 1, "far"), (MAX_STEPS, "")):
            html = "<p>far" + "<x-y>" * depth + "<a>x</a>" + "</x-y>" * depth + "far"
            assert contexts(html) == [(expected, expected)]

    @pytest.mark.parametrize(
        ("html", "before", "after"),
        [
            (f"far <i>{'w ' * (A_FEW - 1)}</i><a>x</a><i>{'w ' * (A_FEW - 1)}</i>far", "far w w w w", "w w w w far"),
            (f"far <i>{'w ' * A_FEW}</i><a>x</a><i>{'w ' * A_FEW}</i>far", "w w w w w", "w w w w w"),
            ("far<i>1 2 3 4 </i><i>5</i><a>x</a><i>1 2 3 4 </i><i>5</i>far", "1 2 3 4 5", "1 2 3 4 5"),
            ("<i>a</i>b<a>x</a>c<i>d</i>", "ab", "cd"),
            ("<i>a</i> b <a>x</a> c <i>d</i>", "a b", "c d"),
            ("<i>a </i>b<a>x</a>c<i> d</i>", "a b", "c d"),
            ("a<div>no</div><a>x</a><div>no</div>b", "", ""),
            ("a<div hidden>no</div><a>x</a><div hidden>no</div>b", "a", "b"),
            ("a<b hidden>no</b><a>x</a><b hidden>no</b>b", "a", "b"),
            ("a<!-- no --><a>x</a><!-- no -->b", "a", "b"),
            ("a<script>no</script><a>x</a><style>no</style>b", "a", "b"),
            ("a<textarea>no</textarea><a>x</a><iframe>no</iframe>b", "a", "b"),
            ("a<title>no</title><a>x</a><title>no</title>b", "a", "b"),
            ("a<br><a>x</a><br>b", "a", "b"),
            ("a<br>b<a>x</a>c<br>d", "a b", "c d"),
            ("a<img alt=i><a>x</a><img alt=i>b", "ai", "ib"),
            ("a<img alt=' i '><a>x</a><img alt=' i '>b", "a i", "i b"),
            ("a<img alt><a>x</a><img>b", "a", "b"),
            ("a<svg><title>t</title></svg><a>x</a><svg><title>t</title></svg>b", "at", "tb"),
            ("<svg><title>no</title><a>x</a><title>no</title><text>t</text></svg>", "", "t"),
            ("a<span><p>1</p><p>2</p></span><a>x</a><span><p>1</p><p>2</p></span>b", "a 1 2", "1 2 b"),
            ("a<span>1<b hidden>no</b>2</span><a>x</a><span>1<br>2</span>b", "a12", "1 2b"),
            ("a<span>t</span><a>x</a><span></span>b", "at", "b"),
            # What is left out at the limit of nodes leaves no space either.
            ("a<a>x</a><span>" + "<br>" * (MAX_NODES - 2) + "<p>y</p></span>z", "a", "yz"),
            ("a<a>x</a><span>" + "<br>" * (MAX_NODES - 3) + "<p>y</p></span>z", "a", "y z"),
            ("a<a>x</a><span>y" + "<b></b>" * (MAX_NODES - 3) + "<p></p></span>z", "a", "y z"),
            ("a<a>x</a><span>" + "<b></b>" * (MAX_NODES - 2) + "<p>y</p></span>z", "a", "yz"),
            ("a<a>x</a><span>" + "<b></b>" * (MAX_NODES - 1) + "<p>no</p></span>z", "a", "z"),
        ],
    )
    def test_the_words_beside_a_link(self, html: str, before: str, after: str) -> None:
        assert contexts(f"<div>{html}</div>") == [(before, after)]

    @pytest.mark.parametrize(
        ("html", "expected"),
        [
            ("<p><a>x</a></p>", ("", "")),
            ("a<b><a>x</a></b>c", ("a", "c")),
            ("a<p><b><a>x</a></b></p>c", ("", "")),
            ("<p>a<a>x</a></p>c", ("a", "")),
            ("a<p><a>x</a>c</p>d", ("", "c")),
            ("a<p><b>b<a>x</a></b>c</p>d", ("b", "c")),
            ("a<p>b<b><a>x</a></b>c</p>d", ("b", "c")),
            ("<div><b><a>x</a></b></div>a", ("", "")),
        ],
    )
    def test_a_context_ends_with_its_block(self, html: str, expected: tuple[str, str]) -> None:
        assert contexts(html) == [expected]

    @pytest.mark.parametrize("nodes", [1, 31, 32, 33, 60, 120])
    @pytest.mark.parametrize("last", ["", "<br>"])
    def test_a_large_neighbour_says_the_same_to_every_link_beside_it(self, nodes: int, last: str) -> None:
        one, two = (f"<span>{letter}" + "<i>-</i>" * nodes + last + "</span>" for letter in "12")
        text_1, text_2 = (letter + "-" * nodes for letter in "12")
        found = contexts(f"<p>{one}<a></a><a></a><br>{two}<a></a>")
        cut = MAX_LENGTH - 1
        whole = 2 * len(text_1) + 1 <= MAX_LENGTH
        joined_before = f"{text_1} {text_2}" if whole else text_2[-MAX_LENGTH:]
        assert [before for before, _ in found] == [text_1[-MAX_LENGTH:]] * 2 + [joined_before]
        assert [after for _, after in found] == [text_2[: cut + 1]] * 2 + [""]

    def test_neighbouring_links_read_each_other(self) -> None:
        assert contexts("<p><a>1</a><a><b>2</b></a><a hidden href=y>3</a><a>4</a>") == [
            ("", "24"), ("1", "4"), ("12", "4"), ("12", ""),
        ]  # fmt: skip


class TestTitles:
    @pytest.mark.parametrize(
        ("html", "title"),
        [
            ("<title>a</title><title>b</title>", "a"),
            ("<title></title><title>b</title>", ""),
            ("<svg><title>no</title></svg><title>a</title>", "a"),
            ("<svg><g><title>no</title></g></svg><p><title>a</title>", "a"),
            ("<svg><foreignObject><title>no</title></foreignObject></svg>", ""),
            ("<math><title>a<mi>b</mi><!-- no -->c</title></math>", "abc"),
            ("<math><svg><title>no</title></svg></math>", ""),
            ("<template><title>no</title></template><title>a</title>", "a"),
            ("<title>a<b>b</b>&amp;\n c</title>", "a<b>b</b>& c"),
            ("<body><div><title>\u3000a\u00a0b</title>", "a b"),
            ("<textarea><title>no</title></textarea>", ""),
        ],
    )
    def test_the_first_that_is_not_a_drawings(self, html: str, title: str) -> None:
        assert read(html).title == title

    def test_it_is_cut_as_anchors_are(self) -> None:
        assert read("<title>ab cd</title>", Limits(anchor=3)).title == "ab"

    def test_a_title_does_not_end_up_in_an_anchor(self) -> None:
        content = read("<title>title</title><a href=x></a><a href=y><img></a>")
        assert [link.anchor for link in content.links] == ["", ""]


class TestLinks:
    @pytest.mark.parametrize(
        ("html", "found"),
        [
            ("<a href>t</a>", ("self", 1)),
            ("<a href=''>t</a>", ("self", 1)),
            ("<a href='#'>t</a>", ("self", 1)),
            ("<a xlink:href=x>t</a>", ("self", 0)),
            ("<svg><a xlink:href>t</a></svg>", ("self", 1)),
            ("<svg><a xlink:href=x href>t</a></svg>", ("self", 1)),
            ("<svg><a xlink:title=x>t</a></svg>", ("self", 0)),
            ("<a hre=x hreff=x hrez=x>t</a>", ("self", 0)),
            ("<map><area href></map>", ("self", 1)),
            ("<form action></form><form></form>", ("self", 1)),
            ("<iframe src></iframe><link rel href><base><meta>", ("self", 0)),
        ],
    )
    def test_attributes_without_a_value(self, html: str, found: tuple[str, int]) -> None:
        content = read(html)
        assert (content.links, content.skipped, content.self_links) == ([], {}, found[1])

    @pytest.mark.parametrize(
        ("attributes", "rel"),
        [
            ("rel", ()),
            ("rel=''", ()),
            ("rel=' , '", ()),
            ("rel='A,b\u00a0\u3000C É'", ("a", "b", "c", "é")),
            ("xrel=a re=b rell=c rem=d", ()),
            ("REL=a rel=b", ("a",)),
        ],
    )
    def test_rel_tokens(self, attributes: str, rel: tuple[str, ...]) -> None:
        (link,) = read(f"<a href=x {attributes}>t</a>").links
        assert link.rel == rel

    @pytest.mark.parametrize(
        ("limit", "listed", "over"), [(0, 0, 5), (1, 1, 4), (4, 4, 1), (5, 4, 0), (6, 4, 0)]
    )  # fmt: skip
    def test_one_too_many_is_counted_whatever_it_leads_to(self, limit: int, listed: int, over: int) -> None:
        content = read("<a href=1><a href=2><a><form action=3></form><a href=4><a href='#'>", Limits(links=limit))
        assert len(content.links) == listed
        assert content.skipped.get("over_limit", 0) == over
        assert content.self_links == (0 if over else 1)

    def test_the_links_of_a_very_long_page(self) -> None:
        content = read("<p>" + "<a href=x>t</a>" * 70_000)
        assert len(content.links) == 65_000
        assert content.skipped == {"over_limit": 5000}
        assert (content.links[0].text_after, content.links[-1].text_before) == ("t" * MAX_STEPS, "t" * MAX_STEPS)


ASCII = [chr(code) for code in range(1, 128)] + ["é", "\u3000"]
HOSTS = """
    o.test localhost a a.b ab abc xn--a xn--bcher-kva.test a.xn--p1ai axn--b.test xn xn-a.test a.xn 1.2.3.4 1.2.3 1 0x7f
    0x7f.1 a.1 a.0x1 a.0xg 1.a a.1b a..b .a a. a.b. -a.test a-.test a-b.test a--b.test ab--c.test a.-b a.b- a_b.test
    O.test o.TEST u@o.test u:p@o.test o.test:80 o.test:443 o.test:81 [::1] a%41.test
"""
PATHS = "/ /x //x /./x /x/. /x/.. /.x /x. /..x /x? /x?y ?x /x?/../y /%2e/x"
BEGINNINGS = "x / /x x/ x/y ? x? x?y h http: https:/ // . ./ .. ../ ../../ ./../ ../x/"
PLAIN = """
    x h / /x x/ /x/ x/y.z-_~?a=b&c x? X/Y ./x ./ ./?x ../ ../x ../../../x /x#y //o.test/x http://o.test/ https://o.test/x
    https://a-b.o.test/x?y http://1.abc/ http://1-2.o.x1y2/ http://x-n.test/ http://axn-.test/
"""
NOT_PLAIN = """
    ?x #x x%20 x/../y é x//y .//x /.x .. x+y x;y x:y x\\y http:x http://o.test http://O.test/ http://o.1/ http://1.2.3.4/
    http://o.test:80/ http://xn--a/ http://o.xn--a/ http://u@o.test/ http://-o.test/ http://o..test/ http://o.test?x
"""
HREFS = (
    *["", "?", "?a", "x", "x?a/b", "/x", "//o.test/x", "h", "H", "http:x", "http:/x", "https:x", "HTTPS:x"],
    *["http://o.test", "https://o.test", "http://o", "https:/", "http:/", "https://", "http://", "httpx", ":", "\\x"],
    *[
        "#",
        "#a",
        "x#",
        "x#a#b",
        " #a",
        "x #a",
        "x\t#a",
        "x!#a",
        "\x1f#a",
        " x",
        "\tx",
        "\x01?x",
        "!x",
        "\u00a0x",
        "é#é",
    ],
    *["é", "é?é", "/é?é#é", "?é", "http://o.test/?é", "mailto:a#b", "MAILTO:a", "tel:1", "javascript:'#'", "data:,#"],
    *["g:x", "i", "../x", ".", ";x", "http://[", "x\ufffd", "𝔘", "/", "x" * 2084, "?" + "é" * 700],
    *[begin + "x" * (CACHED_LENGTH - len(begin) + more) for begin in ("", "/", "?", "é") for more in (-1, 0, 1)],
)


class TestTargets:
    @pytest.mark.parametrize("base", ["", "<base href=/b/c?d/e>", "<base href=https://o.test>", "<base href=mailto:x>"])
    @pytest.mark.parametrize("content_type", [UTF_8, b"text/html; charset=windows-1251"])
    def test_hrefs_lead_to_the_same_and_are_remembered_alike(self, base: str, content_type: bytes) -> None:
        body = (base + "".join(f"<a href='{href.replace(chr(39), '&apos;')}'></a>" for href in HREFS)).encode(
            "cp1251" if b"1251" in content_type else "utf-8", "xmlcharrefreplace"
        )
        cached_outcome.cache_clear()
        in_python(body, URL, content_type, Limits())
        known = cached_outcome.cache_info()
        read(body, content_type=content_type)
        assert cached_outcome.cache_info().misses == known.misses

    @pytest.mark.parametrize("base", ["http://h.test/", "https://u@h.test:81/d//e/f?g/h"])
    @pytest.mark.parametrize("before", ["", *BEGINNINGS.split()])
    def test_every_character_in_a_path_or_a_query(self, before: str, base: str) -> None:
        afters = ("", "y", "/..", "?")
        self.read_all([before + character + after for character in ASCII for after in afters], base)

    @pytest.mark.parametrize("scheme", ["http", "https"])
    def test_every_character_in_a_host_or_after_it(self, scheme: str) -> None:
        around = (
            "*.test/ x*.test/y x* o.*/ o.x*/ o.test* o.test*y/z o.test/* o.test/*y?z o.test/y*z/z o.test/?* o.test:*/"
        )
        self.read_all([f"{scheme}://{host.replace('*', each)}" for each in ASCII for host in around.split(" ")])

    @pytest.mark.parametrize("begin", ["http://", "https://", "//", "http:", "HTTP://"])
    def test_hosts(self, begin: str) -> None:
        hosts = ["", "é.test", "a" * 64 + ".test", "a." * 130 + "test", *HOSTS.split()]
        self.read_all([begin + host + path for host in hosts for path in ("", *PATHS.split())])

    @settings(max_examples=EXAMPLES // 4, derandomize=EXAMPLES == 400, deadline=None)
    @given(
        st.lists(st.text("hxA1..._~-///?=&%:@#\\+ ;é", max_size=9), max_size=20),
        st.sampled_from(["", "http://", "https://o.test/", "/", "x/"]),
        st.sampled_from(["http://h.test/", "https://u@h.test:81/d/e?f/g", "http://h.test/d/../e;/é"]),
    )
    def test_whatever_is_written(self, ends: list[str], begin: str, url: str) -> None:
        self.read_all([begin + end for end in ends], url)

    def read_all(self, hrefs: list[str], url: str = URL) -> None:
        escaped = (href.replace("&", "&amp;").replace("'", "&#39;") for href in hrefs)
        read("".join(f"<p><a href='{href}'></a>" for href in escaped), url=url)

    @pytest.mark.parametrize(
        ("href", "parsed"),
        [
            *[(href, 0) for href in (*PLAIN.split(), " x\t", "x" * 1000)],
            *[(href, 1) for href in (*NOT_PLAIN.split(), "", "x y")],
        ],
    )
    def test_what_joins_as_it_is_written_is_not_parsed(self, href: str, parsed: int) -> None:
        cached_outcome.cache_clear()
        page_reader.read_page(f"<a href='{href}'></a>".encode(), URL, [(b"content-type", UTF_8)])
        assert cached_outcome.cache_info().misses == parsed

    @pytest.mark.parametrize("begin", ["", "/", "//o.test/", "http://o.test/", "../", "?"])
    @pytest.mark.parametrize("limit", [400, 2083, 2100, 2200, 5000])
    def test_urls_about_as_long_as_allowed(self, begin: str, limit: int) -> None:
        lengths = [length for around in (limit, 2100) for length in range(around - 50, around + 9)]
        content = read("".join(f"<a href='{begin}{'x' * length}'></a>" for length in lengths), Limits(url=limit))
        assert max(len(link.target.url) for link in content.links) <= limit

    def test_the_limit_of_a_url_is_the_collectors(self) -> None:
        content = read("<a href=http://o.test/ab></a><a href=http://o.test/abc></a>", Limits(url=16))
        assert (len(content.links), content.skipped) == (1, {"too_long": 1})


class TestPlacements:
    @pytest.mark.parametrize(
        ("html", "expected"),
        [
            ("<nav>{}</nav>{}", "nav content"),
            ("<nav><b>{}</b><i role=banner>{}</i>{}</nav>{}", "nav header nav content"),
            (
                "<p role>{}</p><p role=''>{}</p><p role='unknown'>{}</p><nav role>{}</nav>",
                "content content content nav",
            ),
            ("<header><article><footer>{}</footer></article>{}</header><footer>{}</footer>", "header header footer"),
            ("<!-- --><article><!-- --><header><!-- -->{}</header></article>", "content"),
            ("<nav><svg role=main><title>t</title>{}</svg></nav>", "content"),
            ("<x-y role=navigation>{}</x-y><x-y rol=navigation roles=navigation>{}</x-y>", "nav content"),
            ("<aside role='\u00a0NAVIGATION\u3000'>{}</aside>", "nav"),
            ("<a href=x role=navigation>t</a>{}", "content content"),
            ("<nav><header></header>text<b></b></nav><b><i></i></b>{}", "content"),
        ],
    )
    def test_the_nearest_landmark_outward(self, html: str, expected: str) -> None:
        content = read(html.replace("{}", "<a href=x>t</a>"))
        assert [link.placement for link in content.links] == expected.split()

    def test_the_head_and_the_root(self) -> None:
        content = read("<html role=navigation><head role=banner><link rel=canonical href=x></head><a href=y>t</a>")
        assert [link.placement for link in content.links] == ["header", "content"]
        content = read("<head><noscript><link rel=canonical href=x></noscript></head><body><a href=y>t</a>")
        assert [link.placement for link in content.links] == ["head", "content"]

    def test_very_deep_pages(self) -> None:
        levels = ("<nav>", "<div>", "<article>", "<div role=banner>", "<b role=x>") * 800
        content = read("".join(f"{level}<a href=x{depth}></a>" for depth, level in enumerate(levels)))
        assert len(content.links) == 4000
        assert [link.placement for link in content.links[:10]] == [*["nav", "nav", "nav", "header", "header"] * 2]
        content = read("<aside>" + "<div>" * 9_900 + "<a href=x>t</a>" + "</div>" * 9_900 + "</aside><a href=y>t</a>")
        assert [link.placement for link in content.links] == ["aside", "content"]


PROPERTIES = (
    *["display", "Visibility", "OPACITY", "overflow", "font-size", "left", "text-indent", "margin-top", "width"],
    *["position", "color"],
)
VALUES = (
    *[
        "none",
        "hidden",
        "visible",
        "absolute",
        "0",
        "0.0",
        ".5px",
        "1px",
        "01px",
        "1.5em",
        "2px",
        "10px",
        "12pt",
        "-999px",
    ],
    *["-63em", "-9px", "-10.5in", "red", "0!important", "/**/none", "no/**/ne", "\u212a", "", "9", "\tnone\n"],
)
declarations = st.builds(
    "{}{}{}".format, st.sampled_from(PROPERTIES), st.sampled_from([":", " : ", ""]), st.sampled_from(VALUES)
)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.lists(st.lists(declarations, max_size=4).map(";".join), min_size=5, max_size=15))
def test_whatever_a_style_says_is_read_equally(styles: list[str]) -> None:
    content = read("".join(f"<p style='{style}'><a href=x>t</a></p>" for style in styles))
    assert len(content.links) == len(styles)


@pytest.mark.parametrize("size", [0, 1, 191, 192, 193, 255, 256, 384, 385, 10_000])
def test_every_tag_is_counted(size: int) -> None:
    assert parse_bounds.tags_in is not None
    assert parse_bounds.tags_in(b"<" * size) == size
    assert parse_bounds.tags_in(b"</a>\xff=;" * size) == size
    assert parse_bounds.tags_in(bytes(range(256)) * size) == size


class TestMemory:
    def test_pages_read_leave_nothing_behind(self) -> None:
        if not Path("/proc/self/statm").exists():
            pytest.skip("the size of the process is read from /proc")
        body = (
            f"<title>{'title ' * 1000}</title><meta name=robots content=all><base href=/b>"
            + "<form></form>" * 200
            + f"<p>{'text ' * 500}<a href=x rel=ugc>{'long é ' * 1000}</a><span>{'<i>t</i>' * 100}</span>"
            + "<a href=y role=x><img alt=é></a><a href=mailto:x>\u00ff</a>" * 5
            + "<div role=navigation>" * 20
        ).encode()

        def read_often(times: int) -> int:
            for _ in range(times):
                page_reader.read_page(body, URL, [])
            gc.collect()
            return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

        before = read_often(200)
        assert read_often(2000) - before < 6_000_000

    def test_the_tree_lives_as_long_as_its_walk(self) -> None:
        html = "<title>title</title><nav>" + "see <a href=x>this <b>page</b></a> and <a href=y>that</a>" * 500
        parser = LexborHTMLParser(html)
        root = parser.root
        assert root is not None
        collector = LinkCollector(URL, root, LinkTargets(URL, "utf-8", 2083), Limits())
        walk = LinkWalk(root, 100)
        del parser, root
        gc.collect()
        others = [LexborHTMLParser(html.replace("page", "none")) for _ in range(20)]
        walk.collect(collector)
        assert len(others) == 20
        assert walk.title == "title"
        assert collector.links == read(html).links

    def test_a_page_without_a_root_cannot_be_walked(self) -> None:
        with pytest.raises(TypeError):
            LinkWalk(None, 100)  # type: ignore[arg-type]

    def test_a_walk_can_be_collected_again(self) -> None:
        root = LexborHTMLParser("<p>" + "<span>" + "<i>t</i>" * 100 + "</span><a href=x>1</a><a href=y>2</a>").root
        assert root is not None
        walk = LinkWalk(root, 100)
        collectors = [LinkCollector(URL, root, LinkTargets(URL, "utf-8", 2083), Limits()) for _ in range(2)]
        for collector in collectors:
            walk.collect(collector)
        assert collectors[0].links == collectors[1].links
