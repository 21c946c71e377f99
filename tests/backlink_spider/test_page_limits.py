"""The limits of a page are the settings', and those the index can hold."""

from __future__ import annotations

import pytest
from scrapy.settings import Settings

from backlink_spider.errors import BadOption
from backlink_spider.page_limits import PageLimits
from backlink_spider.page_reader import read_page


def project_settings(**values: object) -> Settings:
    settings = Settings()
    settings.setmodule("settings.base", priority="project")
    settings.setdict(values, priority="cmdline")
    return settings


def test_what_a_page_is_read_with_by_itself_are_the_projects_settings() -> None:
    assert PageLimits.from_settings(project_settings()) == PageLimits()


@pytest.mark.parametrize(
    ("setting", "value", "field"),
    [
        ("BACKLINKS_MAX_ANCHOR_LENGTH", 7, "anchor"),
        ("BACKLINKS_MAX_URL_LENGTH", 70, "url"),
        ("BACKLINKS_MAX_LINKS_PER_PAGE", 8, "links"),
        ("BACKLINKS_MAX_TEXT_PER_PAGE", 9, "text"),
        ("BACKLINKS_MAX_NESTING", 10, "nesting"),
        ("BACKLINKS_MAX_PARSE_MEMORY", 2_000_000, "memory"),
        ("BACKLINKS_MAX_PARSE_TIME", 0.5, "seconds"),
    ],
)
def test_each_limit_is_a_setting(setting: str, value: float, field: str) -> None:
    assert getattr(PageLimits.from_settings(project_settings(**{setting: value})), field) == value


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("BACKLINKS_MAX_ANCHOR_LENGTH", 2_001),
        ("BACKLINKS_MAX_URL_LENGTH", 2_084),
        ("BACKLINKS_MAX_LINKS_PER_PAGE", 65_536),
        ("BACKLINKS_MAX_LINKS_PER_PAGE", 0),
        ("BACKLINKS_MAX_PARSE_MEMORY", 1000),
    ],
)
def test_a_limit_the_index_cannot_hold_is_a_mistake(setting: str, value: int) -> None:
    with pytest.raises(BadOption, match=setting):
        PageLimits.from_settings(project_settings(**{setting: value}))


def test_what_is_beyond_a_limit_is_counted() -> None:
    links = b"".join(b"<a href='/%d'>%b</a>" % (number, b"word " * 3) for number in range(10))
    limits = PageLimits(anchor=4, links=6)
    content = read_page(b"<title>a title</title>" + links, "http://h.test/", [], limits=limits)
    assert [link.anchor for link in content.links] == ["word"] * 6
    assert content.skipped == {"over_limit": 4}
    assert content.cut == {"anchors": 6, "title": 1}


def test_the_text_kept_of_a_page_has_a_limit_whatever_each_link_takes() -> None:
    base = b"<base href='http://h.test/%b/'>" % (b"x" * 500)
    body = base + b"".join(b"<a href='%d'>y</a><form action='f%d'></form>" % (number, number) for number in range(100))
    content = read_page(body, "http://h.test/", [], limits=PageLimits(text=5_000))
    assert len(content.links) == 10
    assert content.skipped == {"over_text": 190}
