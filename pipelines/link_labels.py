"""Stage 100: says of every link whether it is dofollow, and if not, why not."""

from __future__ import annotations

import sys
from collections import Counter
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from backlink_spider.items import QUALIFIERS, Label, Link, Page

try:
    from pipelines import link_loops
except ImportError:  # not compiled
    link_loops = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Callable
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


def label_links(links: list[Link], label_of: Callable[[tuple[str, ...]], Label]) -> dict[Label, int]:
    """Set the label of all links of a page, by rel; how many have which.

    `link_loops`, where compiled, does the same.
    """
    rels = Counter([link.rel for link in links])  # few: a page of a thousand links has three or four
    labels = {rel: label_of(rel) for rel in rels}
    for link in links:
        link.label = labels[link.rel]
    counts: Counter[Label] = Counter()
    for rel, times in rels.items():
        counts[labels[rel]] += times
    return counts


class LinkLabelPipeline:
    """Sets `link.label` of all links of a page, and counts them by label."""

    def __init__(self, stats: StatsCollector) -> None:
        self._stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats is not None
        return cls(crawler.stats)

    def process_item(self, item: Page) -> Page:
        loops = link_loops or sys.modules[__name__]
        label_of = partial(link_label, page_nofollow_by=item.nofollow_by)
        for label, links in loops.label_links(item.links, label_of).items():
            self._count(label, links)
        return item

    def _count(self, label: Label, links: int) -> None:
        for name in _stat_names(label):
            self._stats.inc_value(name, links)


@lru_cache(maxsize=4096)
def _stat_names(label: Label) -> list[str]:
    """The stats that a link with this label counts in."""
    return [
        "links/found",
        *(f"links/{name}" for name in ("dofollow", "nofollow", "ugc", "sponsored") if getattr(label, name)),
    ]
