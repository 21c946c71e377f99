"""Spider middleware that sends a page's links and its redirect on to the frontier, as far as the scope goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.spidermiddlewares.base import BaseSpiderMiddleware

from backlink_spider.items import Page
from link_index.urls import target

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from backlink_spider.scheduler import FrontierScheduler
    from backlink_spider.scope import Scope
    from link_index.urls import Target


class FollowLinksMiddleware(BaseSpiderMiddleware):
    """Links go as light records, not as Requests: most of them are known already, and a Request costs 20 times a look.

    What the scope refuses is counted as `scope/refused/<rule>`, once for each link.
    """

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = cls(crawler)
        middleware._scope = crawler.spider.scope  # type: ignore[union-attr]
        return middleware

    _scope: Scope

    def get_processed_item(self, item: Any, response: Response | None) -> Any:
        if isinstance(item, Page):
            self._follow(item)
        return item

    def _follow(self, page: Page) -> None:
        scheduler: FrontierScheduler = self.crawler.engine.scheduler  # type: ignore[assignment]
        if page.hop is not None and page.hop.to and not page.reason:
            to = target(page.hop.to)
            if page.depth == 0:
                scheduler.add_seed(to)
            self._push([to], page.depth, (*page.hops, page.hop))
        if page.links:
            targets, kept_back = self._scope.leading_on(page)
            if kept_back:
                self.crawler.stats.inc_value("scope/refused/nofollow", kept_back)
            self._push(scheduler.unseen(targets), page.depth + 1, ())

    def _push(self, targets: list[Target], depth: int, hops: tuple[Any, ...]) -> None:
        within: list[Target] = []
        for candidate in targets:
            rule = self._scope.refusal(candidate, depth)
            if rule is None:
                within.append(candidate)
            else:
                self.crawler.stats.inc_value(f"scope/refused/{rule}")
        if within:
            self.crawler.engine.scheduler.follow(within, depth, hops)  # type: ignore[union-attr]
