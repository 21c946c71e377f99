"""One look at a page on its way to the index."""

from __future__ import annotations

import bson
import pytest

from link_index.documents import link_id, unpack_links
from link_index.page_write import CODEC, PageWrite, is_look
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


THREE = write(SOURCE, link("https://b.example/"), link(A), link(A, "other"))


def test_ids_and_digests_of_links_are_found_by_their_place() -> None:
    ids = [link_id(SOURCE, *rest).bytes for rest in (("https://b.example/", "text", 0), (A, "text", 0), (A, "text", 1))]
    assert [THREE.link_id(index) for index in range(3)] == ids
    assert [THREE.row(index) for index in range(3)] == [each[8:] for each in ids]
    assert {THREE.row(index): THREE.digest(index) for index in range(3)} == unpack_links(THREE.packed)


def test_a_link_can_be_given_another_number_and_is_the_same_in_all_else() -> None:
    before = bson.decode(THREE.links[2], CODEC)

    other = THREE.renumbered({1: 0, 2: 7})

    assert bson.decode(other.links[2], CODEC) == before | {"_id": link_id(SOURCE, A, "text", 7)}
    assert other.row(2) == link_id(SOURCE, A, "text", 7).bytes[8:]
    assert [other.digest(index) for index in range(3)] == [THREE.digest(index) for index in range(3)]
    assert [other.links[index] for index in (0, 1)] == [THREE.links[index] for index in (0, 1)]
    assert [other.row(index) for index in (0, 1)] == [THREE.row(index) for index in (0, 1)]
    assert (other.page, other.targets, other.domains) == (THREE.page, THREE.targets, THREE.domains)
    assert bson.decode(THREE.links[2], CODEC) == before  # the look that was renumbered stays as it was


def test_nothing_is_copied_where_no_number_changes() -> None:
    assert THREE.renumbered({0: 0, 1: 0, 2: 1}) is THREE
    assert THREE.renumbered({}) is THREE


def test_the_size_grows_with_what_a_look_holds() -> None:
    empty, one = write(SOURCE), write(SOURCE, link(A))
    assert one.size - empty.size == len(one.packed) + len(one.links[0])
    assert len(empty.to_bson()) < empty.size
