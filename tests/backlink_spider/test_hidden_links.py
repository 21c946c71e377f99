"""Which links readers cannot see, labelled by hand, and which only look so. Both readers are asked."""

from __future__ import annotations

import time

import pytest

from backlink_spider import page_reader
from backlink_spider.inline_style import MAX_STYLE, style_of

URL = "http://www.example.com/"
LINK = "<a href=/x>t</a>"


@pytest.fixture(autouse=True, params=["compiled", "python"])
def _reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "python":
        monkeypatch.setattr(page_reader, "LinkWalk", None)
    elif page_reader.LinkWalk is None:
        pytest.skip("link_walk was not compiled")


def reasons(html: str) -> list[str]:
    body = html.replace("{}", LINK).encode()
    return [
        link.hidden for link in page_reader.read_page(body, URL, [(b"Content-Type", b"text/html;charset=utf-8")]).links
    ]


HIDDEN = [
    ("<a hidden href=/x>t</a>", "hidden"),
    ("<a hidden href=/x></a>", "hidden"),
    ("<div hidden>{}</div>", "hidden"),
    ("<div HIDDEN='hidden'><p><span>{}</span></p></div>", "hidden"),
    ("<div hidden style='color:red'>{}</div>", "hidden"),
    ("<div hidden class=links>{}</div>", "hidden"),
    ("<a style='display:none' href=/x>t</a>", "display"),
    ("<a style='display:none' href=/x></a>", "display"),
    ("<a style='display:none' href=/x><img src=i></a>", "display"),
    ("<div style='display:none'>{}</div>", "display"),
    ("<DIV STYLE=' Display : NONE '>{}</DIV>", "display"),
    ("<div style='color:red;display:none!important;'>{}</div>", "display"),
    ("<div style='display:none !important;display:block'>{}</div>", "display"),
    ("<div style='display:block;display:none'>{}</div>", "display"),
    ("<div style='/* a: b; */display:/**/none'>{}</div>", "display"),
    ("<div style='display:none'><p style='display:block'>{}</p></div>", "display"),
    ("<div style='display:none' aria-hidden=true>{}</div>", "display"),
    ("<ul style='display:none'><li>one<li><b>{}</b></ul>", "display"),
    ("<footer><p style='display:none'>{}</p></footer>", "display"),
    ("<noscript><div style='display:none'>{}</div></noscript>", "display"),
    ("<svg style='display:none'><a href=/x>t</a></svg>", "display"),
    ("<div style='visibility:hidden'>{}</div>", "visibility"),
    ("<table><tr style='visibility:collapse'><td>{}</table>", "visibility"),
    ("<div style='visibility:hidden'><p style='color:red'>{}</p></div>", "visibility"),
    ("<div style='opacity:0'>{}</div>", "opacity"),
    ("<div style='opacity: 0.00'>{}</div>", "opacity"),
    ("<a style='opacity:0%' href=/x>t</a>", "opacity"),
    ("<div style='opacity:0;position:absolute'>{}</div>", "opacity"),
    ("<div style='opacity:0'><p style='opacity:1'>{}</p></div>", "opacity"),
    ("<div style='width:0;height:0;overflow:hidden'>{}</div>", "size"),
    ("<div style='height:1px;overflow:hidden'>{}</div>", "size"),
    ("<div style='width:1px; overflow-x:clip'>{}</div>", "size"),
    ("<span style='display:block;overflow:hidden;height:0px;line-height:0'>{}</span>", "size"),
    ("<div style='font-size:0'>{}</div>", "font_size"),
    ("<a style='font-size:1px' href=/x>t</a>", "font_size"),
    ("<div style='font-size:0px'><b>{}</b></div>", "font_size"),
    ("<div style='font-size:12px;FONT-SIZE :\t.5px'>{}</div>", "font_size"),
    ("<div style='font-size:12px;font-size:01px'>{}</div>", "font_size"),
    ("<div style='position:absolute;left:-9999px'>{}</div>", "offscreen"),
    ("<div style='position:fixed;top:-5000px;left:0'>{}</div>", "offscreen"),
    ("<div style='position:absolute; left: -999em'>{}</div>", "offscreen"),
    ("<div style='left:-12345.6px'>{}</div>", "offscreen"),
    ("<div style='margin-left:-10000px'>{}</div>", "offscreen"),
    ("<div style='text-indent:-9999px'>{}</div>", "offscreen"),
    ("<p style='overflow:hidden;text-indent:-999px'>{}</p>", "offscreen"),
    ("<div style='left:-9999px'><div style='left:9999px'>{}</div></div>", "offscreen"),
]  # fmt: skip

SEEN = [
    LINK,
    "<div style>{}</div>", "<div style=''>{}</div>", "<div style=';;:;'>{}</div>", "<div style='display'>{}</div>",
    # What only speaks of hiding.
    "<div class='hidden display-none'>{}</div>", "<div data-hidden=1>{}</div>", "<div aria-hidden=true>{}</div>",
    "<a aria-hidden=true tabindex=-1 href=/x>t</a>", "<div title='display:none'>{}</div>",
    "<div style='display:block'>{}</div>", "<div style='display:none;display:flex'>{}</div>",
    "<div style='visibility:visible'>{}</div>", "<div style='/*display:none*/'>{}</div>",
    "<div style='-x-display:none'>{}</div>", "<div style='backface-visibility:hidden'>{}</div>",
    "<div style='overflow:hidden'>{}</div>", "<div style='opacity:0.5'>{}</div>", "<div style='opacity:.01'>{}</div>",
    "<div style='fill-opacity:0'>{}</div>", "<div style='opacity:0 auto'>{}</div>",
    "<div style='display:none'></div>{}", "<p style='display:none'>a<p>{}", "<div hidden><p></div>{}",
    # What is undone further in, or in the same place.
    "<div hidden style='display:block'>{}</div>", "<div hidden=until-found>{}</div>",
    "<div style='visibility:hidden'><p style='visibility:visible'>{}</p></div>",
    "<div style='font-size:0'><p style='font-size:14px'>{}</p></div>",
    "<td style='font-size:0px;padding:10px 25px'><div style='font-size:1.2em'>{}</div></td>",
    "<ul style='font-size:0'><li class=item>{}</ul>", "<a style='font-size:0' href=/x><img src=i alt=t></a>",
    # What opens when a reader wants it.
    "<details><summary>s</summary>{}</details>", "<details><div style='display:none'>{}</div></details>",
    "<nav style='display:none'>{}</nav>", "<nav><ul><li>a<ul style='display:none'><li>{}</ul></ul></nav>",
    "<dialog style='display:none'>{}</dialog>", "<div role=dialog style='display:none'>{}</div>",
    "<div role=tabpanel hidden>{}</div>", "<div role=' Menu ' style='visibility:hidden'>{}</div>",
    "<div class='dropdown-content' style='display:none'>{}</div>", "<ul class=sub-menu style='display:none'>{}</ul>",
    "<div id=mobile-nav style='display:none'>{}</div>", "<div class='modal fade' style='display:none'>{}</div>",
    "<div class=tab style='display:none'>{}</div>", "<div class=tabcontent hidden>{}</div>",
    "<div id=collapseOne style='height:0;overflow:hidden'>{}</div>", "<p class=faq-answer style='display:none'>{}</p>",
    "<span id=more-text class=read-more style='display:none'>{}</span>", "<div class=Cookie-Banner hidden>{}</div>",
    "<div class=modal style='display:none'><p style='display:none'>{}</p></div>",
    # What a script shows, or moves.
    "<div x-show=open style='display:none'>{}</div>", "<div v-cloak style='display:none'>{}</div>",
    "<div data-w-id=a style='opacity:0'>{}</div>", "<div data-aos=fade-up style='opacity:0'>{}</div>",
    "<div style='opacity:0;transform:translateY(20px)'>{}</div>",
    "<div style='opacity:0;transition:opacity 1s'>{}</div>",
    "<div class='wow fadeIn' style='visibility:hidden'>{}</div>",
    "<div style='visibility:hidden;animation-name:none;animation:a 1s'>{}</div>",
    "<div class=slide style='left:-1200px;position:relative'>{}</div>", "<body style='display:none'>{}",
    "<body style='opacity:0'><main style='visibility:hidden'>{}</main>", "<div id=app style='display:none'>{}</div>",
    # What is for screen readers, or a picture in the place of its text.
    "<a class=skip-link style='position:absolute;left:-9999px' href=/x>t</a>",
    "<a class='screen-reader-text' style='left:-9999px' href=/x>t</a>",
    "<div class=sr-only style='width:1px;height:1px;overflow:hidden'>{}</div>",
    "<span style='position:absolute;width:1px;height:1px;overflow:hidden;clip:rect(0,0,0,0)'>{}</span>",
    "<a style='text-indent:-9999px;background:url(logo.png)' href=/x>t</a>",
    "<h1 class=site-logo style='text-indent:-9999px'>{}</h1>",
    # What has its place and size.
    "<a style='opacity:0;position:absolute;inset:0' href=/x>t</a>",
    "<a style='opacity:0;position:absolute;width:100%;height:100%' href=/x>t</a>",
    "<a style='opacity:0;position:absolute;top:0;left:0;right:0;bottom:0' href=/x>t</a>",
    "<div style='height:0;padding-bottom:56.25%;overflow:hidden'>{}</div>", "<div style='width:0;height:0'>{}</div>",
    "<div style='height:20px;overflow:hidden'>{}</div>", "<div style='max-height:0;overflow:hidden'>{}</div>",
    "<div style='left:-20px'>{}</div>", "<div style='left:-100%'>{}</div>", "<div style='left:9999px'>{}</div>",
    "<div style='text-indent:-20px'>{}</div>", "<div style='position:static;left:-9999px'>{}</div>",
    "<div style='left:calc(-9999px + 100vw)'>{}</div>", "<div style='font-size:0.8em'>{}</div>",
    "<div style='font-size:0.5px0'>{}</div>", "<div style='font-size:10px'>{}</div>", "<div style='font-size'>{}</div>",
    "<div style='font-size:1.1px'>{}</div>", "<div style='font-size:2%'>{}</div>",
     "<div style='line-height:0'>{}</div>",
]  # fmt: skip


@pytest.mark.parametrize(("html", "reason"), HIDDEN)
def test_what_readers_cannot_see_is_hidden_for_a_reason(html: str, reason: str) -> None:
    assert reasons(html) == [reason]


@pytest.mark.parametrize("html", SEEN)
def test_what_readers_see_or_may_open_is_not_hidden(html: str) -> None:
    assert reasons(html) == [""]


@pytest.mark.parametrize("html", ["<template>{}</template>", "<noscript>{}</noscript>", "<iframe>{}</iframe>"])
def test_what_is_not_rendered_is_no_link_or_not_hidden(html: str) -> None:
    assert set(reasons(html)) <= {""}


def test_every_link_has_its_own_reason() -> None:
    html = "{}<div style='display:none'>{}<p hidden>{}</p></div><p hidden>{}<b style='opacity:0'>{}</b></p>{}"
    assert reasons(html) == ["", "display", "display", "hidden", "hidden", ""]
    assert reasons("<div style='visibility:hidden'><i style='font-size:0'>{}</i>{}</div>{}") == [
        "font_size", "visibility", "",
    ]  # fmt: skip
    assert reasons("<nav hidden>{}</nav><div style='left:-9999px'><nav>{}</nav></div>") == ["", "offscreen"]


@pytest.mark.parametrize(
    "html",
    [
        "<link rel=canonical href=/x>", "<iframe src=/x style='display:none'></iframe>",
        "<form action=/x hidden></form>", "<map style='display:none'><area href=/x hidden></map>",
    ],
)  # fmt: skip
def test_only_links_that_a_reader_would_see_can_be_hidden(html: str) -> None:
    assert reasons(html) == [""]


def test_so_much_of_a_style_is_read_and_no_more() -> None:
    assert reasons(f"<div style='{'a' * (MAX_STYLE - 13)};display:none'>{{}}</div>") == ["display"]
    assert reasons(f"<div style='{'a' * MAX_STYLE};display:none'>{{}}</div>") == [""]


@pytest.mark.parametrize(
    "style",
    ["/*" * 500_000, "a:" * 500_000, ";" * 1_000_000, "left:-" + "9" * 1_000_000, "opacity:" + "0" * 990, "!" * 999],
)
def test_hostile_styles_cost_no_more_than_others(style: str) -> None:
    style_of.cache_clear()
    started = time.process_time()
    html = "".join(f"<p style='{number}:x;{style[:2000]}'>{{}}</p>" for number in range(200))
    assert len(reasons(html + f"<p style='{style}'>{{}}</p>")) == 201
    assert time.process_time() - started < 2


def test_a_thousand_hidden_elements_inside_each_other_cost_no_more_than_others() -> None:
    assert reasons("<b style='visibility:hidden'><i style='visibility:visible'>" * 1000 + "{}") == [""]
    assert reasons("<div hidden>" * 4000 + "{}") == ["hidden"]
