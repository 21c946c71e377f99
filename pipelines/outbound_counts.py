"""Stage 200: says of every link whether it is internal, and counts what the page links to."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from backlink_spider.items import Link, Outbound, Page

try:
    from pipelines import link_loops
except ImportError:  # not compiled
    link_loops = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector


def outbound_counts(page: Page) -> Outbound:
    """Counts over every occurrence of every link; sets each link's `is_internal` on the way.

    Internal is what stays within the registrable domain. A page's links to itself are in `total` and `internal`;
    they are not stored and have no label, so `dofollow` and `nofollow` are of the other links. `nofollow` is the
    label of that name: an ugc or sponsored link without it is in neither. `domains` are the other registrable
    domains linked to, each once.
    """
    loops = link_loops or sys.modules[__name__]
    external, dofollow, nofollow, domains = loops.count_links(page.links, page.target.domain)
    total = len(page.links) + page.self_links
    return Outbound(total, total - external, external, dofollow, nofollow, len(domains))


def count_links(links: list[Link], domain: str) -> tuple[int, int, int, set[str]]:
    """Set `is_internal` of a domain's links: how many are external, dofollow, nofollow, and the external domains.

    `link_loops`, where compiled, does the same.
    """
    external: list[str] = []
    dofollow = nofollow = 0
    for link in links:
        target_domain = link.target.domain
        if target_domain == domain:
            link.is_internal = True
        else:
            link.is_internal = False
            external.append(target_domain)
        if label := link.label:
            dofollow += label.dofollow
            nofollow += label.nofollow
    return len(external), dofollow, nofollow, set(external)


class OutboundCountPipeline:
    """Sets `page.outbound` of every page that was read; failures and redirects show no links to count."""

    def __init__(self, stats: StatsCollector) -> None:
        self._stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats is not None
        return cls(crawler.stats)

    def process_item(self, item: Page) -> Page:
        if item.outcome == "page":
            item.outbound = counts = outbound_counts(item)
            self._stats.inc_value("links/internal", counts.internal)
            self._stats.inc_value("links/external", counts.external)
            self._stats.inc_value("links/self", item.self_links)
        return item
