"""Scrapy as installed, asked for every URL of the web, doing nothing with the responses.

Every setting is Scrapy's default; only the log level is INFO (the default, DEBUG, would write a line per page).

    python -m benchmarks.runners.default_scrapy URLS
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy import Spider
from scrapy.crawler import AsyncCrawlerProcess

if TYPE_CHECKING:
    from scrapy.http import Response


class EmptySpider(Spider):
    name = "empty"

    def parse(self, response: Response) -> None:
        """Nothing: what is left is the cost of fetching."""


def main() -> None:
    process = AsyncCrawlerProcess({"LOG_LEVEL": "INFO"})
    process.crawl(EmptySpider, start_urls=Path(sys.argv[1]).read_text().split())
    process.start()


if __name__ == "__main__":
    main()
