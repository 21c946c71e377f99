"""Downloader middleware that honours the environment's proxies as Scrapy does, at a fraction of its cost a page."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import proxy_bypass

from scrapy.downloadermiddlewares.httpproxy import HttpProxyMiddleware
from scrapy.exceptions import NotConfigured

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response


@lru_cache(maxsize=4096)
def _is_exempt(authority: str) -> bool:
    """Whether no_proxy exempts a host: the answer reads the whole environment, and a host is asked again and again."""
    return bool(proxy_bypass(urlsplit(f"//{authority}").hostname or ""))


class ProxyMiddleware(HttpProxyMiddleware):
    """Off where the environment names no proxy."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = super().from_crawler(crawler)
        if not middleware.proxies:
            raise NotConfigured  # without a word: Scrapy would warn of it
        return middleware

    def process_request(  # type: ignore[override]  # Scrapy passes no spider to those that take none
        self, request: Request
    ) -> Request | Response | None:
        scheme, _, rest = request.url.partition("://")
        if scheme in self.proxies and not _is_exempt(rest.partition("/")[0]):
            credentials, proxy = self.proxies[scheme]
            self._set_proxy_and_creds(request, proxy, credentials, scheme)
        return None
