"""Pages as the crawl hands them to the pipelines, for tests that need no crawl."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from backlink_spider.items import Hop, Label, Link, Page
from link_index.urls import target
from pipelines.link_labels import link_label
from pipelines.outbound_counts import outbound_counts
from pipelines.page_encoder import encode_page

if TYPE_CHECKING:
    from link_index.page_write import PageWrite

DAY_ONE = datetime(2026, 11, 1, 12, 0, 0, 123000, tzinfo=UTC)


def day(number: int) -> datetime:
    return DAY_ONE + timedelta(days=number - 1)


def link(url: str, anchor: str = "anchor", rel: str = "", **fields: Any) -> Link:
    values = {"link_type": "text", "placement": "content", "text_before": "before", "text_after": "after"} | fields
    return Link(target(url), anchor=anchor, rel=tuple(rel.split()), **values)


def page(url: str, *links: Link, on: int = 1, **fields: Any) -> Page:
    """A page that was read, with its links labelled and counted."""
    values = {"outcome": "page", "status": 200} | fields
    found = Page(url, target(url), values.pop("page_id", 0), fetched_at=day(on), links=list(links), **values)
    for each in links:
        each.label = link_label(each.rel, found.nofollow_by)
    if found.outcome == "page":
        found.outbound = outbound_counts(found)
    return found


def redirect(url: str, to: str, status: int = 301, *, on: int = 1, kind: str = "http") -> Page:
    return page(url, on=on, outcome="redirect", status=status, hop=Hop(url, status, kind, to))


def gone(url: str, status: int = 404, *, on: int = 1) -> Page:
    return page(url, on=on, outcome="error", status=status)


def write(*args: Any, **fields: Any) -> PageWrite:
    return encode_page(page(*args, **fields))


DOFOLLOW = Label(dofollow=True, nofollow=False, ugc=False, sponsored=False, nofollow_by=())
