from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from link_index.anchors import classified_links as module
from link_index.anchors.classified_links import classified_links
from link_index.filters import Filters
from link_index.questions import question
from link_index.targets import read_target
from link_index.urls import target
from tests.known_links import day, link

if TYPE_CHECKING:
    from pymongo.database import Database


def page(url: str, **fields: Any) -> dict[str, Any]:
    return {"_id": url, "key": target(url).key, "domain": target(url).domain, "outcome": "page",
            "fetched_at": day(9), **fields}  # fmt: skip


PAGES = [
    page("http://acme.com/a", outcome="redirect"),  # of http and https the page with content counts
    page("https://acme.com/a", title="Rote Stiefel | Acme", language="de"),
    page("https://acme.com/b", title="Garden chairs", language="en"),
    page("https://x.example/1", language="de"),
]
LINKS = [
    link("https://x.example/1", "https://acme.com/a", "rote Stiefel", day(1)),
    link("https://x.example/1", "https://acme.com/b", "hier", day(2)),
    link("https://x.example/2", "https://acme.com/b", "rote Stiefel", day(3)),
    link("https://y.example/1", "https://acme.com/red-boots", "red boots", day(4)),
    link("https://y.example/2", "https://t.example/x", "garden chairs", day(5), final_url="https://acme.com/b",
         via=["example.t/x"], hops=[]),
    link("https://acme.com/b", "https://acme.com/a", "Stiefel", day(6)),
    link("https://y.example/3", "https://acme.com/b", "Acme", day(6), lost_at=day(7)),
]  # fmt: skip
CLASSES = {
    ("https://acme.com/a", "rote Stiefel"): "exact",
    ("https://acme.com/b", "hier"): "generic",  # in the language of its page
    ("https://acme.com/b", "rote Stiefel"): "other",  # each target has its own words
    ("https://acme.com/red-boots", "red boots"): "exact",  # a target that was not crawled
    ("https://acme.com/b", "garden chairs"): "exact",  # through a redirect
}


@pytest.mark.parametrize("batch", [1, 2, 500])
def test_every_link_is_held_against_the_words_of_its_own_target(
    db: Database[dict[str, Any]], monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(module, "BATCH", batch)
    monkeypatch.setattr(module, "MAX_TARGETS", 1)
    db.links.insert_many(LINKS)
    db.pages.insert_many(PAGES)
    asked = question("anchor-profile", read_target("acme.com"), Filters(internal=False))
    found = list(classified_links(db, asked))
    assert {(one.target_url, one.anchor): one.anchor_class for one in found} == CLASSES
    assert len(found) == 5
