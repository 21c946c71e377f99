"""The benchmark's web and its truth, looked at with parsers that had no part in writing them."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser
from statistics import median, quantiles
from urllib.parse import quote, urljoin, urlsplit

import pytest

from benchmarks.server import responses
from benchmarks.web import Web, WebPage


@pytest.fixture(scope="module")
def web() -> Web:
    return Web(pages=300)


@pytest.fixture(scope="module")
def pages(web: Web) -> list[WebPage]:
    return list(web.pages())


class _Hrefs(HTMLParser):
    """The hrefs of a page by the standard library's parser."""

    def __init__(self) -> None:
        super().__init__()
        self.hrefs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("a", "area"):
            self.hrefs += [value or "" for name, value in attrs if name == "href"]


def _resolved(page: WebPage, href: str) -> str:
    parts = urlsplit(urljoin(page.url, href.strip()))
    netloc = parts.netloc.lower().removesuffix(":80")
    path = quote(parts.path, safe="/%:@!$&'()*+,;=~")
    return parts._replace(scheme="http", netloc=netloc, path=path, fragment="").geturl()


def _charset(page: WebPage) -> str:
    return "iso-8859-1" if "iso-8859-1" in dict(page.headers)["Content-Type"] else "utf-8"


def test_the_truth_is_what_another_parser_finds(pages: list[WebPage]) -> None:
    for page in pages[::3]:
        parser = _Hrefs()
        parser.feed(page.body.decode(_charset(page)))
        found = [href for href in parser.hrefs if not href.startswith(("mailto:", "tel:", "javascript:"))]
        written = [link.target for link in page.links if link.link_type in ("text", "image", "area")]
        assert [_resolved(page, href) for href in found] == written


def test_the_same_seed_is_the_same_web_and_another_seed_another(pages: list[WebPage]) -> None:
    assert list(Web(pages=300).pages()) == pages
    assert [page.body for page in Web(pages=300, seed=2).pages()] != [page.body for page in pages]


def test_every_page_is_reached_from_the_seeds_by_links_that_count(web: Web, pages: list[WebPage]) -> None:
    leads = {
        page.url: {link.target for link in page.links if link.placement == "content" and not link.rel}
        for page in pages
        if not page.nofollow_by
    }
    reached, waiting = set(web.seeds), list(web.seeds)
    while waiting:
        new = leads.get(waiting.pop(), set()) - reached
        reached |= new
        waiting += new
    assert {page.url for page in pages} <= reached


def test_pages_are_as_large_and_as_linked_as_promised(pages: list[WebPage]) -> None:
    links = [sum(link.link_type in ("text", "image", "area") for link in page.links) for page in pages]
    outward = [
        urlsplit(link.target).netloc != urlsplit(page.url).netloc
        for page in pages
        for link in page.links
        if link.link_type in ("text", "image", "area")
    ]
    assert 40_000 <= median(len(page.body) for page in pages) <= 50_000
    assert 65 <= median(links) <= 85
    assert 100 <= quantiles(links, n=10)[8] <= 140
    assert 0.12 <= sum(outward) / len(outward) <= 0.18


def test_the_web_holds_the_traps_that_a_crawler_must_not_fall_into(web: Web, pages: list[WebPage]) -> None:
    text = b"".join(page.body for page in pages)
    for trap in (b"<!-- <a href=", b"var t='<a href=", b"mailto:", b"javascript:", b":80/", b"href='", b"HTTP://WWW."):
        assert trap in text
    kinds = Counter(link.link_type for page in pages for link in page.links)
    assert kinds.keys() == {"text", "image", "area", "canonical", "alternate", "form"}
    assert {page.nofollow_by for page in pages} == {(), ("meta_robots",), ("x_robots_tag",)}
    assert any(link.target in web.redirects for page in pages for link in page.links)


def test_every_page_redirect_and_robots_file_has_a_response(web: Web) -> None:
    ready = responses(web)
    hosts = {site.host for site in web.plan.sites}
    urls = [*web.urls, *web.redirects, *(f"http://{host}/robots.txt" for host in hosts)]
    assert ready.keys() == {url.encode() for url in urls}
    assert len(web.urls) == len(set(web.urls)) == 300
    for response, _ in ready.values():
        head, _, body = response.partition(b"\r\n\r\n")
        assert f"Content-Length: {len(body)}".encode() in head
