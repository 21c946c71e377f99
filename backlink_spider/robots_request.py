"""Asks an origin for its robots.txt: redirects, statuses and failures as RFC 9309 section 2.3.1 has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scrapy import Request
from scrapy.exceptions import CannotResolveHostError, DownloadConnectionRefusedError, IgnoreRequest
from scrapy.http.request import NO_CALLBACK

from backlink_spider.errors import LeaseLost
from backlink_spider.redirect_hops import REDIRECT_STATUSES, http_hop
from backlink_spider.robots_rules import READ_LIMIT
from link_index.urls import target

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from backlink_spider.scheduler import FrontierScheduler

MAX_REDIRECTS = 5  # as many as the RFC asks for
_PRIORITY = 1000  # before any page, as Scrapy has it


class RobotsAnswer(NamedTuple):
    """`text` is None where it cannot be had now (429, 5xx, no or a broken answer), b"" where there is no robots.txt."""

    text: bytes | None
    why: str  # the status or the kind of failure, for the stats
    retry_after: str = ""


async def ask_for_robots(crawler: Crawler, origin: str) -> RobotsAnswer:
    """What the origin's robots.txt says, or the redirects that it begins with lead to.

    Raises what tells that the origin was not reached at all (CannotResolveHostError, DownloadConnectionRefusedError)
    or was not to be asked (IgnoreRequest): nothing is known of its rules then, and its page has the same failure.
    """
    url, is_first = f"{origin}/robots.txt", True
    try:
        response = await _download(crawler, url, target(url).host)
        for _ in range(MAX_REDIRECTS):
            if response.status not in REDIRECT_STATUSES:
                break
            hop = http_hop(response.url, response.status, response.headers.get(b"Location"))
            if not hop.to:
                break
            is_first = False
            response = await _download(crawler, hop.to, target(url).host)
    except LeaseLost:
        raise
    except (CannotResolveHostError, DownloadConnectionRefusedError, IgnoreRequest) as error:
        if is_first:
            raise
        return RobotsAnswer(None, type(error).__name__)
    except Exception as error:  # of the network, of a body that cannot be decompressed, of a user's middleware
        return RobotsAnswer(None, type(error).__name__)
    return _answer(response)


def _answer(response: Response) -> RobotsAnswer:
    """A redirect that leads nowhere, or further than five, is as good as a 4xx: there is no robots.txt."""
    status = response.status
    if 200 <= status < 300:
        return RobotsAnswer(response.body, str(status))
    if 300 <= status < 500 and status != 429:
        return RobotsAnswer(b"", str(status))
    return RobotsAnswer(None, str(status), (response.headers.get(b"Retry-After") or b"").decode("latin-1"))


async def _download(crawler: Crawler, url: str, origins_host: str) -> Response:
    """Another host than the page's own is not ours to ask at any time."""
    engine = crawler.engine
    assert engine is not None
    host = target(url).host
    meta = {
        "dont_obey_robotstxt": True,
        "dont_retry": True,  # a retry would not wait for the host
        "download_enough": READ_LIMIT,
        "download_slot": host,
        "verbatim_url": True,
    }
    # Uncompressed: of a compressed one, what READ_LIMIT lets through could be cut anywhere.
    request = Request(url, headers={"Accept-Encoding": "identity"}, callback=NO_CALLBACK, priority=_PRIORITY, meta=meta)
    if host == origins_host:
        return await engine.download_async(request)
    scheduler: FrontierScheduler = engine.scheduler  # type: ignore[assignment]
    await scheduler.borrow(host)
    try:
        return await engine.download_async(request)
    finally:
        scheduler.give_back(host)
