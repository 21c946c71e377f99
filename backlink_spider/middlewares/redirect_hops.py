"""Downloader middleware that records a redirect hop at the 3xx itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.redirect import RedirectMiddleware

from backlink_spider.redirect_hops import REDIRECT_STATUSES, http_hop

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response


class RedirectHopsMiddleware(RedirectMiddleware):
    """Puts the Hop of a crawled page's 3xx into `request.meta["hop"]` and lets the response through.

    Scrapy's own middleware would request the target at once: of a target seen before nothing would be heard again, and
    another host's turn would not be waited for. The hop is an outcome of the page instead, and its target takes its
    place in the frontier. What the frontier did not send (robots.txt) is redirected as Scrapy does it.
    """

    def process_response(  # type: ignore[override]  # Scrapy passes no spider to those that take none
        self, request: Request, response: Response
    ) -> Request | Response:
        if "page_id" not in request.meta:
            return super().process_response(request, response)
        if response.status in REDIRECT_STATUSES:
            request.meta["hop"] = http_hop(request.url, response.status, response.headers.get(b"Location"))
        return response

    def _engine_started(self) -> None:
        """Scrapy looks for its Referer middleware here; this crawl sends no Referer."""
