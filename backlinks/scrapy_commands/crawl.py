"""`scrapy crawl` whose mistakes are sentences: the same job as `backlinks crawl`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.exceptions import UsageError

from backlink_spider.errors import CrawlError, UsageMistake
from backlinks.job import exit_status, prepare
from backlinks.standard_streams import tell
from link_index.errors import LinkIndexError
from link_index.shown_text import visible_lines

if TYPE_CHECKING:
    import argparse


class Command(ScrapyCrawl):
    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args != ["backlinks"]:
            super().run(args, opts)
            return
        assert self.crawler_process
        assert self.settings
        try:
            prepare(self.settings, opts.spargs)
        except UsageMistake as error:
            raise UsageError(visible_lines(str(error)), print_help=False) from error
        except (CrawlError, LinkIndexError) as error:
            self.exitcode = 1
            tell(str(error), err=True)
            return
        crawler = self._create_crawler("backlinks")
        self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        self.exitcode = exit_status(crawler)
