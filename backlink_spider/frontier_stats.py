"""What a frontier holds and what its budgets keep out, as stats of the crawl."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy.statscollectors import StatsCollector

    from backlink_spider.frontier_contract import AnyFrontier


def report(frontier: AnyFrontier, stats: StatsCollector) -> None:
    """Now and then while the crawl runs."""
    stats.set_value("frontier/queued", frontier.queued - frontier.leased)
    stats.set_value("frontier/fetched", frontier.fetched)
    if frontier.given_up:
        stats.set_value("frontier/given_up", frontier.given_up)


def report_refused(frontier: AnyFrontier, stats: StatsCollector) -> None:
    """At its end. Raises FrontierError."""
    by_domain, by_host = frontier.refused_by_budget()
    by_pages = frontier.queued - frontier.leased - by_domain - by_host if frontier.spent else 0
    for budget, pages in (("pages", by_pages), ("pages_per_domain", by_domain), ("pages_per_host", by_host)):
        if pages:
            stats.set_value(f"frontier/refused/{budget}", pages)
