"""What an href leads to, by the URL Standard."""

from __future__ import annotations

import pytest

from backlink_spider import link_targets
from backlink_spider.link_targets import LinkTargets
from link_index.urls import Target, resolve

BASE = "http://www.example.com/a/b?q=1"


def outcome(href: str, base: str = BASE, encoding: str = "utf-8", max_length: int = 2083) -> str:
    found = LinkTargets(base, encoding, max_length)(href)
    return found.url if isinstance(found, Target) else found


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("", BASE),
        ("#top", BASE),
        ("c", "http://www.example.com/a/c"),
        ("c#frag", "http://www.example.com/a/c"),
        ("c#a#b?c", "http://www.example.com/a/c"),
        ("./c/../d", "http://www.example.com/a/d"),
        ("../../../c", "http://www.example.com/c"),
        ("/c", "http://www.example.com/c"),
        ("//other.test/c", "http://other.test/c"),
        ("?x=1", "http://www.example.com/a/b?x=1"),
        ("?", "http://www.example.com/a/b?"),
        (";p", "http://www.example.com/a/;p"),
        ("http://other.test", "http://other.test/"),
        ("HTTPS://Other.TEST:443/%7e/%C3%A9", "https://other.test/%7e/%C3%A9"),
        ("http:c", "http://www.example.com/a/c"),
        ("http:?x", "http://www.example.com/a/b?x"),
        ("http:/c", "http://www.example.com/c"),
        ("https:/other.test/c", "https://other.test/c"),
        ("https:other.test", "https://other.test/"),
        ("http:///other.test", "http://other.test/"),
        ("\\\\other.test\\c", "http://other.test/c"),
        ("c\\d", "http://www.example.com/a/c/d"),
        (" \n\t/c \x00\x1f", "http://www.example.com/c"),
        ("\t?x", "http://www.example.com/a/b?x"),
        ("ht\ttp://ot\nher.test/\rc", "http://other.test/c"),
        ("c d", "http://www.example.com/a/c%20d"),
        ("c #frag", "http://www.example.com/a/c%20"),
        ("c ", "http://www.example.com/a/c"),
        (" #frag", BASE),
        ("é?é", "http://www.example.com/a/%C3%A9?%C3%A9"),
        ('"<>`{}', "http://www.example.com/a/%22%3C%3E%60%7B%7D"),
        ("http://Bücher.test/", "http://xn--bcher-kva.test/"),
        ("http://xn--bcher-kva.test/", "http://xn--bcher-kva.test/"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
        ("http://[::1]:80/", "http://[::1]/"),
        ("http://user:pw@other.test/", "http://other.test/"),
        ("http://other.test:8080/", "http://other.test:8080/"),
        ("c�", "http://www.example.com/a/c%EF%BF%BD"),
        ("mailto:a@b.test", "mailto"),
        ("MAILTO:a@b.test#x", "mailto"),
        ("tel:+1", "tel"),
        (" javascript:void(0)", "javascript"),
        ("java\nscript:void('#')", "javascript"),
        ("data:text/html,x", "data"),
        ("ftp://other.test/", "other_scheme"),
        ("about:blank", "other_scheme"),
        ("sms:1", "other_scheme"),
        ("file:///etc/passwd", "other_scheme"),
        ("http://", "invalid"),
        ("http://a b/", "invalid"),
        ("http://other.test:99999/", "invalid"),
        ("https://exa%23mple.test/", "invalid"),
        ("//[", "invalid"),
    ],
)
def test_hrefs_resolve_as_in_a_browser(href: str, expected: str) -> None:
    assert outcome(href) == expected


@pytest.mark.parametrize(
    "base", ["http://h.test/", "http://h.test/d/e/?a/b", "http://u:p@h.test:81/d/", "https://h.test/x"]
)
@pytest.mark.parametrize(
    "href", ["", "?", "c", "c?/d", "/c", "//o.test", "http:c", "https:c", "./", "..", ";", "h", "\\c"]
)
def test_what_is_remembered_does_not_depend_on_what_was_asked_before(base: str, href: str) -> None:
    for other in ("http://h.test/", "http://h.test/other/?q", "https://h.test/"):
        outcome(href, other)
    assert outcome(href, base) == resolve(href, base)


@pytest.mark.parametrize(("base", "href", "expected"), [
    ("mailto:x", "c", "invalid"),
    ("mailto:x", "http://o.test/", "http://o.test/"),
    ("file:///d/e", "c", "other_scheme"),
    ("ftp://h.test/d/e", "/c", "other_scheme"),
])  # fmt: skip
def test_a_base_need_not_be_http(base: str, href: str, expected: str) -> None:
    assert outcome(href, base) == expected


def test_urls_over_the_limit_are_too_long() -> None:
    url = "http://o.test/" + "x" * 100
    assert outcome(url, max_length=len(url)) == url
    assert outcome(url + "x", max_length=len(url)) == "too_long"
    assert outcome("x" * 3000) == "too_long"
    assert outcome("x" * 1_000_000) == "too_long"
    assert outcome("data:," + "x" * 1_000_000) == "data"
    assert outcome("/" + "x/../" * 500 + "y") == "http://www.example.com/y"
    assert outcome("y#" + "x" * 1_000_000) == "http://www.example.com/a/y"


@pytest.mark.parametrize(
    ("encoding", "href", "expected"),
    [
        ("cp1251", "/я?q=я&x=%E9#я", "http://www.example.com/%D1%8F?q=%FF&x=%E9"),
        ("cp1252", "?q=я", "http://www.example.com/a/b?q=%26%231103%3B"),
        ("cp1251", "/я", "http://www.example.com/%D1%8F"),
        ("utf-16-le", "?я", "http://www.example.com/a/b?%D1%8F"),
        ("cp932", "http://other.test/?日本", "http://other.test/?%93%FA%96%7B"),
    ],
)
def test_a_query_is_encoded_as_the_page_is(encoding: str, href: str, expected: str) -> None:
    assert outcome(href, encoding=encoding) == expected


@pytest.mark.parametrize(
    ("first", "second", "remembered"),
    [
        (("http://m1.test/a/b?q", "/c"), ("http://m1.test/d/e/?/f", "/c"), True),  # the origin decides
        (("https://m2.test/a/b", "/c"), ("https://m2.test/a", "/c"), True),
        (("http://m3.test/a", "/c"), ("https://m3.test/a", "/c"), False),
        (("http://m4.test/a/b", "c"), ("http://m4.test/a/d?q=/x", "c"), True),  # the folder decides
        (("http://m5.test/a/b", "c"), ("http://m5.test/a/b/", "c"), False),
        (("http://m6.test/", "http://m0.test/6"), ("https://m7.test/", "http://m0.test/6"), True),  # nothing does
        (("http://m8.test/", "https://m0.test/8"), ("https://m9.test/", "https://m0.test/8"), True),
        (("http://ma.test/a", "?x"), ("http://ma.test/b", "?x"), False),  # all of it does
        (("http://mb.test/a", "c#d"), ("http://mb.test/a", "c#e"), True),
        (("http://mc.test/a", "#d"), ("http://mc.test/a", "#e"), True),
        (("http://md.test/a", "/" + "d" * 499), ("http://md.test/a", "/" + "d" * 499), True),
        (("http://me.test/a", "/" + "d" * 500), ("http://me.test/a", "/" + "d" * 500), False),  # rarely seen twice
    ],
)
def test_what_an_href_led_to_is_remembered_by_what_it_depends_on(
    first: tuple[str, str], second: tuple[str, str], remembered: bool
) -> None:
    base, href = first
    assert outcome(href, base) == resolve(href, base)
    before = link_targets.cached_outcome.cache_info().hits
    base, href = second
    assert outcome(href, base) == resolve(href, base)
    assert link_targets.cached_outcome.cache_info().hits == before + remembered


def test_links_to_the_same_url_share_one_target() -> None:
    targets = LinkTargets(BASE, "utf-8", 2083)
    assert targets("c") is targets("/a/c#x")
