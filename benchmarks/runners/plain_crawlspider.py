"""What a Scrapy user writes first: CrawlSpider, LinkExtractor, one item per link, JSON lines.

Settings are those of `scrapy startproject` (robots.txt obeyed, one request at a time per domain), with its delay of a
second off as for every other crawler here, and the log level INFO instead of DEBUG, which would print every item.

    python -m benchmarks.runners.plain_crawlspider SEEDS OUTPUT
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.linkextractors import LinkExtractor
from scrapy.spiders import CrawlSpider, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.http import Response


class PlainSpider(CrawlSpider):
    name = "plain"
    rules = (Rule(LinkExtractor(), callback="parse_links", follow=True),)
    links = LinkExtractor()

    def parse_links(self, response: Response) -> Iterator[dict[str, Any]]:
        for link in self.links.extract_links(response):
            yield {"source": response.url, "target": link.url, "anchor": link.text, "nofollow": link.nofollow}

    parse_start_url = parse_links


def main() -> None:
    settings = {
        "ROBOTSTXT_OBEY": True,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "LOG_LEVEL": "INFO",
        "FEED_EXPORT_ENCODING": "utf-8",
        "FEEDS": {sys.argv[2]: {"format": "jsonlines"}},
    }
    process = AsyncCrawlerProcess(settings)
    process.crawl(PlainSpider, start_urls=Path(sys.argv[1]).read_text().split())
    process.start()


if __name__ == "__main__":
    main()
