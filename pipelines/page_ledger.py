"""What each page adds to the counts of its crawl, kept until the page is durable: a kill makes none count twice."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scrapy.statscollectors import StatsCollector

    from backlink_spider.items import Page

LINKS = tuple(
    f"links/{name}" for name in ("found", "dofollow", "nofollow", "ugc", "sponsored", "internal", "external", "self")
)


class PageLedger:
    """The stages before the last one count a page's links in the stats, one page after the other: what is new there
    when a page comes to the last stage is that page's."""

    def __init__(self, stats: StatsCollector) -> None:
        self._stats = stats.get_stats()
        self._seen = dict.fromkeys(LINKS, 0)
        self._counts: dict[int, dict[str, int]] = {}

    def note(self, page: Page) -> None:
        found = {f"pages/{page.outcome}": 1}
        if page.reason:
            found[f"pages/{page.outcome}/{page.reason}"] = 1
        for reason, links in page.skipped.items():
            found[f"links/skipped/{reason}"] = links
        seen, stats = self._seen, self._stats
        for name in LINKS:
            total = stats.get(name, 0)
            if links := total - seen[name]:
                found[name] = links
                seen[name] = total
        before = self._counts.setdefault(page.page_id, found)
        if before is not found:
            self._counts[page.page_id] = Counter(before) + Counter(found)

    def durable(self, page_ids: Iterable[int]) -> Counter[str]:
        """The counts of these pages, which are forgotten."""
        total: Counter[str] = Counter()
        for page_id in page_ids:
            total.update(self._counts.pop(page_id, ()))
        return total
