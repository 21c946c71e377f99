"""Identity of links, and the indexes."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING
from uuid import UUID

from link_index.documents import INDEXES, ensure_indexes, link_id, link_ids, unpack_links

if TYPE_CHECKING:
    from pymongo.database import Database

    from link_index.documents import Document

SOURCE, A = "https://www.source.example/", "https://a.example/"


def test_the_id_of_a_link_is_what_the_data_format_says() -> None:
    source = blake2b(SOURCE.encode(), digest_size=8).digest()
    rest = blake2b(b"https://a.example/\ntext", digest_size=6).digest()

    assert link_id(SOURCE, A, "text", 258) == UUID(bytes=source + rest + b"\1\2")


def test_ids_differ_by_source_target_type_and_number() -> None:
    ids = [link_id(SOURCE, A, "text"), link_id(A, A, "text"), link_id(SOURCE, SOURCE, "text")]

    assert len({*ids, link_id(SOURCE, A, "image"), link_id(SOURCE, A, "text", 1)}) == 5


def test_a_page_document_lists_the_ids_of_its_links() -> None:
    ids = [link_id(SOURCE, A, "text", number) for number in range(3)]
    packed = b"".join(each.bytes[8:] + b"sum%d" % number for number, each in enumerate(ids))

    assert link_ids({"_id": SOURCE, "links": packed}) == ids
    assert list(unpack_links(packed).values()) == [b"sum0", b"sum1", b"sum2"]
    assert link_ids({"_id": SOURCE}) == []


def test_indexes_are_created_once(db: Database[Document]) -> None:
    ensure_indexes(db)
    ensure_indexes(db)

    there = {name: len(db[name].index_information()) - 1 for name in INDEXES}
    assert there == {"links": 4, "pages": 2, "redirects": 3, "refdomains": 2, "domains": 1}
