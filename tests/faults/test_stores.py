"""A small crawl whose crawler and database are killed; `make faults` does it with 2,000 pages and 25 kills."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.index_copy import differences
from tests.faults.layered_web import LayeredWeb
from tests.faults.lone_faults import kills
from tests.faults.stores import compared

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.timeout(240)
def test_the_index_of_a_crawl_that_was_killed_is_that_of_one_left_alone(tmp_path: Path) -> None:
    verdict = compared(tmp_path, LayeredWeb(hosts=8, pages=36), 4, 1, seed=1, minutes=3, say=print)

    assert verdict.pages > 300
    assert verdict.done == {"crawler": 4, "database": 1}
    assert verdict.wrong == []


def test_the_same_seed_is_the_same_plan() -> None:
    plan = kills(20, 5, seed=1)

    assert plan == kills(20, 5, seed=1) != kills(20, 5, seed=2)
    assert [kill.what for kill in plan].count("database") == 5
    assert [kill.share for kill in plan] == sorted(kill.share for kill in plan)


def test_a_web_reads_the_same_by_the_same_seed_and_holds_every_kind_of_page() -> None:
    web = LayeredWeb(hosts=4, pages=100)

    assert web.answers == LayeredWeb(hosts=4, pages=100).answers != LayeredWeb(hosts=4, pages=100, seed=2).answers
    assert {status for status, _, _ in web.answers.values()} == {200, 301, 302, 308, 410, 500}


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({("links", 1): {"a": 1}}, []),
        ({}, ["links 1 is missing: {'a': 1}"]),
        ({("links", 1): {"a": 2}}, ["links 1: a is 2 instead of 1"]),
        ({("links", 1): {"a": 1, "b": 3}}, ["links 1: b is 3 instead of 'nothing'"]),
        ({("links", 1): {"a": 1}, ("links", 2): {}}, ["links 2 is too many: {}"]),
    ],
)
def test_a_document_that_is_missing_too_many_or_different_is_told(
    found: dict[tuple[str, int], dict[str, int]], said: list[str]
) -> None:
    assert differences(found, {("links", 1): {"a": 1}}) == said
