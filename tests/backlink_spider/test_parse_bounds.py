"""What would make the parser slow out of all proportion is cut off."""

from __future__ import annotations

import time

import pytest
from selectolax.lexbor import LexborHTMLParser

from backlink_spider.parse_bounds import MAX_ATTRIBUTES, bounded


@pytest.mark.parametrize(
    "body",
    [
        b"<p>usual</p>" * 10_000,
        b"<div>" * 5_000 + b"<a href=x>",
        b"<div>" * 9_000 + b"</div>" * 9_000,
        b"<ul>" + b"<li>" * 50_000,
        b"<br><p><img src=x>" * 30_000,
        (b"<div>" * 200 + b"<p>" + b"</div>" * 200) * 200,
        b"<div><b></div>" * 5_000,
        b"<DIV></div>" * 50_000,
        b"text without tags " * 10_000,
        b'<a title="' + b"word " * 30_000 + b'" href=x>',
        b"<a " + b"b=c " * 1_500 + b"d='" + b"e" * 50_000 + b"'>",
    ],
)
def test_pages_people_write_stay_whole(body: bytes) -> None:
    parsed = LexborHTMLParser(bounded(body))
    assert parsed.html == LexborHTMLParser(body).html


@pytest.mark.parametrize("unit", [b"<div>", b"<DIV>", b"<div><b></i>", b"<div></span>", b"<section><p>", b"<ul><li>"])
def test_an_abyss_is_cut_off(unit: bytes) -> None:
    body = b"<a href=before>x</a>" + unit * (1_000_000 // len(unit)) + b"<a href=after>"
    started = time.process_time()
    shorter = bounded(body)
    assert len(shorter) < len(body) / 4
    assert [link.attributes["href"] for link in LexborHTMLParser(shorter).css("a")] == ["before"]
    assert time.process_time() - started < 5


# https://html.spec.whatwg.org/multipage/syntax.html: void elements, and those whose end tag may be left out.
FLAT = """
    area base br col embed hr img input link meta param source track wbr
    caption colgroup dd dt li optgroup option p rp rt tbody td tfoot th thead tr
"""


@pytest.mark.parametrize("name", FLAT.split())
def test_elements_that_do_not_nest_by_themselves_make_no_abyss(name: str) -> None:
    for tag in (f"<{name}>", f"<{name.upper()} a=b>", f"<{name}/>"):
        body = tag.encode() * 12_000
        assert bounded(body) is body


@pytest.mark.parametrize("tag", [b"<div>", b"<B a=b>", b"<pre>", b"<parametric>", b"<li-x>", b"<table\n>", b"<z/>"])
def test_ten_thousand_nested_elements_are_kept_and_no_more(tag: bytes) -> None:
    assert len(bounded(tag * 12_000)) // len(tag) in range(9_990, 10_000)


@pytest.mark.parametrize(("between", "is_whole"), [(15, True), (16, False)])
def test_an_end_tag_closes_what_was_opened_not_long_before(between: int, is_whole: bool) -> None:
    body = (b"<div>" + b"<b>" * between + b"</div>") * 2_000
    assert (bounded(body) == body) is is_whole


@pytest.mark.parametrize("attribute", [b"a%d ", b"a%d/", b"a%d=x ", b"a%d='x'", b'a%d = "x"\n', b"a%d <b "])
def test_a_tag_keeps_its_first_attributes(attribute: bytes) -> None:
    attributes = b"".join(attribute % number for number in range(100_000))
    body = b"<a href=before>x</a><a href=here " + attributes + b">y</a><a href=after>z</a>"
    shorter = bounded(body)
    assert len(shorter) < 60_000
    links = LexborHTMLParser(shorter).css("a")
    assert [link.attributes["href"] for link in links] == ["before", "here", "after"]
    assert 1_000 < len(links[1].attributes) <= MAX_ATTRIBUTES + 2


def test_a_script_that_looks_like_a_tag_still_ends() -> None:
    body = b"<script>" + b"if (a <b) word; " * 10_000 + b"</script><a href=x>"
    assert LexborHTMLParser(bounded(body)).css("a")[0].attributes == {"href": "x"}


def test_a_tag_that_never_ends_is_cut_too() -> None:
    assert len(bounded(b"<a " + b"a b " * 100_000)) < 10_000
    assert bounded(b"<" * 100_000) == b"<" * 100_000
