"""From a response, or the lack of one, to the Page that says what one fetch said."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from xxhash import xxh3_128_digest

from backlink_spider.errors import DecompressedTooLarge, HeadersTooLarge, PageRefused, Undecodable
from backlink_spider.items import Hop, Page
from backlink_spider.page_limits import PageLimits
from backlink_spider.page_reader import read_page
from backlink_spider.redirect_hops import REDIRECT_STATUSES, refusal
from link_index.urls import target

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.http import Response
    from scrapy.settings import BaseSettings

    from backlink_spider.page_reader import PageContent

# https://www.rfc-editor.org/rfc/rfc7231#section-3.1.1.5: without a Content-Type the recipient may look for itself.
_HTML_TYPES = frozenset({b"text/html", b"application/xhtml+xml", b""})
_FAILURES: tuple[tuple[type[Exception], str], ...] = (
    (DownloadTimeoutError, "timeout"),
    (CannotResolveHostError, "dns"),
    (DownloadConnectionRefusedError, "connection"),
    (Undecodable, "encoding"),
    (DownloadFailedError, "protocol"),
    (HeadersTooLarge, "headers"),
    (DecompressedTooLarge, "too_large_decompressed"),
    (DownloadCancelledError, "too_large"),
    (ResponseDataLossError, "incomplete"),
)


_LIMITS = PageLimits()


class PageBuilder:
    """`agents` are the user agents robots directives are read for; a refresh after `refresh_limit` s is no hop."""

    def __init__(
        self, agents: frozenset[str], redirect_limit: int, refresh_limit: float, limits: PageLimits = _LIMITS
    ) -> None:
        self._agents = agents
        self._redirect_limit = redirect_limit
        self._refresh_limit = refresh_limit
        self._limits = limits

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        return cls(
            agents=frozenset(agent.lower() for agent in settings.getlist("BACKLINKS_ROBOTS_AGENTS")),
            redirect_limit=settings.getint("REDIRECT_MAX_TIMES"),
            refresh_limit=settings.getint("METAREFRESH_MAXDELAY"),
            limits=PageLimits.from_settings(settings),
        )

    def page(self, response: Response) -> Page:
        """The Page of any response, whatever its status."""
        request = response.request
        assert request is not None
        page = _page(request, _outcome(response))
        page.status = response.status
        page.size = len(response.body)
        if response.ip_address is not None and not request.meta.get("proxy"):  # of a proxy it would be the proxy's own
            page.ip = str(response.ip_address)
        page.etag = _header(response, b"ETag")
        page.last_modified = _header(response, b"Last-Modified")
        if page.outcome == "page":
            # Not cryptographic: who could make two bodies alike could as well send us the first one again.
            page.content_hash = xxh3_128_digest(response.body)
            self._read(page, response)
        elif page.outcome == "redirect":
            self._set_hop(page, request.meta["hop"])
            if page.reason == "redirect_dead" and len(_header(response, b"Location")) > self._limits.url:
                page.reason = "redirect_url_too_long"
        return page

    def failure(self, request: Request, error: BaseException) -> Page:
        """The Page of a request that got no response."""
        if isinstance(error, IgnoreRequest):
            return _refused(request, error)
        page = _page(request, "failed")
        page.reason = next((reason for kind, reason in _FAILURES if isinstance(error, kind)), "program")
        return page

    def _read(self, page: Page, response: Response) -> None:
        # Headers.items() looks each of its own names up again.
        headers = [(name, value) for name, values in dict.items(response.headers) for value in values]
        content: PageContent = read_page(response.body, page.url, headers, self._agents, self._limits)
        page.title = content.title
        page.headings = content.headings
        page.site_name = content.site_name
        page.language = content.language
        page.canonical = content.canonical
        page.noindex = content.noindex
        page.noarchive = content.noarchive
        page.nofollow_by = content.nofollow_by
        page.links = content.links
        page.self_links = content.self_links
        page.skipped = content.skipped
        page.cut = content.cut
        refresh = content.refresh
        if refresh is not None and refresh.url != page.url and refresh.delay <= self._refresh_limit:
            self._set_hop(page, Hop(page.url, response.status, refresh.kind, refresh.url))

    def _set_hop(self, page: Page, hop: Hop) -> None:
        is_too_long = len(hop.to) > self._limits.url
        page.hop = hop._replace(to="") if is_too_long else hop
        page.reason = "redirect_url_too_long" if is_too_long else refusal(hop, page.hops, self._redirect_limit) or ""


def _refused(request: Request, error: IgnoreRequest) -> Page:
    page = _page(request, "refused")
    page.reason = error.reason if isinstance(error, PageRefused) else "middleware"  # one that a user added
    return page


def _page(request: Request, outcome: str) -> Page:
    meta = request.meta
    return Page(
        url=request.url,
        target=target(request.url),
        page_id=meta.get("page_id", 0),
        outcome=outcome,
        fetched_at=datetime.now(UTC),
        depth=meta.get("depth", 0),
        hops=tuple(meta.get("hops", ())),
    )


def _outcome(response: Response) -> str:
    status = response.status
    if status in REDIRECT_STATUSES:
        return "redirect"
    if not 200 <= status < 300:
        return "error"
    media_type = (response.headers.get(b"Content-Type") or b"").partition(b";")[0].strip().lower()
    return "page" if media_type in _HTML_TYPES else "other"


def _header(response: Response, name: bytes) -> str:
    return (response.headers.get(name) or b"").decode("latin-1")
