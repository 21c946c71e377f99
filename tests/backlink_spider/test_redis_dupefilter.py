from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import Request
from scrapy_redis.dupefilter import RFPDupeFilter

from backlink_spider import redis_dupefilter
from backlink_spider.redis_dupefilter import SeenFilter
from tests.frontier_steps import targets

if TYPE_CHECKING:
    import pytest


def test_what_was_found_lately_is_known_by_target_and_by_request() -> None:
    seen = SeenFilter()
    assert isinstance(seen, RFPDupeFilter)
    one, two = targets("a/1", "a/2")
    seen.remember([one])
    assert seen.unseen([one, two]) == [two]
    assert seen.request_seen(Request("http://a/1#part"))
    assert not seen.request_seen(Request("http://a/2"))
    seen.clear()
    assert seen.unseen([one]) == [one]


def test_two_generations_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_dupefilter, "GENERATION", 2)
    seen = SeenFilter()
    found = targets(*(f"a/{n}" for n in range(5)))
    for each in found:
        seen.remember([each])
    assert seen.unseen(found) == found[:2]
