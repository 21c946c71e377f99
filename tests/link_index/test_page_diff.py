"""What a look at a page changes, before any database is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from link_index.documents import link_id
from link_index.page_diff import PROJECTION, is_outdated, page_diff
from tests.crawled import link, write

if TYPE_CHECKING:
    from backlink_spider.items import Link
    from link_index.documents import Document
    from link_index.page_write import PageWrite

SOURCE = "https://www.source.example/"
A, B, C = (link(f"https://{name}.example/") for name in "abc")


def stored(look: PageWrite) -> Document:
    """What is read of the page a look left behind."""
    page = {**look.page, "links": look.packed}
    return {name: page[name] for name in ("_id", *PROJECTION) if name in page}


def test_everything_is_new_on_a_page_never_seen() -> None:
    diff = page_diff(write(SOURCE, A, B), None)

    assert (list(diff.new), diff.changed, diff.lost, diff.known, diff.replaces) == ([0, 1], [], [], False, True)


def test_the_same_look_again_changes_nothing() -> None:
    diff = page_diff(write(SOURCE, A, B, on=2), stored(write(SOURCE, A, B)))

    assert (diff.is_unchanged, diff.known, diff.replaces) == (True, True, True)


def test_a_page_that_had_no_links_and_has_none_is_unchanged() -> None:
    assert page_diff(write(SOURCE, on=2), stored(write(SOURCE))).is_unchanged
    assert page_diff(write(SOURCE, on=2), write(SOURCE).page).is_unchanged


@pytest.mark.parametrize(
    ("outcome", "status", "reason"),
    [("error", 404, "page_gone"), ("error", 410, "page_gone"), ("redirect", 301, "removed"), ("other", 200, "removed")],
)
def test_a_look_that_shows_no_links_loses_them_all(outcome: str, status: int, reason: str) -> None:
    diff = page_diff(write(SOURCE, outcome=outcome, status=status, on=2), stored(write(SOURCE, A, B)))

    assert {row[8:] for row in diff.lost} == {link_id(SOURCE, f"https://{n}.example/", "text").bytes[8:] for n in "ab"}
    assert (diff.lost_reason, diff.recounted, diff.is_unchanged) == (reason, [], False)


@pytest.mark.parametrize(("outcome", "status"), [("failed", None), ("refused", None), ("error", 500), ("error", 403)])
def test_what_is_no_look_loses_nothing(outcome: str, status: int | None) -> None:
    diff = page_diff(write(SOURCE, outcome=outcome, status=status, on=2), stored(write(SOURCE, A, B)))

    assert (diff.is_unchanged, diff.known, diff.replaces) == (True, True, False)
    assert page_diff(write(SOURCE, outcome=outcome, status=status), None).replaces


@pytest.mark.parametrize(
    "look",
    [
        pytest.param(write(SOURCE, A, B, C, on=2), id="one more"),
        pytest.param(write(SOURCE, A, on=2), id="one less"),
        pytest.param(write(SOURCE, A, B, self_links=1, on=2), id="the counts alone"),
        pytest.param(write(SOURCE, A, B, link("https://www.source.example/x"), on=2), id="an internal one more"),
    ],
)
def test_any_difference_makes_a_page_a_changed_one(look: PageWrite) -> None:
    assert not page_diff(look, stored(write(SOURCE, A, B))).is_unchanged


def test_the_first_links_of_a_known_page_make_it_a_changed_one() -> None:
    diff = page_diff(write(SOURCE, A, on=2), stored(write(SOURCE)))

    assert (diff.is_unchanged, list(diff.new), diff.lost, diff.recounted) == (False, [0], [], [])


def test_a_changed_link_alone_makes_its_page_a_changed_one() -> None:
    diff = page_diff(write(SOURCE, A, link("https://b.example/", "other"), on=2), stored(write(SOURCE, A, B)))
    diff.settle({})

    assert (diff.is_unchanged, diff.new, diff.changed, diff.lost, diff.unclear) == (False, [], [1], [], [])


def test_order_on_the_page_means_nothing() -> None:
    diff = page_diff(write(SOURCE, B, A, on=2), stored(write(SOURCE, A, B)))

    assert diff.is_unchanged


def test_new_changed_and_lost_links_are_told_apart() -> None:
    changed = link("https://b.example/", "other")

    diff = page_diff(write(SOURCE, changed, C, on=2), stored(write(SOURCE, A, B)))
    diff.settle({})

    assert (diff.new, diff.changed) == ([1], [0])
    assert diff.lost == [link_id(SOURCE, "https://a.example/", "text").bytes]


def test_other_outbound_counts_recount_the_stored_links_that_stay() -> None:
    diff = page_diff(write(SOURCE, B, C, self_links=1, on=2), stored(write(SOURCE, A, B)))

    assert diff.recounted == [link_id(SOURCE, "https://b.example/", "text").bytes]


def test_the_same_counts_recount_nothing() -> None:
    assert page_diff(write(SOURCE, B, C, on=2), stored(write(SOURCE, A, B))).recounted == []


def test_links_that_are_equal_are_the_same_whatever_their_number() -> None:
    one, two, three = (link("https://a.example/", anchor) for anchor in ("one", "two", "three"))
    rest = page_diff(write(SOURCE, two, three, on=2), stored(write(SOURCE, one, two, three)))
    assert (rest.new, rest.changed, rest.unclear) == ([], [], [])
    assert rest.lost == [link_id(SOURCE, "https://a.example/", "text", 0).bytes]

    again = page_diff(write(SOURCE, three, two, on=3), stored(rest.write))

    assert again.is_unchanged
    assert not again.unclear
    assert [again.write.link_id(index) for index in range(2)] == [
        link_id(SOURCE, "https://a.example/", "text", k).bytes for k in (2, 1)
    ]


@pytest.mark.parametrize(
    ("before", "after", "unclear"),
    [
        ([A], [A, B], 0),
        ([A], [B], 0),
        ([A], [A, B, link("https://b.example/", "other")], 1),  # both may have been there before
        ([A], [link("https://a.example/", "other")], 1),
        ([A], [A, link("https://a.example/", "other")], 1),
        ([A, link("https://a.example/", "other")], [A], 0),
        ([A, link("https://a.example/", "other")], [link("https://a.example/", "other")], 0),
        ([A], [], 0),
    ],
)
def test_links_of_one_target_that_are_not_equal_are_left_for_a_look_at_the_index(
    before: list[Link], after: list[Link], unclear: int
) -> None:
    diff = page_diff(write(SOURCE, *after, on=2), stored(write(SOURCE, *before)))

    assert len(diff.unclear) == unclear


@pytest.mark.parametrize(
    ("before", "after", "replaces"),
    [
        (("page", 200), ("failed", None), False),
        (("other", 200), ("error", 500), False),
        (("redirect", 301), ("refused", None), False),
        (("error", 404), ("error", 503), False),
        (("error", 410), ("failed", None), False),
        (("error", 503), ("error", 500), True),
        (("failed", None), ("refused", None), True),
        (("failed", None), ("page", 200), True),
        (("page", 200), ("error", 404), True),
    ],
)
def test_a_failure_never_replaces_a_look(before: Any, after: Any, replaces: bool) -> None:
    known = stored(write(SOURCE, outcome=before[0], status=before[1]))

    assert page_diff(write(SOURCE, outcome=after[0], status=after[1], on=2), known).replaces is replaces


@pytest.mark.parametrize(("on", "outdated"), [(1, True), (2, False), (3, False)])
def test_a_look_is_outdated_by_a_later_one(on: int, outdated: bool) -> None:
    assert is_outdated(write(SOURCE, on=on), stored(write(SOURCE, on=2))) is outdated
    assert not is_outdated(write(SOURCE, on=on), None)
