"""Downloader middleware that retries as Scrapy does and passes on when the server wants to be asked again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.retry import RetryMiddleware

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response


class RetryAfterMiddleware(RetryMiddleware):
    """Puts Retry-After (RFC 9110 section 10.2.3) into `request.meta["retry_after"]`: the scheduler waits that long."""

    def process_response(  # type: ignore[override]  # Scrapy passes no spider to those that take none
        self, request: Request, response: Response
    ) -> Request | Response:
        if response.status not in self.retry_http_codes:
            return response
        if wait := response.headers.get(b"Retry-After"):
            request.meta["retry_after"] = wait.decode("latin-1")
        return super().process_response(request, response)
