"""What one fetch said: from a response, or the lack of one, to a Page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import pytest
from scrapy import Request, exceptions
from scrapy.http import HtmlResponse
from scrapy.settings import Settings
from xxhash import xxh3_128_digest

from backlink_spider.errors import (
    AddressNotPublic,
    DecompressedTooLarge,
    HeadersTooLarge,
    PortNotAllowed,
    RobotsForbidden,
    RobotsUnreachable,
    Undecodable,
)
from backlink_spider.items import Hop
from backlink_spider.page_builder import PageBuilder
from link_index.urls import target

if TYPE_CHECKING:
    from backlink_spider.items import Page

URL = "http://www.example.com/dir/page"
LED_HERE = (Hop("http://example.com/", 301, "http", URL),)
BUILDER = PageBuilder(frozenset({"googlebot"}), redirect_limit=3, refresh_limit=5)


def built(
    body: bytes = b"",
    status: int = 200,
    headers: dict[str, Any] | None = None,
    builder: PageBuilder = BUILDER,
    ip: str = "",
    **meta: Any,
) -> Page:
    given = {"Content-Type": "text/html"} if headers is None else headers
    address = ip_address(ip) if ip else None
    return builder.page(HtmlResponse(URL, status, given, body, request=Request(URL, meta=meta), ip_address=address))


@pytest.mark.parametrize(
    ("status", "content_type", "outcome"),
    [
        (200, "text/html", "page"),
        (200, "text/html; charset=utf-8", "page"),
        (200, " TEXT/HTML ;charset=x", "page"),
        (200, "application/xhtml+xml", "page"),
        (200, "", "page"),
        (200, None, "page"),
        (203, "text/html", "page"),
        (299, "text/html", "page"),
        (200, "application/pdf", "other"),
        (200, "text/plain", "other"),
        (200, "text/htmlx", "other"),
        (200, "text/plain; type=text/html", "other"),
        (404, "text/html", "error"),
        (500, "text/html", "error"),
        (304, "text/html", "error"),
        (300, "text/html", "error"),
        (199, "text/html", "error"),
    ],
)
def test_status_and_media_type_decide_the_outcome(status: int, content_type: str | None, outcome: str) -> None:
    page = built(b"<a href=x>t</a>", status, {} if content_type is None else {"Content-Type": content_type})
    assert (page.outcome, page.status, len(page.links)) == (outcome, status, 1 if outcome == "page" else 0)
    assert bool(page.content_hash) is (outcome == "page")


def test_a_page_says_where_it_came_from_and_what_the_answer_was() -> None:
    body = b"<title>T</title>"
    headers = {"ETag": '"tag"', "Last-Modified": "Sun, 01 Nov 2026 12:00:00 GMT"}
    page = built(body, headers=headers, page_id=7, depth=2, hops=list(LED_HERE))
    assert (page.url, page.target, page.page_id, page.depth, page.hops) == (URL, target(URL), 7, 2, LED_HERE)
    assert (page.etag, page.last_modified, page.size) == (*headers.values(), len(body))
    assert page.content_hash == xxh3_128_digest(body)
    assert timedelta(0) <= datetime.now(UTC) - page.fetched_at < timedelta(minutes=1)


def test_what_a_request_and_an_answer_do_not_say_is_empty() -> None:
    page = built(headers={})
    assert (page.page_id, page.depth, page.hops, page.etag, page.last_modified) == (0, 0, (), "", "")
    assert (page.size, page.hop, page.reason) == (0, None, "")


def test_what_the_reader_finds_is_the_pages() -> None:
    page = built(
        b"<html lang=de><title>T</title><meta name=robots content='noindex, nofollow, noarchive'>"
        b"<link rel=canonical href=c><meta property=og:site_name content=S><h1>H</h1>"
        b"<a href=x>t</a><a href=''>self</a><a href=mailto:a@b.test>mail</a>"
    )
    assert (page.title, page.language, page.canonical) == ("T", "de", "http://www.example.com/dir/c")
    assert (page.headings, page.site_name) == (["H"], "S")
    assert (page.noindex, page.noarchive, page.nofollow_by) == (True, True, ("meta_robots",))
    assert [link.link_type for link in page.links] == ["canonical", "text"]
    assert (page.self_links, page.skipped) == (1, {"mailto": 1})


@pytest.mark.parametrize(
    ("status", "ip"), [(200, "203.0.113.7"), (301, "2001:db8::7"), (404, "203.0.113.7"), (200, "")]
)
def test_every_answer_tells_the_address_it_came_from(status: int, ip: str) -> None:
    assert built(status=status, ip=ip, hop=Hop(URL, status, "http", "")).ip == ip


def test_the_address_of_a_proxy_is_not_the_pages() -> None:
    assert built(ip="203.0.113.7", proxy="http://proxy.test:3128").ip == ""


def test_every_header_of_a_name_is_read() -> None:
    page = built(headers={"Content-Type": "text/html", "X-Robots-Tag": ["noindex", "nofollow"]})
    assert (page.noindex, page.nofollow_by) == (True, ("x_robots_tag",))


@pytest.mark.parametrize("asked", ["otherbot", "OtherBot"])
def test_directives_are_those_for_the_agents_of_the_settings(asked: str) -> None:
    settings = Settings({"BACKLINKS_ROBOTS_AGENTS": ["googlebot", asked]})
    body = b"<meta name=otherbot content=nofollow>"
    assert built(body).nofollow_by == ()
    assert built(body, builder=PageBuilder.from_settings(settings)).nofollow_by == ("meta_robots",)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_the_hop_that_was_noted(status: int) -> None:
    hop = Hop(URL, status, "http", "http://example.org/")
    page = built(b"<a href=x>moved</a>", status, hop=hop, hops=LED_HERE)
    assert (page.outcome, page.hop, page.hops, page.reason, page.links) == ("redirect", hop, LED_HERE, "", [])


@pytest.mark.parametrize(
    ("to", "hops", "reason"),
    [
        ("", 0, "redirect_dead"),
        (URL, 0, "redirect_loop"),
        ("http://h0.test/", 1, "redirect_loop"),
        ("http://example.org/", 2, ""),
        ("http://example.org/", 3, "redirect_too_long"),
    ],
)
def test_a_chain_that_goes_no_further_says_why(to: str, hops: int, reason: str) -> None:
    led = [Hop(f"http://h{number}.test/", 301, "http", "") for number in range(hops)]
    assert built(status=301, hop=Hop(URL, 301, "http", to), hops=led).reason == reason


@pytest.mark.parametrize(
    ("refresh", "hop"),
    [
        ("0; url=/x", Hop(URL, 200, "meta_refresh", "http://www.example.com/x")),
        ("5; url=/x", Hop(URL, 200, "meta_refresh", "http://www.example.com/x")),
        ("6; url=/x", None),  # a page to read, with a link
        ("0", None),  # a reload
        ("0; url=#top", None),
        ("0; url=mailto:a@b.test", None),
    ],
)
def test_a_quick_refresh_elsewhere_is_a_hop(refresh: str, hop: Hop | None) -> None:
    page = built(f"<meta http-equiv=refresh content='{refresh}'>".encode())
    assert (page.outcome, page.hop) == ("page", hop)


def test_a_refresh_may_end_a_chain_too() -> None:
    body = b"<meta http-equiv=refresh content='0;http://h0.test/'>"
    assert built(body, hops=[Hop("http://h0.test/", 301, "http", URL)]).reason == "redirect_loop"


def test_the_limits_of_hops_and_refreshes_are_scrapys_settings() -> None:
    builder = PageBuilder.from_settings(Settings({"REDIRECT_MAX_TIMES": 2, "METAREFRESH_MAXDELAY": 9}))
    body = b"<meta http-equiv=refresh content='9;/x'>"
    assert [built(body, builder=builder, hops=LED_HERE * times).reason for times in (1, 2)] == ["", "redirect_too_long"]
    assert built(body, builder=builder).hop is not None
    assert built(b"<meta http-equiv=refresh content='10;/x'>", builder=builder).hop is None


@pytest.mark.parametrize(
    ("error", "outcome", "reason"),
    [
        (RobotsForbidden("http://e.test/"), "refused", "robots"),
        (RobotsUnreachable("http://e.test", answered=True), "refused", "robots_unreachable"),
        (AddressNotPublic("The address is not public"), "refused", "address"),
        (PortNotAllowed("The port is not allowed"), "refused", "port"),
        (exceptions.IgnoreRequest("a middleware's own reason"), "refused", "middleware"),
        (exceptions.DownloadTimeoutError(), "failed", "timeout"),
        (exceptions.CannotResolveHostError(), "failed", "dns"),
        (exceptions.DownloadConnectionRefusedError(), "failed", "connection"),
        (exceptions.DownloadFailedError(), "failed", "protocol"),
        (Undecodable("not gzip"), "failed", "encoding"),
        (HeadersTooLarge("a thousand"), "failed", "headers"),
        (DecompressedTooLarge("a bomb"), "failed", "too_large_decompressed"),
        (exceptions.DownloadCancelledError(), "failed", "too_large"),
        (exceptions.ResponseDataLossError(), "failed", "incomplete"),
        (ValueError("ours"), "failed", "program"),
    ],
)
def test_a_request_without_a_response_says_why(error: Exception, outcome: str, reason: str) -> None:
    page = BUILDER.failure(Request(URL, meta={"page_id": 7, "depth": 1, "hops": LED_HERE}), error)
    assert (page.outcome, page.reason, page.status) == (outcome, reason, None)
    assert (page.url, page.page_id, page.depth, page.hops) == (URL, 7, 1, LED_HERE)
