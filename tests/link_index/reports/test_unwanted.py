"""What is proposed for disavowal on the known index, and the reasons beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from link_index.filters import HYPERLINKS, Filters
from link_index.questions import question
from link_index.reports.unwanted import unwanted
from link_index.targets import read_target
from tests.known_links import day, fill, link
from tests.known_scores import fill_scored

if TYPE_CHECKING:
    from pymongo.database import Database

    from link_index.reports.disavow_file import Block


def proposed(db: Database[dict[str, Any]], spam: float, value: float | None = None) -> list[Block]:
    filters = Filters(internal=False, dofollow=True, link_types=HYPERLINKS)
    asked = question("domains", read_target("example.com"), filters, sort="name", limit=0)
    return unwanted(db, asked, spam, value)


THRESHOLDS = [
    (60, None, ["domain:evil.test", "domain:b.net"]),
    (64, None, ["domain:evil.test", "domain:b.net"]),  # a score at the threshold is in
    (65, None, ["domain:evil.test"]),
    (92, None, []),
    (65, 22, ["domain:evil.test", "https://b.net/x"]),
    (65, 21.9, ["domain:evil.test"]),
    (60, 22, ["domain:evil.test", "domain:b.net"]),  # no page of a domain that is named
    (0, None, ["domain:evil.test", "domain:b.net", "domain:a.org", "domain:c.co.uk", "domain:f.dev"]),
]


@pytest.mark.parametrize(("spam", "value", "entries"), THRESHOLDS)
def test_thresholds_choose_worst_first(
    db: Database[dict[str, Any]], spam: float, value: float | None, entries: list[str]
) -> None:
    fill_scored(db)
    assert [block.entry for block in proposed(db, spam, value)] == entries


def test_a_page_is_judged_by_its_best_link(db: Database[dict[str, Any]]) -> None:
    fill_scored(db)
    better = link("https://b.net/x", "https://example.com/pricing", "better", day(3), k=9)
    db.links.insert_one(better | {"scores": {"value": 50.0}})
    assert [block.entry for block in proposed(db, 99, 22)] == ["https://evil.test/"]


def test_every_block_tells_its_reasons(db: Database[dict[str, Any]]) -> None:
    fill_scored(db)
    assert proposed(db, 60)[1].reasons == (
        "b.net: spam score 64 out of 100; 1 link from 1 page, the best worth 22 out of 100; first seen 2025-11-03",
        "  40 points, shared_ip: 9 domains on 192.0.2.7",
        "  24 points, farm: links with 4 others",
    )
    assert proposed(db, 99, 3.2)[0].reasons == (
        "1 link worth at most 3.2 out of 100; evil.test has a spam score of 91 out of 100",
    )


def test_what_was_not_scored_is_not_judged(db: Database[dict[str, Any]]) -> None:
    fill(db)
    assert proposed(db, 0, 100) == []
