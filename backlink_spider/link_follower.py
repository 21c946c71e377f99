"""Sends a page's links and its redirect on to the frontier, as far as the scope goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from link_index.urls import target

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scrapy.crawler import Crawler

    from backlink_spider.items import Page
    from backlink_spider.scheduler import FrontierScheduler
    from backlink_spider.scope import Scope
    from link_index.urls import Target


class LinkFollower:
    """Links go as light records, not as Requests: most of them are known already, and a Request costs 20 times a look.

    What the scope refuses is counted as `scope/refused/<rule>`, once for each link.
    """

    def __init__(self, crawler: Crawler, scope: Scope) -> None:
        self._crawler = crawler
        self._scope = scope

    def follow(self, page: Page, body: bytes) -> None:
        """To be called before the Page is yielded: a crash in between would lose its links."""
        scheduler: FrontierScheduler = self._crawler.engine.scheduler  # type: ignore[assignment]
        scheduler.traps.read(page, body)
        if page.hop is not None and page.hop.to and not page.reason:
            to = target(page.hop.to)
            if page.depth == 0:
                scheduler.add_seed(to)
            self._push(scheduler, [to], page.depth, (*page.hops, page.hop))
        if page.links:
            targets, kept_back = self._scope.leading_on(page)
            if kept_back:
                self._crawler.stats.inc_value("scope/refused/nofollow", kept_back)
            fresh = {target.hash8: target for target in scheduler.unseen(targets)}
            self._push(scheduler, fresh.values(), page.depth + 1, ())

    def _push(self, scheduler: FrontierScheduler, targets: Iterable[Target], depth: int, hops: tuple[Any, ...]) -> None:
        within: list[Target] = []
        for candidate in targets:
            rule = self._scope.refusal(candidate, depth)
            if rule is None:
                within += scheduler.traps.admitted(candidate, redirected=bool(hops))
            else:
                self._crawler.stats.inc_value(f"scope/refused/{rule}")
        if within:
            scheduler.follow(within, depth, hops)
