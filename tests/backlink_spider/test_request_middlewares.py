"""What every request is sent with."""

from __future__ import annotations

from scrapy import Request
from scrapy.utils.test import get_crawler

from backlink_spider.middlewares.request_headers import RequestHeadersMiddleware

SETTINGS = {"DEFAULT_REQUEST_HEADERS": {"Accept": "*/*", "Accept-Language": None}, "USER_AGENT": "ours"}


def sent(request: Request, **settings: object) -> dict[bytes, list[bytes]]:
    crawler = get_crawler(settings_dict=SETTINGS | settings)
    RequestHeadersMiddleware.from_crawler(crawler).process_request(request)
    return dict(request.headers.items())


def test_a_request_is_sent_with_the_headers_of_the_settings() -> None:
    assert sent(Request("http://example.com/")) == {
        b"Accept": [b"*/*"],
        b"User-Agent": [b"ours"],
        b"Accept-Encoding": [b"gzip, deflate, br, zstd"],
    }


def test_no_compression_is_asked_for_where_it_is_off() -> None:
    assert b"Accept-Encoding" not in sent(Request("http://example.com/"), COMPRESSION_ENABLED=False)


def test_a_header_the_request_has_is_kept() -> None:
    assert sent(Request("http://example.com/", headers={"user-agent": "mine"}))[b"User-Agent"] == [b"mine"]


def test_a_header_added_to_one_request_is_not_sent_with_the_next() -> None:
    middleware = RequestHeadersMiddleware.from_crawler(get_crawler(settings_dict=SETTINGS))
    first, second = Request("http://example.com/1"), Request("http://example.com/2")
    middleware.process_request(first)
    first.headers.appendlist("Accept", "text/html")
    middleware.process_request(second)
    assert second.headers.getlist("Accept") == [b"*/*"]
