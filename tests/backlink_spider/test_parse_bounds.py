"""What would make the parser slow out of all proportion is cut off."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from selectolax.lexbor import LexborHTMLParser

from backlink_spider import parse_bounds
from backlink_spider.page_limits import PageLimits
from backlink_spider.page_reader import read_page
from backlink_spider.parse_bounds import MAX_ATTRIBUTES, parsed


def bounded(body: bytes) -> bytes:
    return parse_bounds.bounded(body, PageLimits().nesting)[0]


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


# The budget of one parse, where it was compiled

budget = pytest.importorskip("backlink_spider.parse_budget")
FORMATTING = b"".join(b"<b a=%d>" % number for number in range(250))
# Ways to make a parser slow or its tree large which the bytes of a page do not tell.
COSTLY = {
    "formatting elements that every paragraph opens anew": b"<p>" + FORMATTING + b"</p><p>x" * 50_000,
    "names of attributes": b"".join(b"<br a%d>" % number for number in range(500_000)),
    "names of elements": b"".join(b"<p%d><br>" % number for number in range(300_000)),
    "tags of thousands of attributes": (b"<a " + b" ".join(b"%x" % n for n in range(6_500)) + b">") * 100,
    "end tags that are adopted": FORMATTING + b"<div></b>" * 100_000,
    "depth behind end tags that are none": b"<div><!--</div>-->" * 200_000,
    "depth behind attributes that look like end tags": b'<div a="</div>">' * 200_000,
    "depth": b"<div>" * 500_000,
    "a million elements": b"<br>" * 2_000_000,
    "a million end tags": b"</p>" * 2_000_000,
    "a million links": b"<a href=/x>y</a>" * 500_000,
}


@pytest.mark.parametrize("body", COSTLY.values(), ids=COSTLY)
def test_a_costly_page_is_cut_where_its_budget_ends_and_read_so_far(body: bytes) -> None:
    limits = PageLimits(memory=64 * 1024 * 1024, seconds=0.3)
    started = time.thread_time()
    page = parsed(b"<a href=before>x</a>" + body + b"<a href=after>", limits)
    assert time.thread_time() - started < 1.5
    assert page.cut == ["cost"]
    links = [link.attributes.get("href") for link in page.parser.css("a")]
    assert links[0] == "before"
    assert links[-1] != "after"


@pytest.mark.parametrize("body", COSTLY.values(), ids=COSTLY)
def test_a_tree_under_a_budget_is_the_parsers_own(body: bytes) -> None:
    body = body[:20_000]
    parser, is_cut = budget.parsed_within(body, 1 << 30, 60.0)
    assert not is_cut
    assert parser.html == LexborHTMLParser(body).html


@pytest.mark.parametrize("body", COSTLY.values(), ids=COSTLY)
def test_a_page_that_needs_no_budget_costs_little(body: bytes) -> None:
    """The longest beginning that goes to the parser in one go, with as few formatting elements as that takes."""
    body = body.replace(FORMATTING, FORMATTING[: len(FORMATTING) // 3])
    sizes = range(1_000, 128 * 1024, 500)
    body = body[: max(size for size in sizes if parse_bounds.is_small(body[:size]))]
    started = time.thread_time()
    assert parsed(body, PageLimits(memory=0, seconds=0)).cut == []
    assert time.thread_time() - started < 1.0


def test_a_tree_cut_anywhere_can_be_read() -> None:
    for body in COSTLY.values():
        for size in (1 << 20, 2 << 20, 4 << 20):
            parser, _ = budget.parsed_within(body[:200_000], size, 60.0)
            assert parser.css("*")
            assert parser.html


@pytest.mark.parametrize(("depth", "is_cut"), [(99, False), (100, True)])
def test_elements_deeper_than_the_limit_are_not_looked_at_and_the_rest_of_the_page_is(depth: int, is_cut: bool) -> None:
    body = b"<a href=before></a>" + b"<div>" * depth + b"<a href=deep></a>" + b"</div>" * depth + b"<a href=after></a>"
    content = read_page(body, "http://h.test/", [], limits=PageLimits(nesting=100))
    found = [link.target.url.rpartition("/")[2] for link in content.links]
    assert found == (["before", "after"] if is_cut else ["before", "deep", "after"])
    assert content.cut == ({"nesting": 1} if is_cut else {})


def test_the_body_itself_stays_as_it_was() -> None:
    body = b"<br>" * 100_000
    assert parsed(body, PageLimits(memory=1_000_000)).cut == ["cost"]
    assert body == b"<br>" * 100_000


def test_blocks_are_freed_by_the_allocator_that_gave_them() -> None:
    """Python's development mode marks every block, and ends the process where one is freed by another allocator."""
    code = (
        "import gc\n"
        "from backlink_spider.page_limits import PageLimits\n"
        "from backlink_spider.parse_bounds import parsed\n"
        "for _ in range(3): parsed(b'<p><b><i>x<a href=/>t</a>' * 20_000, PageLimits())\n"
        "gc.collect()\n"
    )
    done = subprocess.run([sys.executable, "-X", "dev", "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
