"""The independent reader of the real-documentation check: its own rules, by small pages."""

from __future__ import annotations

import pytest

from benchmarks.real_docs.reference import Found, Reading, collapse, read, refresh_target, tokens


def reading(markup: str, charset: str | None = "utf-8") -> Reading:
    return read(markup.encode(), charset)


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        ('<a href="/x">An <b>anchor</b></a>', ("text", "/x", "An anchor", ())),
        ('<a href="/x" rel="NoFollow,ugc\tme">a</a>', ("text", "/x", "a", ("nofollow", "ugc", "me"))),
        ('<a href="/x"><img alt="A logo"></a>', ("image", "/x", "A logo", ())),
        ('<a href="/x"><img alt="Logo"> and text</a>', ("text", "/x", "Logo and text", ())),
        ('<a href="/x"><img></a>', ("image", "/x", "", ())),
        ('<a href="/x">two\n<br>lines</a>', ("text", "/x", "two lines", ())),
        ('<a href="/x"><div>one</div><div>two</div></a>', ("text", "/x", "one two", ())),
        ('<a href="/x">seen<script>unseen</script><style>unseen</style></a>', ("text", "/x", "seen", ())),
        ('<a href="">here</a>', ("text", "", "here", ())),
        ('<a href="?a=1&amp;b=2&copy=3">x</a>', ("text", "?a=1&b=2&copy=3", "x", ())),
        ('<map><area href="/x" alt=" An  area "></map>', ("area", "/x", "An area", ())),
        ('<iframe src="/x">inside</iframe>', ("iframe", "/x", "", ())),
        ('<form action="/x" rel=nofollow></form>', ("form", "/x", "", ("nofollow",))),
        ('<link rel="Canonical" href="/x">', ("canonical", "/x", "", ("canonical",))),
        ('<link rel=alternate href="/x">', ("alternate", "/x", "", ("alternate",))),
        ('<meta http-equiv=Refresh content="0; url=/x">', ("meta_refresh", "/x", "", ())),
        ('<svg><a href="/x"><text>drawn</text></a></svg>', ("text", "/x", "drawn", ())),
        ('<svg><a xlink:href="/x">drawn</a></svg>', ("text", "/x", "drawn", ())),
        ('<noscript><a href="/x">no script</a></noscript>', ("text", "/x", "no script", ())),
    ],
)
def test_a_link_is_found_as_written(markup: str, found: tuple[object, ...]) -> None:
    assert [link[:4] for link in reading(markup).found] == [found]


@pytest.mark.parametrize(
    ("markup", "placement"),
    [
        ("<link rel=canonical href=/>", "head"),
        ("<p><a href=/>x</a>", "content"),
        ("<nav><ul><li><a href=/>x</a></ul></nav>", "nav"),
        ("<header><a href=/>x</a></header>", "header"),
        ("<article><header><a href=/>x</a></header></article>", "content"),
        ("<article><div role=banner><a href=/>x</a></div></article>", "header"),
        ('<div role="unknown Navigation"><a href=/>x</a></div>', "nav"),
        ('<nav role="presentation"><a href=/>x</a></nav>', "content"),
        ('<div class="nav navbar"><a href=/>x</a></div>', "content"),
        ("<footer><main><a href=/>x</a></main></footer>", "content"),
        ("<aside><footer><a href=/>x</a></footer></aside>", "aside"),
    ],
)
def test_the_nearest_landmark_is_the_placement(markup: str, placement: str) -> None:
    assert [link.placement for link in reading(markup).found] == [placement]


@pytest.mark.parametrize(
    "markup",
    [
        "<a name=x>no link</a>",
        '<!-- <a href="/x">x</a> -->',
        '<script>"<a href=/x>x</a>"</script>',
        '<template><a href="/x">x</a></template>',
        '<link rel="alternate stylesheet" href="/x">',
        '<link rel=next href="/x">',
        "<form></form>",
        '<meta http-equiv=refresh content="5">',
    ],
)
def test_what_is_no_link_is_not_found(markup: str) -> None:
    assert reading(markup).found == []


def test_an_anchor_inside_an_anchor_ends_the_first() -> None:
    found = reading('<a href="/1">one <a href="/2">two</a></a>').found
    assert [(link.href, link.anchor) for link in found] == [("/1", "one"), ("/2", "two")]


def test_links_come_in_document_order() -> None:
    found = reading('<a href="/1"><object><a href="/2">in</a></object></a><a href="/3">x</a>').found
    assert [link.href for link in found] == ["/1", "/2", "/3"]


@pytest.mark.parametrize(
    ("body", "charset", "encoding", "anchor"),
    [
        ("<a href=/>é</a>".encode(), "utf-8", "utf-8", "é"),
        ("<meta charset=euc-kr><a href=/>한</a>".encode("euc-kr"), None, "euc-kr", "한"),
        ("<meta charset=euc-kr><a href=/>é</a>".encode(), "utf-8", "utf-8", "é"),
        ("<meta charset=iso-8859-1><a href=/>“é”</a>".encode("cp1252"), None, "windows-1252", "“é”"),
        (b"\xef\xbb\xbf" + "<a href=/>é</a>".encode(), "iso-8859-1", "utf-8", "é"),
        (b"<a href=/>\xe9</a>", None, "windows-1252", "é"),
    ],
)
def test_the_encoding_is_found_in_the_standards_order(
    body: bytes, charset: str | None, encoding: str, anchor: str
) -> None:
    page = read(body, charset)
    assert (page.encoding, page.found) == (encoding, [Found("text", "/", anchor, ())])


def test_the_first_base_and_the_first_title_count() -> None:
    page = reading(
        "<title> A\npage</title><base target=x><base href=/a/><base href=/b/><body><svg><title>no</title></svg>"
    )
    assert (page.base, collapse(page.title or "")) == ("/a/", "A page")


def test_robots_metas_are_kept_with_their_name() -> None:
    page = reading(
        '<meta name=ROBOTS content="NoFollow, noindex"><meta name=googlebot content=none><meta name=x content=none>'
    )
    assert page.robots == [("robots", "nofollow, noindex"), ("googlebot", "none")]


@pytest.mark.parametrize(
    ("content", "target"),
    [
        ("0; url=/x", "/x"),
        ("0;URL='/x'", "/x"),
        ('0; url="/x" y', "/x"),
        ("0;/x", "/x"),
        ("3 url = /x", "/x"),
        (".5,url=/x", "/x"),
        ("5", None),
        ("x; url=/x", None),
        ("5x; url=/x", None),
    ],
)
def test_a_refresh_is_read_by_the_standards_steps(content: str, target: str | None) -> None:
    assert refresh_target(content) == target


def test_rel_tokens_are_separated_by_white_space_or_commas() -> None:
    assert tokens(" UGC,,nofollow\n Sponsored ") == ("ugc", "nofollow", "sponsored")
