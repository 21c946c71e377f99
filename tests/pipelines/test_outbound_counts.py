"""What a page links to, counted by scope and label."""

from __future__ import annotations

import pytest
from scrapy.utils.test import get_crawler

from backlink_spider.items import Outbound
from pipelines.outbound_counts import OutboundCountPipeline, outbound_counts
from tests.crawled import link, page

SOURCE = "https://www.source.example/"

pytestmark = pytest.mark.usefixtures("loops")


@pytest.mark.parametrize(
    ("links", "self_links", "counts"),
    [
        pytest.param([], 0, Outbound(0, 0, 0, 0, 0, 0), id="none"),
        pytest.param(["https://a.example/"] * 3, 0, Outbound(3, 0, 3, 3, 0, 1), id="every occurrence"),
        pytest.param(["https://a.example/", "https://www.a.example/"], 0, Outbound(2, 0, 2, 2, 0, 1), id="one domain"),
        pytest.param(["https://a.example/", "https://b.example/"], 0, Outbound(2, 0, 2, 2, 0, 2), id="two domains"),
        pytest.param(["https://docs.source.example/"], 0, Outbound(1, 1, 0, 1, 0, 0), id="a sub-domain is internal"),
        pytest.param(["http://www.source.example/"], 0, Outbound(1, 1, 0, 1, 0, 0), id="another scheme is internal"),
        pytest.param([], 2, Outbound(2, 2, 0, 0, 0, 0), id="links to itself have no label"),
        pytest.param(["https://a.github.io/"], 1, Outbound(2, 1, 1, 1, 0, 1), id="both"),
    ],
)
def test_counts(links: list[str], self_links: int, counts: Outbound) -> None:
    assert outbound_counts(page(SOURCE, *map(link, links), self_links=self_links)) == counts


def test_customers_of_one_hoster_are_external_to_each_other() -> None:
    assert outbound_counts(page("https://a.github.io/", link("https://b.github.io/"))).external == 1


def test_counts_by_label_are_the_labels_of_those_names() -> None:
    links = [link("https://a.example/", rel=rel) for rel in ("", "nofollow", "ugc", "ugc nofollow")]

    counts = outbound_counts(page(SOURCE, *links))

    assert (counts.total, counts.dofollow, counts.nofollow) == (4, 1, 2)


def test_every_link_is_told_its_scope() -> None:
    found = page(SOURCE, link("https://a.example/"), link("https://docs.source.example/"))
    assert [each.is_internal for each in found.links] == [False, True]
    for each in found.links:
        each.is_internal = not each.is_internal

    outbound_counts(found)

    assert [each.is_internal for each in found.links] == [False, True]


def test_links_without_a_label_are_in_no_count_by_label() -> None:
    found = page(SOURCE, link("https://a.example/"), link("https://a.example/"))
    found.links[1].label = None

    assert outbound_counts(found) == Outbound(2, 0, 2, 1, 0, 1)


def test_a_page_without_links_was_read_all_the_same() -> None:
    empty = page(SOURCE)
    empty.outbound = None

    assert OutboundCountPipeline.from_crawler(get_crawler()).process_item(empty).outbound == Outbound(0, 0, 0, 0, 0, 0)


def test_the_stage_counts_pages_that_were_read() -> None:
    crawler = get_crawler()
    stage = OutboundCountPipeline.from_crawler(crawler)
    found = page(SOURCE, link("https://a.example/"), self_links=2)
    failed = page(SOURCE, outcome="failed", status=None)
    found.outbound = None

    assert stage.process_item(found).outbound == Outbound(3, 2, 1, 1, 0, 1)
    assert stage.process_item(failed).outbound is None
    assert crawler.stats is not None
    assert crawler.stats.get_stats() == {"links/internal": 2, "links/external": 1, "links/self": 2}
