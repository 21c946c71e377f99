"""One look at a page on its way to the index."""

from __future__ import annotations

import pytest

from link_index.page_write import PageWrite, is_look
from pipelines.page_encoder import encode_page
from tests.crawled import link, redirect, write

SOURCE, A = "https://www.source.example/", "https://a.example/"


@pytest.mark.parametrize(
    ("outcome", "status", "look", "gone"),
    [
        ("page", 200, True, False),
        ("other", 200, True, False),
        ("redirect", 301, True, False),
        ("error", 404, True, True),
        ("error", 410, True, True),
        ("error", 403, False, False),
        ("error", 500, False, False),
        ("failed", None, False, False),
        ("refused", None, False, False),
        ("page", 404, True, False),
    ],
)
def test_what_tells_what_links_a_page_has(outcome: str, status: int | None, look: bool, gone: bool) -> None:
    found = write(SOURCE, outcome=outcome, status=status)
    assert (found.is_look, found.is_gone, is_look(outcome, status)) == (look, gone, look)


def test_a_look_comes_back_from_its_bytes_as_it_was() -> None:
    looks = [
        write(SOURCE),
        write(SOURCE, link(A), link(f"{SOURCE}x"), link("https://b.example/"), link(A, "other"), page_id=7),
        encode_page(redirect(SOURCE, A)),
    ]
    assert [PageWrite.from_bson(look.to_bson()) for look in looks] == looks
    assert [look.url for look in looks] == [SOURCE] * 3
    assert looks[1].domains == {"a.example", "b.example"}


def test_the_size_grows_with_what_a_look_holds() -> None:
    empty, one = write(SOURCE), write(SOURCE, link(A))
    assert one.size - empty.size == len(one.packed) + len(one.links[0])
    assert len(empty.to_bson()) < empty.size
