"""Looks at a web three times while it changes: what is new, changed, lost and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from backlinks.web_folder import WebFolder
from tests.end_to_end.expectations import WEBS, answer, asked, asks, assert_same, expectation

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.end_to_end.crawls import Crawl

RECRAWL = WEBS / "recrawl"


@pytest.fixture(scope="module")
def recrawled(new_crawl: Callable[..., Crawl]) -> Callable[[int], Crawl]:
    """The web that changes, after so many looks at it; looks are taken when they are asked for, in order."""
    states = [[RECRAWL], [RECRAWL, RECRAWL / "second"], [RECRAWL, RECRAWL / "second", RECRAWL / "third"]]
    crawl = new_crawl(*states[0])
    looks = 0

    def after(number: int) -> Crawl:
        nonlocal looks
        while looks < number:
            crawl.server.web = WebFolder(*states[looks])
            crawl.run(*expectation(RECRAWL)["seeds"], "--no-follow-external")
            looks += 1
        assert looks == number, "the looks must be asked for in order"
        return crawl

    return after


def test_a_first_look_finds_links_that_never_changed(recrawled: Callable[[int], Crawl]) -> None:
    assert_same(recrawled(1), RECRAWL, expectation(RECRAWL))


def test_a_second_look_marks_what_is_new_changed_and_lost(recrawled: Callable[[int], Crawl]) -> None:
    assert_same(recrawled(2), RECRAWL, expectation(RECRAWL / "second"))


@pytest.mark.parametrize("ask", asks(RECRAWL / "second"))
def test_a_question_about_lost_links_is_answered(
    recrawled: Callable[[int], Crawl], ask: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(recrawled(2), ask, monkeypatch)


def test_only_what_is_new_was_first_seen_by_the_second_look(
    recrawled: Callable[[int], Crawl], monkeypatch: pytest.MonkeyPatch
) -> None:
    crawl = recrawled(2)
    [record] = crawl.db.crawls.find()
    assert (record["seeds"], record["reason"]) == (["http://recrawl.example/"], "finished")
    since = record["started"].isoformat()
    rows = asked(crawl, ["show", "target.example", "--since", since], monkeypatch)["rows"]
    assert len(rows) == 3
    assert {(row["source_url"], row["target_url"]) for row in rows} == {
        ("http://recrawl.example/changed", "http://target.example/new"),
        ("http://recrawl.example/changed", "http://target.example/joined"),
        ("http://recrawl.example/moved", "http://target.example/from-moves"),
    }


def test_a_link_that_is_back_is_no_longer_lost(recrawled: Callable[[int], Crawl]) -> None:
    second, third = expectation(RECRAWL / "second"), expectation(RECRAWL / "third")
    assert_same(recrawled(3), RECRAWL, second | {"pages": second["pages"] | third["pages"]})
