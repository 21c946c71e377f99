"""Writes in parts a server takes, every error looked at."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import bson
import pytest
from pymongo import UpdateOne

from link_index import checked_writes
from link_index.checked_writes import CheckedWrites
from link_index.dead_letters import DeadLetters

if TYPE_CHECKING:
    from pathlib import Path

    from pymongo.database import Database

    from link_index.documents import Document


@pytest.fixture
def writes(db: Database[Document], tmp_path: Path) -> CheckedWrites:
    return CheckedWrites(db, DeadLetters(tmp_path), Counter())


def numbered(*numbers: int) -> list[bytes]:
    return [bson.encode({"_id": number, "n": number}) for number in numbers]


@pytest.mark.parametrize(("name", "limit"), [("_COMMAND_LINKS", 2), ("_COMMAND_BYTES", 60)])
def test_documents_go_in_parts_and_indexes_are_those_of_the_whole(
    writes: CheckedWrites, db: Database[Document], monkeypatch: pytest.MonkeyPatch, name: str, limit: int
) -> None:
    monkeypatch.setattr(checked_writes, name, limit)
    writes.insert("numbers", numbered(3))

    assert writes.insert("numbers", numbered(0, 1, 2, 3, 4)) == ({3}, set())
    assert sorted(db["numbers"].distinct("_id")) == [0, 1, 2, 3, 4]


def test_nothing_is_sent_for_nothing(writes: CheckedWrites, db: Database[Document]) -> None:
    assert writes.insert("numbers", []) == (set(), set())
    writes.bulk("numbers", [])

    assert db.list_collection_names() == []


def test_refused_documents_are_told_apart_from_those_that_are_there(
    writes: CheckedWrites, db: Database[Document]
) -> None:
    db.create_collection("numbers", validator={"n": {"$lt": 10}})
    writes.insert("numbers", numbered(1))

    assert writes.insert("numbers", numbered(1, 2, 30)) == ({0}, {2})


def test_an_update_lost_to_another_writer_is_done_again(writes: CheckedWrites, db: Database[Document]) -> None:
    db["numbers"].create_index("n", unique=True)
    writes.insert("numbers", numbered(1, 2))

    with pytest.raises(Exception, match="E11000"):  # a clash that stays is no race: it is told
        writes.bulk("numbers", [UpdateOne({"_id": 1}, {"$set": {"n": 2}})])
