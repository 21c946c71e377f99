"""Downloader middleware that decompresses bodies as Scrapy does, and leaves plain ones alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response


class DecompressionMiddleware:
    """Scrapy's middleware without its look at each request: `RequestHeadersMiddleware` sets Accept-Encoding."""

    def __init__(self, scrapys: HttpCompressionMiddleware) -> None:
        self._scrapys = scrapys

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(HttpCompressionMiddleware.from_crawler(crawler))

    def process_response(self, request: Request, response: Response) -> Request | Response:
        if b"Content-Encoding" not in response.headers:
            return response
        try:
            return self._scrapys.process_response(request, response)
        except IgnoreRequest as error:  # Scrapy's word for a body that grows beyond DOWNLOAD_MAXSIZE
            raise DownloadCancelledError(str(error)) from error
