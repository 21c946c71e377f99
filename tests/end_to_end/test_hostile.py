"""Crawls a web that is hostile in over a hundred ways: an outcome each, no error, no long pause, little memory.

HOSTILE_MIB is the size of its bodies; with 10, as in `make stress`, they are as large and cost as much as they may by
default.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tests.end_to_end.expectations import WEBS
from tests.end_to_end.hostile_crawl import MIB, Hostile, crawl_hostile_web
from tests.webs.hostile.server import BEHAVIOURS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.end_to_end.crawls import Crawl

SIZE = int(os.environ.get("HOSTILE_MIB", "1")) * MIB
EXPECTED: dict[str, dict[str, Any]] = tomllib.loads((WEBS / "hostile" / "behaviours.toml").read_text("utf-8"))
# Each is hit by one behaviour at least.
LIMITS = [
    f"BACKLINKS_MAX_{limit}"
    for limit in (
        *("HEADERS", "HEADER_SIZE", "URL_LENGTH", "LINKS_PER_PAGE", "ANCHOR_LENGTH", "TEXT_PER_PAGE", "NESTING"),
        *("PARSE_MEMORY", "PARSE_TIME"),
    )
]
ALLOWED_PAUSE = 2.0  # seconds
ALLOWED_MEMORY = 512 * MIB


@pytest.fixture(scope="module")
def hostile(new_crawl: Callable[..., Crawl], tmp_path_factory: pytest.TempPathFactory) -> Hostile:
    """After one crawl of every behaviour, all at once."""
    crawl = new_crawl(WEBS / "no-links")  # for its database; the hostile web has a server of its own
    crawl.proxied = False
    return crawl_hostile_web(crawl, tmp_path_factory.mktemp("hostile"), SIZE)


def test_every_behaviour_has_an_expectation() -> None:
    assert {name.partition("/")[0] for name in EXPECTED} == set(BEHAVIOURS)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_behaviour_has_its_outcome(hostile: Hostile, name: str) -> None:
    expected = EXPECTED[name]
    url = hostile.server.url(name)
    page = hostile.pages[url]
    status = expected.get("status", None if expected["outcome"] == "failed" else 200)
    assert (page["outcome"], page.get("reason"), page["status"]) == (
        expected["outcome"],
        expected.get("reason"),
        status,
    )
    assert hostile.links.get(url, 0) == expected["links"]
    assert set(page.get("skipped", ())) >= set(expected.get("skipped", ()))
    assert set(page.get("cut", ())) >= set(expected.get("cut", ()))


def test_everything_is_counted(hostile: Hostile) -> None:
    ours = [hostile.pages[hostile.server.url(name)] for name in EXPECTED]
    for (outcome, reason), pages in Counter((page["outcome"], page.get("reason")) for page in ours).items():
        assert hostile.counts[f"pages/{outcome}/{reason}" if reason else f"pages/{outcome}"] >= pages
    for field, stat in (("skipped", "links/skipped"), ("cut", "cut")):
        totals: Counter[str] = Counter()
        for page in hostile.pages.values():
            totals.update(page.get(field, {}))
        assert totals
        assert {what: hostile.counts[f"{stat}/{what}"] for what in totals} == totals


def test_everything_refused_is_told_in_the_summary(hostile: Hostile) -> None:
    for stat, number in hostile.counts.items():
        if re.match(r"pages/\w+/|links/skipped/|cut/", stat):
            assert f" {number:,} " in hostile.output, stat
    for setting in (*LIMITS, "DOWNLOAD_MAXSIZE", "DOWNLOAD_TIMEOUT", "REDIRECT_MAX_TIMES"):
        assert setting in hostile.output


def test_nothing_of_it_is_an_error_of_the_program(hostile: Hostile) -> None:
    assert not re.search(r"Traceback|ERROR|WARNING|Exception", hostile.output)
    assert "pages/failed/program" not in hostile.counts
    assert not [name for name in hostile.counts if name.startswith("log_count/") and name != "log_count/INFO"]


def test_the_event_loop_never_stands_still_for_long(hostile: Hostile) -> None:
    """By the processor time it takes: tests share a machine with others, which a pause by the clock would measure."""
    assert hostile.stretch < ALLOWED_PAUSE


def test_the_worker_stays_small(hostile: Hostile) -> None:
    assert hostile.memory < ALLOWED_MEMORY


def test_a_bomb_without_end_is_cut_where_it_has_grown_too_large(hostile: Hostile) -> None:
    assert hostile.server.sent["bomb_without_end"] < SIZE / 4  # what lay in buffers included
