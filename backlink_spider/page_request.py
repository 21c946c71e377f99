"""The requests that fetch a page of the frontier."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from scrapy.http import Request

from backlink_spider.items import Hop

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.python.failure import Failure

    from backlink_spider.frontier_contract import PageLease


NOT_ASKED = "not_asked"  # key of a request's meta: it was not sent, and its host is left alone for so many seconds


def page_request(lease: PageLease, errback: Callable[[Failure], Any], trap: str | None = None) -> Request:
    """`trap` is the name of the rule by which the page is not to be asked for, if one holds."""
    meta = {
        "page_id": lease.page_id,
        "depth": lease.depth,
        "hops": tuple(Hop(*hop) for hop in json.loads(lease.hops)) if lease.hops else (),
        "download_slot": lease.host.name,
        "verbatim_url": True,  # it is normalised, by the URL Standard; Scrapy would quote it another way
    }
    if getattr(lease, "doubtful", False):
        meta["doubtful"] = True
    if trap is not None:
        meta["trap"] = trap
    return Request(lease.url, errback=errback, dont_filter=True, meta=meta)


def asked_later(request: Request, seconds: float = 0.0) -> Request:
    """The same page's request, for the scheduler: nothing was asked, and that counts as no retry."""
    return request.replace(meta={**request.meta, NOT_ASKED: seconds})
