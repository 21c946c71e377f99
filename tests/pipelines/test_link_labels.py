"""Labels by rel and page-level directives, the cases crawlers get wrong among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from scrapy.utils.test import get_crawler

from backlink_spider.items import Label
from pipelines.link_labels import LinkLabelPipeline, link_label
from tests.crawled import link, page

if TYPE_CHECKING:
    from backlink_spider.items import Page

SOURCE = "https://www.source.example/"

pytestmark = pytest.mark.usefixtures("loops")


@pytest.mark.parametrize(
    ("rel", "page_level", "label"),
    [
        pytest.param("", (), Label(True, False, False, False, ()), id="nothing said"),
        pytest.param("nofollow", (), Label(False, True, False, False, ("rel",)), id="nofollow"),
        pytest.param("ugc", (), Label(False, False, True, False, ("rel",)), id="ugc alone is not dofollow"),
        pytest.param("sponsored", (), Label(False, False, False, True, ("rel",)), id="sponsored alone"),
        pytest.param("ugc nofollow", (), Label(False, True, True, False, ("rel",)), id="two"),
        pytest.param("nofollow ugc sponsored", (), Label(False, True, True, True, ("rel",)), id="all three"),
        pytest.param("noopener noreferrer external", (), Label(True, False, False, False, ()), id="others say nothing"),
        pytest.param("noopener nofollow", (), Label(False, True, False, False, ("rel",)), id="among others"),
        pytest.param("nofollowed no-follow follow dofollow", (), Label(True, False, False, False, ()), id="no tokens"),
        pytest.param("", ("meta_robots",), Label(False, True, False, False, ("meta_robots",)), id="meta robots"),
        pytest.param("", ("x_robots_tag",), Label(False, True, False, False, ("x_robots_tag",)), id="X-Robots-Tag"),
        pytest.param(
            "",
            ("meta_robots", "x_robots_tag"),
            Label(False, True, False, False, ("meta_robots", "x_robots_tag")),
            id="both on the page",
        ),
        pytest.param(
            "nofollow",
            ("meta_robots", "x_robots_tag"),
            Label(False, True, False, False, ("rel", "meta_robots", "x_robots_tag")),
            id="everywhere",
        ),
        pytest.param(
            "ugc",
            ("meta_robots",),
            Label(False, True, True, False, ("rel", "meta_robots")),
            id="ugc on a page with nofollow is nofollow too",
        ),
    ],
)
def test_a_label_follows_from_rel_and_page(rel: str, page_level: tuple[str, ...], label: Label) -> None:
    assert link_label(tuple(rel.split()), page_level) == label


def test_equal_labels_are_one_value() -> None:
    assert link_label(("nofollow",), ()) is link_label(("nofollow",), ())


def labelled(found: Page) -> tuple[Page, dict[str, int]]:
    for each in found.links:
        each.label = None
    crawler = get_crawler()
    result = LinkLabelPipeline.from_crawler(crawler).process_item(found)
    assert crawler.stats is not None
    return result, crawler.stats.get_stats()


def test_every_link_of_a_page_gets_its_label_and_the_stats_count_them() -> None:
    links = [link("https://a.example/", rel=rel) for rel in ("", "nofollow", "nofollow ugc", "", "sponsored")]

    found, stats = labelled(page(SOURCE, *links))

    assert [each.label and each.label.dofollow for each in found.links] == [True, False, False, True, False]
    assert stats == {
        "links/found": 5, "links/dofollow": 2, "links/nofollow": 2, "links/ugc": 1, "links/sponsored": 1,
    }  # fmt: skip


def test_rels_that_say_the_same_are_counted_together() -> None:
    links = [
        link("https://a.example/", rel=rel) for rel in ("", "noopener", "external", "nofollow", "nofollow noopener")
    ]

    _, stats = labelled(page(SOURCE, *links))

    assert stats == {"links/found": 5, "links/dofollow": 3, "links/nofollow": 2}


def test_a_page_level_directive_reaches_every_link() -> None:
    links = [link("https://a.example/"), link("https://b.example/", rel="sponsored")]

    found, _ = labelled(page(SOURCE, *links, nofollow_by=("x_robots_tag",)))

    assert [each.label and each.label.nofollow_by for each in found.links] == [
        ("x_robots_tag",),
        ("rel", "x_robots_tag"),
    ]


def test_a_page_without_links_is_passed_on() -> None:
    empty = page(SOURCE, outcome="failed", status=None)

    assert labelled(empty) == (empty, {})
