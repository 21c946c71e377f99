"""Stage 100: says of every link whether it is dofollow, and if not, why not."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from backlink_spider.items import QUALIFIERS, Label, Page

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector


@lru_cache(maxsize=4096)
def link_label(rel: tuple[str, ...], page_nofollow_by: tuple[str, ...]) -> Label:
    """The label of a link with these rel tokens (lower case) on a page with these page-level causes of nofollow.

    A page-level `nofollow` or `none` (Google Search Central, "Robots meta tag ... specifications") holds for every
    link of the page; ugc and sponsored exist on links alone.
    """
    on_link = not QUALIFIERS.isdisjoint(rel)
    return Label(
        dofollow=not on_link and not page_nofollow_by,
        nofollow="nofollow" in rel or bool(page_nofollow_by),
        ugc="ugc" in rel,
        sponsored="sponsored" in rel,
        nofollow_by=("rel", *page_nofollow_by) if on_link else page_nofollow_by,
    )


class LinkLabelPipeline:
    """Sets `link.label` of all links of a page; equal labels are one shared value."""

    def __init__(self, stats: StatsCollector) -> None:
        self._stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats is not None
        return cls(crawler.stats)

    def process_item(self, item: Page) -> Page:
        if item.links:
            rels = Counter([link.rel for link in item.links])  # few: a page of a thousand links has three or four
            labels = {rel: link_label(rel, item.nofollow_by) for rel in rels}
            for link in item.links:
                link.label = labels[link.rel]
            for rel, links in rels.items():
                self._count(labels[rel], links)
        return item

    def _count(self, label: Label, links: int) -> None:
        self._stats.inc_value("links/found", links)
        for name in ("dofollow", "nofollow", "ugc", "sponsored"):
            if getattr(label, name):
                self._stats.inc_value(f"links/{name}", links)
