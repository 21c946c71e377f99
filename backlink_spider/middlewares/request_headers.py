"""Downloader middleware that sets the headers all requests share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.httpcompression import ACCEPTED_ENCODINGS
from scrapy.http import Headers

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler


class RequestHeadersMiddleware:
    """DEFAULT_REQUEST_HEADERS, USER_AGENT and the encodings we read, which are three middlewares in Scrapy.

    They are put into the form of Scrapy's Headers once, not for each request. What a request has already is kept.
    """

    def __init__(self, headers: Headers) -> None:
        self._headers = list(headers.items())

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        settings = crawler.settings
        given = settings.getdict("DEFAULT_REQUEST_HEADERS")
        headers = Headers({name: value for name, value in given.items() if value is not None})
        headers.setdefault("User-Agent", settings["USER_AGENT"])
        if settings.getbool("COMPRESSION_ENABLED"):
            headers.setdefault("Accept-Encoding", b", ".join(ACCEPTED_ENCODINGS))
        return cls(headers)

    def process_request(self, request: Request) -> None:
        headers = request.headers
        for name, values in self._headers:
            dict.setdefault(headers, name, values.copy())
