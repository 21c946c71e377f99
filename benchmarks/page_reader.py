"""What reading a page costs, beside a bare parse and beside what Scrapy users read links with."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any

import lxml.html
from scrapy.http import HtmlResponse
from scrapy.linkextractors import LinkExtractor
from selectolax.lexbor import LexborHTMLParser

from backlink_spider import page_reader
from backlink_spider.page_reader import read_page
from benchmarks.web import Web

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from benchmarks.web import WebPage

PAGES = 300
REPEATS = 5


def measure(pages: int = PAGES) -> dict[str, Any]:
    """Microseconds a page of each way to read it, the best of a few repetitions taken by turns."""
    web = list(Web(pages).pages())
    links = sum(len(page.links) for page in web)
    ways: dict[str, Callable[[WebPage], object]] = {
        "read_page": _read_page,
        "read_page, not compiled": _read_page_in_python,
        "Lexbor, parse alone": lambda page: LexborHTMLParser(page.body),
        "lxml.html, parse alone": lambda page: lxml.html.fromstring(page.body),
        "LinkExtractor": partial(_link_extractor, LinkExtractor()),
    }
    best = dict.fromkeys(ways, float("inf"))
    for _ in range(REPEATS):
        for name, way in ways.items():
            best[name] = min(best[name], _seconds(way, web) / pages * 1e6)
    return {"pages": pages, "links": links, "us_per_page": best}


def _seconds(way: Callable[[WebPage], object], pages: Iterable[WebPage]) -> float:
    started = time.process_time()
    for page in pages:
        way(page)
    return time.process_time() - started


def _read_page(page: WebPage) -> object:
    return read_page(page.body, page.url, [(name.encode(), value.encode()) for name, value in page.headers])


def _read_page_in_python(page: WebPage) -> object:
    compiled, page_reader.LinkWalk = page_reader.LinkWalk, None
    try:
        return _read_page(page)
    finally:
        page_reader.LinkWalk = compiled


def _link_extractor(extractor: LinkExtractor, page: WebPage) -> object:
    return extractor.extract_links(HtmlResponse(page.url, body=page.body, encoding="utf-8"))


def table(found: dict[str, Any]) -> str:
    per_link = found["pages"] / found["links"]
    lines = [f"Reading {found['pages']:,} pages with {found['links']:,} links           us a page   us a link"]
    lines += [f"  {name:44}{us:9.0f}{us * per_link:12.1f}" for name, us in found["us_per_page"].items()]
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(measure()))
