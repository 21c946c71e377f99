"""What is known of the targets of links: the page that was seen last, else the newest anchors of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from link_index.scoring import known_targets as module
from link_index.scoring.known_targets import Anchor, known_targets
from tests.known_links import day, link
from tests.scored_web import crawled, store

if TYPE_CHECKING:
    from pymongo.database import Database

    from link_index.documents import Document

HOME, KEY = "https://example.com/", "com.example/"


def test_a_crawled_page_is_known_by_the_scheme_that_was_seen_last(db: Database[Document]) -> None:
    old = crawled("http://example.com/", title="Old", fetched_at=day(1))
    new = crawled(HOME, title="New", headings=["Hello"], fetched_at=day(2))
    store(db, [link("https://a.example/", HOME, "anchor", day(3))], [new, old])
    found = known_targets(db, [KEY, KEY], {})
    assert set(found) == {KEY}
    page = found[KEY].page
    assert page is not None
    assert (page["title"], page["headings"], found[KEY].anchors) == ("New", ["Hello"], ())


@pytest.mark.parametrize("links_of", [{}, {KEY: 1000}], ids=["few links", "many links"])
def test_a_page_that_was_not_read_is_known_by_the_newest_anchors_of_other_domains(
    db: Database[Document], monkeypatch: pytest.MonkeyPatch, links_of: dict[str, int]
) -> None:
    monkeypatch.setattr(module, "ANCHORS", 2)
    links = [link(f"https://a{number}.example/", HOME, f"anchor {number}", day(number)) for number in range(1, 5)]
    internal = link("https://example.com/b", HOME, "internal", day(9))
    lost = link("https://lost.example/", HOME, "lost", day(8), lost_at=day(9))
    store(db, [*links, internal, lost], [crawled(HOME, outcome="error", status=500)])
    found = known_targets(db, [KEY, "com.example/other"], links_of)
    assert found[KEY].page is None
    assert found[KEY].errors == {HOME: 500}
    assert found[KEY].anchors == (Anchor("anchor 4", "a4.example"), Anchor("anchor 3", "a3.example"))
    assert found["com.example/other"] == (None, (), {})


def test_an_error_of_the_last_look_is_known_although_an_earlier_look_read_the_page(db: Database[Document]) -> None:
    failed = crawled(HOME, last_failure={"at": day(3), "outcome": "error", "status": 410, "reason": None})
    away = crawled("http://example.com/", last_failure={"at": day(3), "outcome": "failed", "status": None})
    store(db, [], [failed, away])
    found = known_targets(db, [KEY])[KEY]
    assert found.page is not None
    assert found.errors == {HOME: 410}
