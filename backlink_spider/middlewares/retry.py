"""Downloader middleware that retries as Scrapy does, and has a host that is in trouble rest longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.exceptions import DownloadTimeoutError

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

    from backlink_spider.host_pace import HostPace

TROUBLE = frozenset({429, 503})  # RFC 6585 section 4 and RFC 9110 section 15.6.4: too many requests, overloaded


class RetryAfterMiddleware(RetryMiddleware):
    """Puts Retry-After (RFC 9110 section 10.2.3) into `request.meta["retry_after"]`: the scheduler waits that long.

    After 429, 503 and time-outs the whole host rests longer and longer, after any other answer less and less.
    """

    def process_response(  # type: ignore[override]  # Scrapy passes no spider to those that take none
        self, request: Request, response: Response
    ) -> Request | Response:
        if response.status not in self.retry_http_codes and response.status not in TROUBLE:
            if pace := self._pace:
                pace.went_well(request)
            return response
        retry_after = (response.headers.get(b"Retry-After") or b"").decode("latin-1")
        if response.status in TROUBLE and (pace := self._pace):
            pace.slow_down(request, str(response.status), retry_after)
        if retry_after:
            request.meta["retry_after"] = retry_after
        return super().process_response(request, response)

    def process_exception(  # type: ignore[override]  # likewise
        self, request: Request, exception: Exception
    ) -> Request | Response | None:
        if isinstance(exception, DownloadTimeoutError) and (pace := self._pace):
            pace.slow_down(request, "timeout")
        return super().process_exception(request, exception)

    @property
    def _pace(self) -> HostPace | None:
        """None where a user chose another scheduler."""
        assert self.crawler.engine is not None
        return getattr(self.crawler.engine.scheduler, "pace", None)
