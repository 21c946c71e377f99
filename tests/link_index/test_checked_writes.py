"""Writes in parts a server takes, every error looked at."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import bson
import pytest
from pymongo import MongoClient, UpdateOne
from pymongo.monitoring import CommandListener

from link_index import checked_writes
from link_index.checked_writes import CheckedWrites, WriteDelayed
from link_index.dead_letters import DeadLetters
from tests.mongo_proxy import MongoProxy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pymongo.database import Database
    from pymongo.monitoring import CommandFailedEvent, CommandStartedEvent, CommandSucceededEvent

    from link_index.documents import Document


@pytest.fixture
def writes(db: Database[Document], tmp_path: Path) -> CheckedWrites:
    return CheckedWrites(db, DeadLetters(tmp_path), Counter())


def numbered(*numbers: int) -> list[bytes]:
    return [bson.encode({"_id": number, "n": number}) for number in numbers]


class Inserts(CommandListener):
    """How many documents each insert command held."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def started(self, event: CommandStartedEvent) -> None: ...

    def succeeded(self, event: CommandSucceededEvent) -> None:
        if event.command_name == "insert":
            self.sizes.append(event.reply["n"])

    def failed(self, event: CommandFailedEvent) -> None: ...


@pytest.fixture
def inserts(db: Database[Document]) -> Iterator[tuple[Database[Document], Inserts]]:
    listener = Inserts()
    client: MongoClient[Document] = MongoClient(*(db.client.address or ()), event_listeners=[listener])
    with client:
        yield client[db.name], listener


@pytest.mark.parametrize(
    ("parts", "sizes"),
    [
        ([(0,), (1,), (2, 3, 4)], [2, 3]),  # whole parts while they fit
        ([(0, 1), (2, 3, 4)], [2, 3]),
        ([(0, 1, 2, 3, 4)], [2, 3]),  # a part that does not fit is cut
        ([(0,), (), (1, 2, 3, 4)], [3, 2]),
        ([(), (0, 1, 2), ()], [3]),
    ],
)
def test_parts_go_together_as_far_as_a_command_holds_them(
    inserts: tuple[Database[Document], Inserts],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    parts: list[tuple[int, ...]],
    sizes: list[int],
) -> None:
    db, listener = inserts
    monkeypatch.setattr(checked_writes, "_COMMAND_BYTES", 3 * len(numbered(0)[0]))
    CheckedWrites(db, DeadLetters(tmp_path), Counter()).insert("numbers", [numbered(*part) for part in parts])

    assert listener.sizes == sizes


def test_indexes_are_those_of_the_whole(
    writes: CheckedWrites, db: Database[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checked_writes, "_COMMAND_BYTES", 60)
    writes.insert("numbers", [numbered(3)])

    assert writes.insert("numbers", [numbered(0, 1), numbered(2, 3, 4)]) == ({3}, set())
    assert sorted(db["numbers"].distinct("_id")) == [0, 1, 2, 3, 4]


def test_nothing_is_sent_for_nothing(writes: CheckedWrites, db: Database[Document]) -> None:
    assert writes.insert("numbers", []) == (set(), set())
    assert writes.insert("numbers", [[]]) == (set(), set())
    writes.bulk("numbers", [])

    assert db.list_collection_names() == []


def test_refused_documents_are_told_apart_from_those_that_are_there(
    writes: CheckedWrites, db: Database[Document]
) -> None:
    db.create_collection("numbers", validator={"n": {"$lt": 10}})
    writes.insert("numbers", [numbered(1)])

    assert writes.insert("numbers", [numbered(1), numbered(2, 30)]) == ({0}, {2})


def test_what_has_to_wait_goes_before_what_is_refused(db: Database[Document], tmp_path: Path) -> None:
    refused = {"index": 0, "code": 121, "errmsg": "Document failed validation"}
    delayed = {"index": 1, "code": 14031, "errmsg": "Cannot write, available disk space is too low"}
    letters = DeadLetters(tmp_path)
    assert db.client.address is not None
    with MongoProxy(*db.client.address) as proxy, MongoClient("127.0.0.1", proxy.port) as client:
        writes = CheckedWrites(client[db.name], letters, Counter())
        proxy.fault = {"ok": 1.0, "n": 0, "nModified": 0, "writeErrors": [refused, delayed]}
        with pytest.raises(WriteDelayed, match="disk space"):
            writes.insert("numbers", [numbered(1, 2)])
        with pytest.raises(WriteDelayed, match="disk space"):
            writes.bulk("numbers", [UpdateOne({"_id": number}, {"$set": {"n": 2}}) for number in (1, 2)])

    assert not letters.path.exists()  # the write comes again, and the refusal with it


def test_an_update_lost_to_another_writer_is_done_again(writes: CheckedWrites, db: Database[Document]) -> None:
    db["numbers"].create_index("n", unique=True)
    writes.insert("numbers", [numbered(1, 2)])

    with pytest.raises(Exception, match="E11000"):  # a clash that stays is no race: it is told
        writes.bulk("numbers", [UpdateOne({"_id": 1}, {"$set": {"n": 2}})])
