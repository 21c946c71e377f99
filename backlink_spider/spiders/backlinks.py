"""The spider: every request it is sent to becomes one Page item."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider

from backlink_spider.link_follower import LinkFollower
from backlink_spider.options import frontier_path, read_options
from backlink_spider.page_builder import PageBuilder
from backlink_spider.scope import Scope

logger = logging.getLogger(__name__)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from backlink_spider.items import Page
    from backlink_spider.options import CrawlOptions
    from backlink_spider.scheduler import FrontierScheduler

SEEDS_AT_ONCE = 1000


class BacklinkSpider(Spider):
    """Crawls outward from seeds. Arguments: see `backlink_spider.options`; raises its errors when made."""

    name = "backlinks"

    def __init__(self, options: CrawlOptions, builder: PageBuilder) -> None:
        super().__init__()
        self.options = options
        self.scope = Scope(options.rules, options.seeds)
        self._builder = builder

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        options = read_options(kwargs, crawler.settings)
        spider = cls(options, PageBuilder.from_settings(crawler.settings))
        spider._set_crawler(crawler)
        spider._follower = LinkFollower(crawler, spider.scope)
        folder = Path(crawler.settings["BACKLINKS_DATA_DIR"] or ".backlinks")
        # What the scheduler and the sink read; spider arguments are known only here.
        crawler.settings.setdict(
            {
                "BACKLINKS_CRAWL_ID": options.crawl_id,
                "BACKLINKS_FRONTIER_FILE": str(frontier_path(folder, options)),
                "BACKLINKS_MAX_PAGES": options.pages or 0,
                "BACKLINKS_MAX_PAGES_PER_DOMAIN": options.pages_per_domain or 0,
                "BACKLINKS_MAX_PAGES_PER_HOST": options.pages_per_host or 0,
            },
            priority="spider",
        )
        return spider

    _follower: LinkFollower

    async def start(self) -> AsyncIterator[Any]:
        """Queue the seeds, which may widen the scope, before a page is asked for; other workers may ask sooner."""
        scheduler: FrontierScheduler = self.crawler.engine.scheduler  # type: ignore[assignment]
        seeds = self.options.seeds
        for at in range(0, len(seeds), SEEDS_AT_ONCE):
            await scheduler.room()
            scheduler.follow(seeds[at : at + SEEDS_AT_ONCE], depth=0)
        scheduler.seeded()
        return
        yield  # Scrapy asks for an asynchronous generator; between two requests of one it would fetch pages

    def parse(self, response: Response, **kwargs: Any) -> list[Page]:
        try:
            page = self._builder.page(response)
        except Exception as error:
            # The page found a mistake of ours: it would again, so it is an outcome as others are.
            logger.exception("%s could not be read", response.url)
            assert response.request is not None
            page = self._builder.failure(response.request, error)
        self._follower.follow(page, response.body)
        return [self._count(page)]

    def failed(self, failure: Failure) -> Iterator[Page | Request]:
        """A request without a response is an outcome too."""
        request: Request = failure.request  # type: ignore[attr-defined]
        assert failure.value is not None
        page = self._count(self._builder.failure(request, failure.value))
        yield page
        nobody_answered = page.outcome == "failed" or not getattr(failure.value, "answered", True)
        if nobody_answered and page.depth == 0 and page.url.startswith("http://") and not page.hops:
            # A seed given as a bare domain is asked over http; a host that listens on https alone is asked again.
            yield Request(f"https://{page.url.removeprefix('http://')}", meta={"verbatim_url": True}, dont_filter=True)

    def _count(self, page: Page) -> Page:
        self.crawler.stats.inc_value(f"pages/{page.outcome}")
        if page.reason:
            self.crawler.stats.inc_value(f"pages/{page.outcome}/{page.reason}")
        for reason, links in page.skipped.items():
            self.crawler.stats.inc_value(f"links/skipped/{reason}", links)
        for what, times in page.cut.items():
            self.crawler.stats.inc_value(f"cut/{what}", times)
        return page
