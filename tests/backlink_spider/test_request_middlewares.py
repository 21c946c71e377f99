"""What every request is sent with, and what becomes of a body that comes back compressed."""

from __future__ import annotations

import gzip

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadCancelledError
from scrapy.http import HtmlResponse
from scrapy.utils.test import get_crawler

from backlink_spider.middlewares.decompression import DecompressionMiddleware
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


def test_a_compressed_body_is_read_and_a_plain_one_left_alone() -> None:
    middleware = DecompressionMiddleware.from_crawler(get_crawler())
    request = Request("http://example.com/")
    plain = HtmlResponse(request.url, body=b"plain")
    packed = HtmlResponse(
        request.url, headers={"Content-Type": "text/html", "Content-Encoding": "gzip"}, body=gzip.compress(b"packed")
    )
    assert middleware.process_response(request, plain) is plain
    unpacked = middleware.process_response(request, packed)
    assert isinstance(unpacked, HtmlResponse)
    assert unpacked.body == b"packed"


def test_a_body_that_grows_beyond_the_limit_is_too_large_as_any_other_is() -> None:
    middleware = DecompressionMiddleware.from_crawler(get_crawler(settings_dict={"DOWNLOAD_MAXSIZE": 1000}))
    bomb = HtmlResponse("http://e.test/", headers={"Content-Encoding": "gzip"}, body=gzip.compress(b" " * 100_000))

    with pytest.raises(DownloadCancelledError, match="DOWNLOAD_MAXSIZE"):
        middleware.process_response(Request("http://e.test/"), bomb)
