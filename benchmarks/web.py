"""The generated web: every page's bytes and, known from the writing and not from a parser, every link on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.page_writer import PageWriter, SiteTemplate, WebPage
from benchmarks.sites import Plan

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Web", "WebPage"]


class Web:
    """A web of so many pages over a twentieth as many hosts; the same for the same arguments."""

    def __init__(self, pages: int = 4000, seed: int = 1) -> None:
        self.plan = Plan(pages, seed)
        self.seeds = self.plan.seeds
        self.urls = self.plan.urls
        self.redirects = self.plan.redirects

    def pages(self) -> Iterator[WebPage]:
        for site in self.plan.sites:
            template = SiteTemplate(self.plan, site)
            for number in range(len(site.urls)):
                yield PageWriter(self.plan, site, template, number).page()

    @staticmethod
    def robots(host: str) -> str:
        return (
            "User-agent: *\nDisallow: /search\nDisallow: /admin/\nDisallow: /*?print=\nAllow: /search/about\n\n"
            f"User-agent: GreedyBot\nDisallow: /\n\nSitemap: http://{host}/sitemap.xml\n"
        )
