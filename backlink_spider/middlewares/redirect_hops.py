"""Downloader middleware that records a redirect hop at the 3xx itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backlink_spider.redirect_hops import REDIRECT_STATUSES, http_hop

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response


class RedirectHopsMiddleware:
    """Puts the Hop of a crawled page's 3xx into `request.meta["hop"]` and lets the response through.

    Scrapy's own middleware would request the target at once: of a target seen before nothing would be heard again, and
    another host's turn would not be waited for. The hop is an outcome of the page instead, and its target takes its
    place in the frontier.
    """

    def process_response(self, request: Request, response: Response) -> Response:
        if response.status in REDIRECT_STATUSES and "page_id" in request.meta:
            request.meta["hop"] = http_hop(request.url, response.status, response.headers.get(b"Location"))
        return response
