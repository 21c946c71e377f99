"""Downloader middleware that honours the environment's proxies as Scrapy does, at a fraction of its cost a page."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass_environment  # type: ignore[attr-defined]

from scrapy.downloadermiddlewares.httpproxy import HttpProxyMiddleware
from scrapy.exceptions import NotConfigured

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response


class ProxyMiddleware(HttpProxyMiddleware):
    """Off where the environment names no proxy."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = super().from_crawler(crawler)
        if not middleware.proxies:
            raise NotConfigured  # without a word: Scrapy would warn of it
        # A host is asked again and again, and the environment is read once.
        middleware._is_exempt = lru_cache(maxsize=4096)(partial(_is_exempt, getproxies()))
        return middleware

    _is_exempt: Callable[[str], bool]

    def process_request(  # type: ignore[override]  # Scrapy passes no spider to those that take none
        self, request: Request
    ) -> Request | Response | None:
        scheme, _, rest = request.url.partition("://")
        if scheme in self.proxies and not self._is_exempt(rest.partition("/")[0]):
            credentials, proxy = self.proxies[scheme]
            self._set_proxy_and_creds(request, proxy, credentials, scheme)
        return None


def _is_exempt(proxies: dict[str, str], authority: str) -> bool:
    """Whether `no_proxy` exempts a host."""
    return bool(proxy_bypass_environment(urlsplit(f"//{authority}").hostname or "", proxies))
