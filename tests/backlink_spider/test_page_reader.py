"""From the bytes of one page to its links."""

from __future__ import annotations

import pytest

from backlink_spider import page_reader, parse_bounds
from backlink_spider.headings import MAX_HEADINGS, MAX_LOOKED_AT
from backlink_spider.page_limits import PageLimits as Limits
from backlink_spider.page_reader import PageContent, read_page
from link_index.urls import target

URL = "http://www.example.com/dir/page?q=1"
AT = "http://www.example.com/dir/"


@pytest.fixture(autouse=True, params=["compiled", "python"])
def _reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test asks both readers: the compiled walk and its Python twin."""
    if request.param == "python":
        monkeypatch.setattr(page_reader, "LinkWalk", None)
        monkeypatch.setattr(parse_bounds, "tags_in", None)
    elif page_reader.LinkWalk is None:
        pytest.skip("link_walk was not compiled")


def read(html: str | bytes, headers: list[tuple[str, str]] | None = None, url: str = URL) -> PageContent:
    body = html if isinstance(html, bytes) else html.encode()
    fields = [("Content-Type", "text/html; charset=utf-8"), *(headers or [])]
    return read_page(body, url, [(name.encode(), value.encode("latin-1")) for name, value in fields])


def urls(content: PageContent) -> list[str]:
    return [link.target.url.removeprefix(AT) for link in content.links]


def typed(content: PageContent) -> list[tuple[str, str]]:
    return [(link.link_type, link.target.url.removeprefix(AT)) for link in content.links]


class TestLinks:
    @pytest.mark.parametrize(
        ("html", "expected"),
        [
            ("<a href=x>t</a>", [("text", "x")]),
            ("<a href=x><img alt=t></a>", [("image", "x")]),
            ("<a href=x><svg></svg></a>", [("image", "x")]),
            ("<a href=x><img alt=t> t</a>", [("text", "x")]),
            ("<a href=x></a>", [("text", "x")]),
            ("<a href=x><br></a>", [("text", "x")]),
            ("<a name=x>t</a><a>t</a>", []),
            ("<map><area href=x alt=t><area alt=t></map>", [("area", "x")]),
            ("<svg><a href=x><text>t</text></a></svg>", [("text", "x")]),
            ("<svg><a xlink:href=x>t</a></svg>", [("text", "x")]),
            ("<svg><a XLINK:HREF=x>t</a></svg>", [("text", "x")]),
            ("<svg><g><a href=x xlink:href=y>t</a></g></svg>", [("text", "x")]),
            ("<svg><a>t</a></svg>", []),
            ("<a xlink:href=x>t</a>", []),
            ("<a xlink:href=x src=y content=z>t</a>", []),
            ("<a xlink:href=x src=y><object><a href=z>t</a></object></a>", [("text", "z")]),
            ("<a xlink:href=x><svg><use href=y /><use xlink:href=z /></svg></a>", []),
            ("<svg><foreignObject><a xlink:href=x>t</a></foreignObject></svg>", []),
            ("<svg><a xlink:href=x src=y content=z>t</a></svg>", [("text", "x")]),
            ("<svg><a xlink:title=x>t</a></svg>", []),
            # An element is one link, whatever else it carries.
            ("<a href=x action=y>t</a><a src=y href=x>t</a><a content=y href=x>t</a>", [("text", "x")] * 3),
            ("<iframe src=x href=y content=z></iframe><form action=x src=y href=z>", [("iframe", "x"), ("form", "x")]),
            ("<link rel=canonical href=x src=y><map><area href=x action=y>", [("canonical", "x"), ("area", "x")]),
            ("<html href=x src=x action=x content=x><body href=x src=x><a href=y>t</a>", [("text", "y")]),
            ("<div href=x></div><svg><use href=x /><image xlink:href=x /></svg>", []),
            ("<iframe src=x></iframe><iframe></iframe><iframe src=''></iframe>", [("iframe", "x")]),
            ("<frameset><frame src=x><frame></frameset>", [("frame", "x")]),
            ("<form action=x></form><form></form>", [("form", "x")]),
            ("<link rel=canonical href=x>", [("canonical", "x")]),
            ("<link rel='ALTERNATE' hreflang=de href=x>", [("alternate", "x")]),
            ("<link rel='alternate canonical' href=x>", [("canonical", "x"), ("alternate", "x")]),
            ("<link rel='alternate stylesheet' href=x>", []),
            ("<link rel=stylesheet href=x><link href=x><link rel=canonical><link rel=canonical href=''>", []),
            ("<area src=x><iframe href=x></iframe><form href=x src=x></form><a src=x action=x>t</a>", []),
            ("<img src=x><script src=x></script><embed src=x><source src=x><blockquote cite=x>", []),
            # Nested anchors: the second closes the first.
            ("<a href=x>one <a href=y>two</a></a>", [("text", "x"), ("text", "y")]),
            ("<A HREF=x>t</A>", [("text", "x")]),
            ("<a href=x href=y>t</a>", [("text", "x")]),
            ("<p><a href=x>t<p><a href=y", [("text", "x")]),
            ("<p><a href=x>t<p>u", [("text", "x"), ("text", "x")]),  # an unclosed anchor goes on in the next paragraph
        ],
    )
    def test_every_element_that_links_is_a_link_of_its_type(self, html: str, expected: list[tuple[str, str]]) -> None:
        assert typed(read(html)) == expected

    @pytest.mark.parametrize(
        "html",
        [
            "<!-- <a href=x>t</a> -->",
            "<script>'<a href=x>t</a>'</script>",
            "<style><a href=x>t</a></style>",
            "<template><a href=x>t</a></template>",
            "<textarea><a href=x>t</a></textarea>",
            "<title><a href=x>t</a></title>",
            "<iframe><a href=x>t</a></iframe>",
            "<noframes><a href=x>t</a></noframes>",
            "<noembed><a href=x>t</a></noembed>",
            "<xmp><a href=x>t</a></xmp>",
            "<p title='<a href=x>t</a>'>",
            "<plaintext><a href=x>t</a>",
            "&lt;a href=x&gt;t&lt;/a&gt;",
            "< a href=x>t</a>",
        ],
    )
    def test_what_only_looks_like_a_link_is_none(self, html: str) -> None:
        content = read(html)
        assert (content.links, content.skipped, content.self_links) == ([], {}, 0)

    def test_noscript_is_ordinary_markup_in_head_and_body(self) -> None:
        html = "<head><noscript><link rel=canonical href=c></noscript></head><body><noscript><a href=x>t</a></noscript>"
        content = read(html)
        assert typed(content) == [("canonical", "c"), ("text", "x")]
        assert [link.placement for link in content.links] == ["head", "content"]

    def test_links_come_in_document_order_and_none_is_dropped_as_a_duplicate(self) -> None:
        html = (
            "<a href=x>one</a><form action=f></form><a href=x>one</a><iframe src=i></iframe>"
            "<a href=x rel=ugc>one</a><map><area href=x></map><a href=x>two</a>"
        )
        assert urls(read(html)) == ["x", "f", "x", "i", "x", "x", "x"]

    def test_a_link_says_everything_about_itself(self) -> None:
        (link,) = read("<nav><p>go to <a href=x REL='NoFollow,UGC\tugc x'> a  <b>page</b></a> now</p></nav>").links
        assert link.target.url == AT + "x"
        assert (link.link_type, link.anchor, link.placement) == ("text", "a page", "nav")
        assert link.rel == ("nofollow", "ugc", "ugc", "x")
        assert (link.text_before, link.text_after) == ("go to", "now")
        assert link.label is None

    @pytest.mark.parametrize(
        ("html", "anchor", "rel", "placement"),
        [
            ("<footer><map><area href=x alt=' a \n b' rel=nofollow></map></footer>", "a b", ("nofollow",), "footer"),
            ("<map><area href=x></map>", "", (), "content"),
            ("<aside><iframe src=x title=t></iframe></aside>", "", (), "aside"),
            ("<header><form action=x rel=nofollow>text</form></header>", "", ("nofollow",), "header"),
            ("<head><link rel=canonical href=x title=t>", "", ("canonical",), "head"),
            ("<body><p><link rel=alternate href=x>", "", ("alternate",), "content"),
        ],
    )
    def test_the_other_types_have_what_they_can_have(
        self, html: str, anchor: str, rel: tuple[str, ...], placement: str
    ) -> None:
        (link,) = read(html).links
        assert (link.anchor, link.rel, link.placement, link.text_before, link.text_after) == (
            anchor, rel, placement, "", "",
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("rel", "expected"),
        [
            ("nofollow", ("nofollow",)),
            ("NOFOLLOW", ("nofollow",)),
            ("nofollow noopener", ("nofollow", "noopener")),
            ("noopener,nofollow", ("noopener", "nofollow")),
            (" ugc ,\t sponsored\n,, nofollow ", ("ugc", "sponsored", "nofollow")),
            ("no-follow", ("no-follow",)),
            ("", ()),
            (" , ", ()),
        ],
    )
    def test_rel_tokens_are_separated_by_white_space_or_commas(self, rel: str, expected: tuple[str, ...]) -> None:
        (link,) = read(f"<a href=x rel='{rel}'>t</a>").links
        assert link.rel == expected

    def test_of_a_rel_without_end_what_means_something_counts(self) -> None:
        filler = " ".join(f"{number:04}" for number in range(10_000))
        (link,) = read(f"<a href=x rel='ugc {filler} {'x' * 1_000_000} nofollow'>t</a>").links
        assert (link.rel[:2], link.rel[-2:]) == (("ugc", "0000"), ("0248", "nofollow"))

    def test_rels_and_urls_without_end_are_not_remembered(self) -> None:
        short = read("<a href='/short' rel='short'>t</a>")
        before = target.cache_info().currsize
        for end in range(3):
            content = read(
                f"<a href='/{'x' * 1000}{end}'>t</a><a href='/{'é' * 200}{end}' rel='{'y' * 1001}{end}'>t</a>"
            )
            assert len(content.links) == 2
        assert target.cache_info().currsize == before
        assert len(short.links) == 1

    @pytest.mark.parametrize(
        ("href", "expected"),
        [
            ("x?a=1&amp;b=2", "x?a=1&b=2"),
            ("x?a=1&b=2", "x?a=1&b=2"),
            ("x?a=1&copy=2", "x?a=1&copy=2"),
            ("x?a=1&copy;=2", "x?a=1%C2%A9=2"),
            ("&#47;&#x79;", "http://www.example.com/y"),
            ("\n x \t", "x"),
            ("a\nb", "ab"),
            ("a\x00b", "a%EF%BF%BDb"),
            ("a&#xD800;b", "a%EF%BF%BDb"),
        ],
    )
    def test_references_are_decoded_before_the_url_is_read(self, href: str, expected: str) -> None:
        assert urls(read(f'<a href="{href}">t</a>')) == [expected]


class TestCounted:
    def test_links_of_the_page_to_itself_are_counted_not_listed(self) -> None:
        html = (
            "<a href=''>1</a><a href='#top'>2</a><a href='page?q=1#x'>3</a><a href='http://www.EXAMPLE.com:80/dir/page?q=1'>"
            "4</a><form action=''></form><link rel=canonical href='?q=1'><a href=page>other</a>"
        )
        content = read(html)
        assert content.self_links == 6
        assert urls(content) == ["page"]
        assert content.canonical == URL

    @pytest.mark.parametrize(
        ("html", "self_links"),
        [
            ("<a href>t</a>", 1),
            ("<svg><a xlink:href>t</a></svg>", 1),
            ("<map><area href></map>", 1),
            ("<form action></form>", 1),
            ("<iframe src=''></iframe><iframe src></iframe>", 0),
            ("<link rel=canonical href=''><link rel=canonical href><link rel=alternate href=''>", 0),
        ],
    )
    def test_an_empty_address_is_the_page_itself_where_it_is_a_link(self, html: str, self_links: int) -> None:
        content = read(html)
        assert (content.self_links, content.links, content.canonical) == (self_links, [], "")

    def test_the_page_is_itself_however_its_url_is_written(self) -> None:
        content = read("<a href='/dir/page?q=1'>t</a>", url="HTTP://WWW.Example.com:80/dir/./page?q=1#top")
        assert (content.self_links, content.base_url) == (1, URL)

    def test_what_is_no_link_of_the_web_is_counted_by_reason(self) -> None:
        html = (
            "<a href=mailto:a@b.test>1</a><a href=MAILTO:a>2</a><a href=tel:1>3</a><a href='javascript:x'>4</a>"
            "<a href=data:,>5</a><a href=ftp://x/>6</a><a href='http://'>7</a><iframe src=about:blank></iframe>"
            f"<a href='/{'x' * 3000}'>8</a>"
        )
        content = read(html)
        assert content.links == []
        assert content.skipped == {
            "mailto": 2, "tel": 1, "javascript": 1, "data": 1, "other_scheme": 2, "invalid": 1, "too_long": 1,
        }  # fmt: skip

    def test_limits_are_arguments(self) -> None:
        html = "<a href=x>abcdef</a><a href=y>y</a><form action=z></form><map><area href=long alt=abcdef></map>"
        content = read_page(html.encode(), "http://h.test/", [], limits=Limits(anchor=4, url=15, links=10))
        assert [(link.target.url, link.anchor) for link in content.links] == [
            ("http://h.test/x", "abcd"), ("http://h.test/y", "y"), ("http://h.test/z", ""),
        ]  # fmt: skip
        assert content.skipped == {"too_long": 1}
        content = read_page(html.encode(), "http://h.test/", [], limits=Limits(links=2))
        assert len(content.links) == 2
        assert content.skipped == {"over_limit": 2}


class TestBase:
    @pytest.mark.parametrize(
        ("html", "base"),
        [
            ("", URL),
            ("<base href='/b/'>", "http://www.example.com/b/"),
            ("<base href='b/'>", AT + "b/"),
            ("<base href='//o.test/b#frag'>", "http://o.test/b"),
            ("<base target=_blank><base href=/b/>", "http://www.example.com/b/"),
            ("<base href=/b/><base href=/c/>", "http://www.example.com/b/"),
            ("<base href=''>", URL),
            ("<base href><base href=/c/>", URL),
            ("<base src=x><base href=/b/>", "http://www.example.com/b/"),
            ("<body><p><base href=/b/>", "http://www.example.com/b/"),
            ("<base href='http://'><base href=/c/>", URL),
            ("<base href='data:,x'>", URL),
            ("<base href='javascript:x'>", URL),
            ("<template><base href=/b/></template>", URL),
            ("<base href='ftp://o.test/'>", "ftp://o.test/"),
        ],
    )
    def test_the_first_base_with_an_href_decides(self, html: str, base: str) -> None:
        assert read(html).base_url == base

    def test_links_before_the_base_are_resolved_against_it_too(self) -> None:
        assert urls(read("<body><a href=x>t</a><base href=/b/><form action=y></form>")) == [
            "http://www.example.com/b/x", "http://www.example.com/b/y",
        ]  # fmt: skip

    def test_the_page_itself_is_the_document_not_its_base(self) -> None:
        content = read("<base href=/b/><a href=''>1</a><a href='#x'>2</a><form action=''></form>")
        assert urls(content) == ["http://www.example.com/b/"] * 2
        assert content.self_links == 1


class TestRefresh:
    @pytest.mark.parametrize(
        ("html", "header", "expected"),
        [
            ("<meta http-equiv=refresh content='5;url=x'>", None, ("meta_refresh", AT + "x", 5)),
            ("<meta http-equiv=refresh content='5;url=x' href=y src=z>", None, ("meta_refresh", AT + "x", 5)),
            ("<META HTTP-EQUIV=Refresh CONTENT='0; URL=x#f'>", None, ("meta_refresh", AT + "x", 0)),
            ("<body><meta http-equiv=refresh content='0;x'>", None, ("meta_refresh", AT + "x", 0)),
            ("<noscript><meta http-equiv=refresh content='0;x'></noscript>", None, ("meta_refresh", AT + "x", 0)),
            ("", "3; url=x", ("header_refresh", AT + "x", 3)),
            ("", "3; url=https://o.test", ("header_refresh", "https://o.test/", 3)),
            ("<meta http-equiv=refresh content='0;url=y'>", "3; url=x", ("header_refresh", AT + "x", 3)),
            ("<meta http-equiv=refresh content='0;url=y'>", "bogus", ("meta_refresh", AT + "y", 0)),
            # The first that has an effect is the only one.
            (
                "".join(f"<meta http-equiv=refresh content='{value}'>" for value in ("0;http://", "1;x", "2;y")),
                None,
                ("meta_refresh", AT + "x", 1),
            ),
            # A base counts from where it stands; for the header there is none yet.
            ("<base href=b/><meta http-equiv=refresh content='0;x'>", None, ("meta_refresh", AT + "b/x", 0)),
            ("<meta http-equiv=refresh content='0;x'><base href=b/>", None, ("meta_refresh", AT + "x", 0)),
            ("<base href=b/>", "0;x", ("header_refresh", AT + "x", 0)),
        ],
    )  # fmt: skip
    def test_a_refresh_is_a_link_and_a_redirect(
        self, html: str, header: str | None, expected: tuple[str, str, int]
    ) -> None:
        content = read(html, [("refresh", header)] if header else None)
        assert content.refresh == expected
        assert [(link.link_type, link.target.url, link.placement) for link in content.links] == [
            (*expected[:2], "head")
        ]

    def test_a_reload_leads_to_the_page_itself(self) -> None:
        content = read("<meta http-equiv=refresh content=60><meta http-equiv=refresh content='0;x'>")
        assert content.refresh == ("meta_refresh", URL, 60)
        assert (content.links, content.self_links) == ([], 1)

    def test_a_refresh_out_of_the_web_is_no_redirect(self) -> None:
        content = read("<meta http-equiv=refresh content='0;mailto:a@b.test'>")
        assert content.refresh is None
        assert content.skipped == {"mailto": 1}

    @pytest.mark.parametrize(
        "html", ["<meta name=refresh content='0;x'>", "<meta http-equiv=refresh>", "<meta content='0;x'>"]
    )
    def test_other_metas_are_no_refresh(self, html: str) -> None:
        assert read(html).refresh is None


class TestHeaderLinks:
    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("<x>; rel=canonical", [("canonical", "x")]),
            ("<x>; rel=alternate; hreflang=de, <y>; rel=preload, <z>; rel=next", [("alternate", "x")]),
            ('<x>; rel="Alternate canonical"', [("canonical", "x"), ("alternate", "x")]),
            ("<x>; rel=canonical; anchor='#part'", []),
            ('<x>; rel=canonical; anchor="#part"', [("canonical", "x")]),
            ('<x>; rel=canonical; anchor="/other", <y>; rel=alternate', [("alternate", "y")]),
            ("<x>", []),
        ],
    )
    def test_canonical_and_alternate_of_the_link_header(self, value: str, expected: list[tuple[str, str]]) -> None:
        content = read("<base href=/b/>", [("Link", value)])
        assert typed(content) == expected
        said = {(link.placement, link.anchor, link.text_before, link.text_after) for link in content.links}
        assert said <= {("head", "", "", "")}

    def test_several_headers_come_before_the_document(self) -> None:
        content = read("<a href=a>t</a>", [("link", "<x>; rel=alternate"), ("LINK", "<http://>; rel=canonical")])
        assert urls(content) == ["x", "a"]
        assert content.skipped == {"invalid": 1}


class TestPage:
    @pytest.mark.parametrize(
        ("html", "headers", "canonical"),
        [
            ("", [], ""),
            ("<link rel=canonical href=c>", [], AT + "c"),
            ("<link rel=canonical href=c><link rel=canonical href=d>", [], AT + "c"),
            ("<link rel=canonical href=c>", [("Link", "<h>; rel=canonical")], AT + "h"),
            ("<link rel=canonical href='http://'><link rel=canonical href=d>", [], AT + "d"),
            ("<link rel=alternate href=c>", [], ""),
            ("", [("Link", "<h>; rel=alternate")], ""),
        ],
    )
    def test_the_first_canonical_counts_header_before_document(
        self, html: str, headers: list[tuple[str, str]], canonical: str
    ) -> None:
        assert read(html, headers).canonical == canonical

    @pytest.mark.parametrize(
        ("html", "title"),
        [
            ("", ""),
            ("<title>\n A  &amp; b </title>", "A & b"),
            ("<title>a</title><title>b</title>", "a"),
            ("<title><b>a</b></title>", "<b>a</b>"),
            ("<svg><title>icon</title></svg>", ""),
            ("<body><svg><title>icon</title></svg><title>late</title>", "late"),
        ],
    )
    def test_the_title_is_the_first_of_the_document(self, html: str, title: str) -> None:
        assert read(html).title == title

    @pytest.mark.parametrize(
        ("html", "headers", "language"),
        [
            ("", [], ""),
            ("<html lang=' de-AT '>", [("Content-Language", "en")], "de-AT"),
            ("<html xml:lang=de>", [], "de"),
            ("<html><p lang=de>", [], ""),
            ("<meta http-equiv=Content-Language content=' fr '>", [("Content-Language", "en")], "fr"),
            ("<meta http-equiv=content-language content='fr, de'>", [("Content-Language", "en")], "en"),
            (f"<html lang='{'x' * 1_000_000}'>", [], "x" * 100),
            ("", [("Content-Language", "y" * 1000)], "y" * 100),
            ("<meta name=description content=fr>", [("Content-Language", "en")], "en"),
            ("", [("Content-Language", "en, de")], ""),
            ("", [("Content-Language", "en"), ("Content-Language", "de")], ""),
        ],
    )
    def test_the_language_is_the_roots_the_pragmas_or_the_headers(
        self, html: str, headers: list[tuple[str, str]], language: str
    ) -> None:
        assert read(html, headers).language == language

    def test_directives_of_metas_and_headers_are_read(self) -> None:
        html = "<meta name=ROBOTS content='index'><body><p><meta content=NOFOLLOW name=Googlebot>"
        content = read(html, [("X-Robots-Tag", "noarchive"), ("x-robots-tag", "otherbot: none, googlebot: none")])
        assert content.noindex
        assert content.nofollow_by == ("meta_robots", "x_robots_tag")

    def test_a_meta_without_a_value_says_nothing(self) -> None:
        content = read("<meta name=robots content><meta http-equiv=refresh content><meta name content=nofollow>")
        assert (content.noindex, content.nofollow_by, content.refresh) == (False, (), None)

    def test_the_agents_asked_about_are_an_argument(self) -> None:
        body = b"<meta name=googlebot content=none><meta name=otherbot content=nofollow>"
        assert read_page(body, URL, []).noindex
        content = read_page(body, URL, [], agents=frozenset({"otherbot"}))
        assert (content.noindex, content.nofollow_by) == (False, ("meta_robots",))

    def test_the_encoding_of_the_page_reads_its_text_and_its_queries(self) -> None:
        body = "<meta charset=windows-1251><title>Привет</title><a href='/я?я'>ссылка</a>".encode("cp1251")
        content = read_page(body, URL, [(b"content-type", b"text/html")])
        assert (content.encoding, content.title) == ("cp1251", "Привет")
        assert [(link.target.url, link.anchor) for link in content.links] == [
            ("http://www.example.com/%D1%8F?%FF", "ссылка")
        ]

    def test_a_page_without_content_type_or_bytes_is_empty(self) -> None:
        content = read_page(b"", URL, [])
        assert (content.links, content.title, content.base_url, content.refresh) == ([], "", URL, None)


class TestHeadings:
    @pytest.mark.parametrize(
        ("html", "headings"),
        [
            ("", []),
            ("<h1>One</h1><p>text</p><h2>Two</h2><h3>Three</h3><h4>Four</h4>", ["One", "Two", "Three"]),
            ("<h3>Last</h3><h1>First</h1>", ["Last", "First"]),
            ("<h1>\n Green \u00a0 <b>tea</b> </h1>", ["Green tea"]),
            ("<h1><a href=/><img src=logo.png alt='Leaf &amp; Cup'></a></h1>", ["Leaf & Cup"]),
            ("<h1>seen<script>not()</script><i hidden>nor this</i></h1>", ["seen"]),
            ("<h1></h1><h2> </h2><h3><!-- c --></h3><h2>Tea</h2>", ["Tea"]),
            ("<h1>Tea<div><h2>Pots</h2></div></h1>", ["Tea Pots", "Pots"]),
            ("<header><h1>Tea</h1></header><aside><h2>Tea</h2></aside>", ["Tea", "Tea"]),
            (f"<h1>{'x' * 300}</h1>", ["x" * 200]),
            (f"<h1>{'é' * 199} tea</h1>", ["é" * 199]),
            ("<h2>t</h2>" * (MAX_HEADINGS + 1), ["t"] * MAX_HEADINGS),
            ("<h2></h2>" * (MAX_LOOKED_AT - 1) + "<h1>a</h1><h1>b</h1>", ["a"]),
        ],
    )
    def test_they_are_read_as_they_are_seen_in_document_order(self, html: str, headings: list[str]) -> None:
        assert read(html).headings == headings


def test_declarations_beyond_the_limit_say_nothing_whatever_those_before_them_say() -> None:
    filler, told = "<meta name=x>" * 1999, "<base href=/b/><base href=/c/><meta http-equiv=refresh content='0;url=x'>"
    content = read(filler + told + "<a href=y>z</a>")
    assert (content.base_url, content.refresh) == ("http://www.example.com/b/", None)


@pytest.mark.parametrize(
    ("html", "name"),
    [
        ("", ""),
        ("<meta property=og:site_name content='Leaf  &amp; Cup '>", "Leaf & Cup"),
        ("<meta name=application-name content=Teas>", "Teas"),
        ("<meta name=application-name content=Teas><meta property=og:site_name content=Leaf>", "Leaf"),
        ("<meta name=og:site_name content=Leaf>", "Leaf"),
        ("<meta property=og:site_name><meta property=og:site_name content=Leaf>", "Leaf"),
        ("<META PROPERTY=OG:Site_Name CONTENT=Leaf><meta property=og:site_name content=Cup>", "Leaf"),
        ("<meta property=og:site_name content><meta property=og:site_name content=' '><meta name=title>", ""),
        ("<meta property=og:site_name content=' '><meta name=application-name content=Teas>", "Teas"),
        ("<meta property=og:title content=Page><meta name=apple-mobile-web-app-title content=App>", ""),
        (f"<meta property=og:site_name content='{'x' * 300}'>", "x" * 200),
    ],
)
def test_a_site_names_itself(html: str, name: str) -> None:
    assert read(html).site_name == name


class TestHostileMarkup:
    @pytest.mark.parametrize(
        ("html", "count"),
        [
            ("<div>" * 5000 + "<a href=x>t</a>", 1),
            ("<div><a href=x>t" * 5000, 9999),
            ("<a href=x><object>" * 3000, 3000),
            ("<h1><div>" * 4000 + " " * 500_000 + "<a href=x>t</a>", 1),
            ("<h1>" + "t " * 500_000 + "<a href=x>t</a>", 1),
            ("<svg>" + "<g><a xlink:href=x>" * 3000, 3000),
            ("<a href=x>" * 3000, 3000),
            ("<table><a href=x>t" * 2000, 2000),
            ("<p><b><i><u><a href=x>t</a>" * 1000, 1000),
            ("<a href=x title='" + "t" * 1_000_000 + "'>t</a>", 1),
            ("<a href=x rel='" + "t " * 500_000 + "'>t</a>", 1),
            ("<a href=x><img alt='" + "t " * 500_000 + "'></a>", 1),
            ("<div role='" + "t " * 500_000 + "'><a href=x>t</a></div>", 1),
            ("<a href='" + "x" * 1_000_000 + "'>t</a>", 0),
            ("<a href=x>" + "t " * 500_000, 1),
            ("<a " + " ".join(f"a{number}" for number in range(200_000)) + "><a href=x>t</a>", 1),
            ("<p>" + "word " * 100_000 + "<a href=x>t</a>" * 1000, 1000),
            ("<div>" * 200_000, 0),
            ("</a></p></body></html><a href=x>t</a></table></div>", 1),
            ("<a href=x<b>t</a><a href='y>t</a>", 1),
            ("<a href=x/>t</a>", 1),
            ("<!-- unclosed <a href=x>t</a>", 0),
            ("<" * 10_000 + "a href=x>t</a>", 1),
        ],
    )
    def test_it_is_read_in_time_and_without_recursion(self, html: str, count: int) -> None:
        assert len(read(html).links) == count

    @pytest.mark.parametrize(
        "body",
        [
            b"<title>\xff\x00\xed\xa0\x80</title><a href='\xff\x00' rel='\xed\xa0\x80'>\x00\xff\xed\xb0\x80</a>",
            b"<title>&#xD800;&#0;</title><p>&#xDFFF;<a href='&#xD800;' rel='&#xDC00;'>&#xD83D;</a>\xff",
            b"\xff\xfe" + "<a href=x>\ud800</a>".encode("utf-16-le", "surrogatepass"),
        ],
    )
    def test_every_text_can_be_stored(self, body: bytes) -> None:
        content = read_page(body, URL, [(b"Link", b'<\xff\x00>; rel="alternate \xff"')])
        for link in content.links:
            for text in (link.target.url, link.anchor, link.text_before, link.text_after, *link.rel, content.title):
                assert "\x00" not in text
                text.encode()
        assert len(content.links) == 2
