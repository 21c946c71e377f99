"""What one fetch said: the only words the crawl and the pipelines share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

    from link_index.urls import Target

# Google Search Central, "Qualify your outbound links": the three rel values it takes as "do not vouch for this target".
# `noopener`, `noreferrer`, `external` and the rest of the HTML Standard's link types change nothing for a target.
QUALIFIERS = frozenset({"nofollow", "ugc", "sponsored"})

# Signal, sent as (page_ids: list[int], counts: Mapping[str, int]) when pages are durable in MongoDB or in the spool:
# only then does the frontier forget them. `counts` are what these pages add to the crawl's counts.
pages_stored = object()
# Stat: the counts of all pages that a frontier of one process forgot so, in all runs of the crawl; a kill loses none.
pages_counted = "frontier/counted"


class Hop(NamedTuple):
    """One redirect hop. `to` is "" where the redirect names no usable target (a dead hop)."""

    url: str
    status: int
    kind: str  # http | meta_refresh | header_refresh | script
    to: str


class Label(NamedTuple):
    """What a link says about itself; one shared value for all links that say the same."""

    dofollow: bool
    nofollow: bool
    ugc: bool
    sponsored: bool
    nofollow_by: tuple[str, ...]  # any of rel, meta_robots, x_robots_tag


@dataclass(slots=True)
class Link:
    """One hyperlink of a page, as found; the label and scope are filled in by the pipelines."""

    target: Target
    link_type: str  # text image area iframe frame form canonical alternate meta_refresh header_refresh script
    anchor: str
    rel: tuple[str, ...]  # raw tokens, lower case, in document order
    placement: str  # content nav header footer aside; head for what is no part of the body
    text_before: str
    text_after: str
    label: Label | None = None
    is_internal: bool = False
    hidden: str = ""  # why readers cannot see it: hidden display visibility opacity font_size size offscreen


class Outbound(NamedTuple):
    """Counts of a page's links, every occurrence counted; `domains` are distinct registrable domains linked to."""

    total: int
    internal: int
    external: int
    dofollow: int
    nofollow: int
    domains: int


@dataclass(slots=True)
class Page:
    """The outcome of one request of the crawl: a page with its links, a redirect, or a failure.

    `outcome` is one of: page (2xx HTML), other (2xx, not HTML), redirect (3xx), error (4xx and 5xx), failed (no
    response), refused (robots.txt or a rule of ours; `reason` names it).
    """

    url: str
    target: Target  # the parsed url
    page_id: int  # the frontier's id of the request; 0 if it came from elsewhere
    outcome: str
    fetched_at: datetime
    status: int | None = None
    reason: str = ""  # of failed and refused: timeout, dns, connection, robots, ...
    depth: int = 0
    title: str = ""
    headings: list[str] = field(default_factory=list)  # texts of the first h1, h2 and h3
    site_name: str = ""
    language: str = ""
    canonical: str = ""
    noindex: bool = False
    noarchive: bool = False
    nofollow_by: tuple[str, ...] = ()  # page level: any of meta_robots, x_robots_tag
    hops: tuple[Hop, ...] = ()  # redirect hops that led here
    hop: Hop | None = None  # the hop this page is itself: a 3xx, a meta refresh, a Refresh header, a script
    links: list[Link] = field(default_factory=list)
    self_links: int = 0  # links to the page itself: counted, not stored
    skipped: dict[str, int] = field(default_factory=dict)  # reason -> links not stored: mailto, javascript, invalid
    cut: dict[str, int] = field(default_factory=dict)  # what was cut off at a limit, and how often: anchors, nesting
    outbound: Outbound | None = None
    content_hash: bytes = b""
    etag: str = ""
    last_modified: str = ""
    size: int = 0  # body bytes after decompression
    ip: str = ""  # the address it came from; "" if a proxy fetched it
