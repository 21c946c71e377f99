"""Which scripts lead on at once, and which pages are nothing but that."""

from __future__ import annotations

import time

import pytest

from backlink_spider import page_reader
from backlink_spider.script_redirect import MAX_PAGE, MAX_SCRIPT, script_destination

URL = "http://www.example.com/dir/page"
TO = "https://o.test/p"


@pytest.fixture(autouse=True, params=["compiled", "python"])
def _reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "python":
        monkeypatch.setattr(page_reader, "LinkWalk", None)
    elif page_reader.LinkWalk is None:
        pytest.skip("link_walk was not compiled")


def led_to(html: str, headers: tuple[tuple[bytes, bytes], ...] = ()) -> str | None:
    content = page_reader.read_page(html.encode(), URL, [(b"Content-Type", b"text/html; charset=utf-8"), *headers])
    if content.refresh is not None:
        assert content.refresh[0] == content.links[0].link_type
        assert content.refresh.url == content.links[0].target.url
    return content.refresh and content.refresh.url


@pytest.mark.parametrize(
    ("source", "destination"),
    [
        (f"location.href='{TO}'", TO),
        (f'location.href = "{TO}";', TO),
        (f"location = '{TO}'", TO),
        (f"window.location='{TO}';", TO),
        (f"window.location.href\n=\n'{TO}'\n;", TO),
        (f"document.location='{TO}'", TO),
        (f"document.location.href='{TO}'", TO),
        (f"top.location='{TO}'", TO),
        (f"self.location.href='{TO}'", TO),
        (f"window.top.location.href='{TO}'", TO),
        (f"parent.location.replace('{TO}')", TO),
        (f"location.replace('{TO}');", TO),
        (f"window . location . replace ( '{TO}' )", TO),
        (f'window.location.assign("{TO}")', TO),
        (f"<!--\nlocation='{TO}'\n//-->", TO),
        (f"//<![CDATA[\nlocation='{TO}'\n//]]>", TO),
        (f"/* moved */ location='{TO}' // for ever", TO),
        (f"'use strict'; location='{TO}'", TO),
        (f"var a = 1\nlocation='{TO}'", TO),
        (f"document.cookie = 'a=b'; location='{TO}'; window.close()", TO),
        (f"gtag('event', {{a: [1]}})\nlocation.replace('{TO}')", TO),
        (f"function go() {{ if (x) return }} location='{TO}'", TO),
        (f"location='{TO}';location='{TO}'", TO),
        (f"(function(){{ location='{TO}' }})();", TO),
        (f";(function () {{ var a; location.href='{TO}'; }}())", TO),
        (f"!function(){{location='{TO}'}}()", TO),
        (f"(() => {{ location.replace('{TO}') }})()", TO),
        (r"location='https:\/\/o.test\/p'", TO),
        (r"location='https:\x2f\x2fo.test\u002fp'", TO),
        (r"location='\'a\'\t\\'", "'a'\t\\"),
        ("location='/p?a=1&b=2'", "/p?a=1&b=2"),
        (r"location='\ud83d'", "�"),
        ("location='a\\\nb'", "ab"),
    ],
)
def test_a_statement_of_the_top_level_leads_on(source: str, destination: str) -> None:
    assert script_destination(source) == destination


@pytest.mark.parametrize(
    "source",
    [
        "", ";", "}", ")", "location", "location.href", "location.reload()", "location.hash='a'",
        "location.search='?a'", "location.protocol='https:'", "location==='a'", "location.href=='a'",
        "location.href!='a'", "location+='a'", "location.href=a", "location.href='a'+b", "location.href='a'\n+b",
        "location=b+'a'", "location=b\n+'a'", "location.href=('a')", "location='a','b'", "location.replace(a)",
        "location.replace('a'+b)", "location.replace('a', b)", "location.replace('a').b",
        "location.href.replace('a','b')", "location.replace()", "x.location='a'", "mylocation='a'",
        "location.hrefs='a'", "var location='a'", "let location = 'a'", "a.b.location.href='a'",
        "location['href']='a'", "window.open('a')", "a = location.href = 'a'", "#location='a'",
        # Conditions, and what may come before.
        "if (a) location='a'", "if (a)\nlocation='a'", "if (a) { location='a' }", "if (a) b(); location='a'",
        "if (top != self) top.location='a'", "a && (location='a')", "a &&\nlocation.replace('a')",
        "a ? location.replace('a') : b", "a ?\nlocation.replace('a')\n: b", "a\n? b : c\n, location='a'",
        "while (a)\nlocation='a'", "for (;;) location='a'", "do\nlocation='a'\nwhile (b)", "else\nlocation='a'",
        "try { location='a' } catch (e) {}", "try { a() } catch (e) {}\nlocation='a'", "throw 1\nlocation='a'",
        "switch (a) { case 1: location='a' }", "return\nlocation='a'", "location='a'; if (b) location='b'",
        "location='a'; location='b'", "await a\nlocation='a'",
        # Functions that nobody calls, or not yet.
        "function go() { location='a' }", "function go()\n{\nlocation='a'\n}", "var go = function () { location='a' }",
        "go = () => location.replace('a')", "go = () =>\nlocation.replace('a')", "(function () { location='a' })",
        "(function (a) { location='a' })(b)", "(function () { if (a) location='a' })()",
        "window.onload = function () { location='a' }", "setTimeout(function () { location='a' }, 5000)",
        "setTimeout(\"location='a'\", 1)", "addEventListener('click', () => { location='a' })",
        "a.onclick=function(){location='a'};", "(function () { a }, function () { location='a' })()",
        "(function () { a })(); location.b; (function () { location='a' })()", "class A { b = location = 'a' }",
        "({a: location='a'})",
        # What only looks so, or is not understood.
        "'location=\\'a\\''", "\"location='a'\"", "// location='a'", "/* location='a' */", "/* location='a'",
        "<!-- location='a'", "document.write('<a onclick=\"location=\\'a\\'\">')", "a = /'/; location='a'",
        "a = 1 / 2; location='a'", "location=`a`", "a = `${location='a'}`", "location='a", "location='a\nb'",
        "location='a\"", r"location='\u{61}'", r"location='\141'", r"location='\x6'", "(location='a'", "location='a')",
        "{location='a'}", "[location='a']", "a: location='a'", "location='a' ]", "new\nlocation.replace('a')",
        "typeof\nlocation.replace('a')", "var a =\nlocation.replace('a')", "a.\nlocation.replace('a')",
    ],
)  # fmt: skip
def test_what_may_not_lead_on_at_once_does_not(source: str) -> None:
    assert script_destination(source) is None


def test_a_long_script_does_more_than_to_lead_on() -> None:
    source = f"location='{TO}'"
    assert script_destination(source.ljust(MAX_SCRIPT)) == TO
    assert script_destination(source.ljust(MAX_SCRIPT + 1)) is None


LEADS = f"<script>location.replace('{TO}')</script>"


@pytest.mark.parametrize(
    ("html", "to"),
    [
        (LEADS, TO),
        (f"<title>Moved</title><body>{LEADS}", TO),
        (f"<p>If nothing happens, <a href=/>click here</a>.</p>{LEADS}<noscript><p>Switch scripts on.</noscript>", TO),
        (f"<style>{'a{} ' * 200}</style><script>{'a();' * 600}</script>{LEADS}", TO),
        (f"<script src=/a.js></script><script>var a = 1</script><img src=a>{LEADS}", TO),
        ("<script>location='../q?r=1#s'</script>", "http://www.example.com/q?r=1"),
        ("<base href=/b/><script>location='q'</script>", "http://www.example.com/b/q"),
        ("<script>location=' //o.test/p '</script>", "http://o.test/p"),
        (f"<script type=text/javascript language=javascript>location='{TO}'</script>", TO),
        (f"<script type=MODULE>location='{TO}'</script>", TO),
        # No redirects.
        ("<script>location.href='/dir/page'</script>", None),
        ("<script>location.href='#top'</script>", None),
        ("<script>location.href='mailto:a@b.test'</script>", None),
        ("<script>location.href='http://['</script>", None),
        (f"<script src=/a.js>location='{TO}'</script>", None),
        (f"<script type=text/template>location='{TO}'</script>", None),
        (f"<script type=application/ld+json>location='{TO}'</script>", None),
        (f"<script nomodule>location='{TO}'</script>", None),
        (f"<body><noscript><script>location='{TO}'</script></noscript>", None),
        (f"<template>{LEADS}</template>", None),
        (f"<!-- {LEADS} -->", None),
        (f"<body onload=\"location='{TO}'\">", None),
        (f"<button onclick=\"location='{TO}'\">go</button>", None),
        # Pages that people read.
        (f"<p>{'words ' * 60}</p>{LEADS}", None),
        (f"{'<a href=/>t</a>' * 4}{LEADS}", None),
        (f"{'<img src=a>' * 4}{LEADS}", None),
        (f"{LEADS}<!-- {'x' * MAX_PAGE} -->", None),
    ],
)
def test_a_page_that_is_nothing_else_is_a_redirect(html: str, to: str | None) -> None:
    assert led_to(html) == to


def test_a_declared_refresh_goes_before_a_script() -> None:
    assert led_to(f"<meta http-equiv=refresh content='0;/m'>{LEADS}") == "http://www.example.com/m"
    assert led_to(LEADS, ((b"Refresh", b"0;url=/h"),)) == "http://www.example.com/h"


def test_the_link_of_a_script_stands_first_and_nowhere_on_the_page() -> None:
    content = page_reader.read_page(f"<a href=/x>t</a>{LEADS}".encode(), URL, [])
    assert [(link.link_type, link.placement) for link in content.links] == [("script", "head"), ("text", "content")]
    assert content.refresh == ("script", TO, 0)


@pytest.mark.parametrize(
    "piece",
    [
        "/*",
        "*/",
        "/",
        "'",
        "\\",
        "(",
        "}()",
        "(function(){",
        "location=",
        "location='a'\n",
        "\n",
        " ",
        "a.",
        "<!--",
        "`",
    ],
)
def test_hostile_scripts_are_read_in_time(piece: str) -> None:
    source = piece * (MAX_SCRIPT // len(piece))
    started = time.process_time()
    script_destination(source)
    script_destination(f"(function(){{{source}"[:MAX_SCRIPT])
    led_to(f"<script>{source}</script>" * 7 + LEADS)
    led_to("location\n" * 2000 + LEADS)
    assert time.process_time() - started < 0.5
