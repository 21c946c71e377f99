"""Which links are sitewide: on so many of a site's crawled pages, and on so large a share of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from link_index.scoring import sitewide
from link_index.scoring.sitewide import SitewideLinks
from tests.scored_web import crawled, linked, web_of

if TYPE_CHECKING:
    from pathlib import Path

    from pymongo.database import Database

HOME = "https://example.com/"


def pages(count: int) -> list[str]:
    return [f"https://a.example/{number}" for number in range(count)]


@pytest.mark.parametrize(
    ("linking", "crawled_pages", "expected"),
    [(10, 10, True), (10, 20, True), (10, 21, False), (9, 9, False), (100, 150, True)],
)
def test_a_link_is_sitewide_on_ten_pages_and_on_half_of_those_crawled(
    db: Database[dict[str, Any]], tmp_path: Path, linking: int, crawled_pages: int, expected: bool
) -> None:
    links = [linked(page, HOME) for page in pages(linking)] + [linked("https://b.example/", HOME)]
    web = web_of(db, tmp_path, links, map(crawled, pages(crawled_pages)))
    found_links = SitewideLinks(web, pages=10, share=0.5)
    home = web.index_of([HOME.replace("https://example.com", "com.example")] * 2)
    found = found_links.are(home, web.domain_index_of(["a.example", "b.example"]))
    assert found.tolist() == [expected, False]


def test_edges_are_counted_some_at_a_time_and_those_of_a_target_together(
    db: Database[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    links = [linked(page, f"{HOME}{place}") for page in pages(11) for place in range(3)]
    web = web_of(db, tmp_path, links, map(crawled, pages(11)))
    whole = SitewideLinks(web, pages=10, share=0.5)
    monkeypatch.setattr(sitewide, "AT_ONCE", 5)
    assert len(SitewideLinks(web, pages=10, share=0.5)) == len(whole) == 3


def test_pages_and_domains_that_are_not_in_the_web_have_no_sitewide_links(
    db: Database[dict[str, Any]], tmp_path: Path
) -> None:
    web = web_of(db, tmp_path, [linked(page, HOME) for page in pages(12)], map(crawled, pages(12)))
    links = SitewideLinks(web, pages=10, share=0.5)
    assert len(links) == 1
    numbers = web.index_of(["com.example/", "com.nowhere/"])
    assert links.are(numbers, web.domain_index_of(["nowhere.com", "a.example"])).tolist() == [False, False]
