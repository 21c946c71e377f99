"""Bulk writes whose every error is looked at: what the server refuses is a dead letter, what it cannot do now waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bson
from bson.raw_bson import RawBSONDocument
from pymongo import WriteConcern
from pymongo.errors import BulkWriteError

from link_index.page_write import CODEC

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Sequence

    from pymongo import DeleteOne, ReplaceOne, UpdateMany, UpdateOne
    from pymongo.database import Database

    from link_index.dead_letters import DeadLetters
    from link_index.documents import Document

    Operation = DeleteOne | ReplaceOne[Document] | UpdateMany | UpdateOne

DUPLICATE_KEY = 11000
_COMMAND_BYTES = 8 * 1024 * 1024  # half of what a command's document may hold
_COMMAND_LINKS = 50_000  # half of what a bulk may hold
_MAJORITY = WriteConcern(w="majority")  # acknowledged is what survives the loss of a primary
# A server without replicas acknowledges what is in its memory alone, unless it is asked for the journal; the journal
# is written in order, so that one such write holds for all before it.
_ON_DISK = WriteConcern(w="majority", j=True)

# What the server says of a document or an update that it will never take; any other error may pass.
# https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
REFUSALS = frozenset({2, 9, 14, 22, 28, 40, 52, 54, 56, 57, 121, 10334, 17280, 17419, 17420})


class WriteDelayed(Exception):
    """The server answers but cannot do the write now; the message says why."""


class _Documents(RawBSONDocument):
    """Encoded documents one after the other, which is what a command's document sequence is on the wire.

    The driver copies `raw` there as it is, so that a thousand links are one object to it and not a thousand. As a
    mapping, for the driver's log, it is the first of them.
    """

    __slots__ = ("_all",)

    def __init__(self, documents: Sequence[bytes]) -> None:
        super().__init__(documents[0])
        self._all = b"".join(documents)

    @property
    def raw(self) -> bytes:
        return self._all


class CheckedWrites:
    """Unordered writes to one database, acknowledged by a majority."""

    def __init__(self, db: Database[Document], dead_letters: DeadLetters, counts: Counter[str]) -> None:
        self._db = db.with_options(write_concern=_MAJORITY)
        self._dead_letters = dead_letters
        self._counts = counts

    def insert(self, collection: str, documents: Sequence[bytes]) -> tuple[set[int], set[int]]:
        """Insert BSON documents; the indexes of those that were there already, and of those the server refuses.

        The plain command costs a third of what `insert_many` does for documents that are encoded already.
        """
        there: set[int] = set()
        refused: set[int] = set()
        for start, part in _commands(documents):
            reply = self._db.command(
                {
                    "insert": collection,
                    "documents": [_Documents(part)],
                    "ordered": False,
                    "writeConcern": _MAJORITY.document,
                }
            )
            _check_concern(reply.get("writeConcernError"))
            for error in reply.get("writeErrors", ()):
                if error["code"] == DUPLICATE_KEY:
                    there.add(start + error["index"])
                else:
                    document = bson.decode(part[error["index"]], CODEC)
                    self._refuse(collection, document, error)
                    refused.add(start + error["index"])
        return there, refused

    def bulk(self, collection: str, operations: Sequence[Operation], *, is_last: bool = False) -> None:
        """Do updates and replacements, in any order; the last of a batch puts it all on disk."""
        if not operations:
            return
        target = self._db[collection].with_options(write_concern=_ON_DISK) if is_last else self._db[collection]
        try:
            target.bulk_write(operations, ordered=False)
        except BulkWriteError as error:
            details: Any = error.details
            for concern in details.get("writeConcernErrors", ()):
                _check_concern(concern)
            again = [operations[each["index"]] for each in details["writeErrors"] if each["code"] == DUPLICATE_KEY]
            for each in details["writeErrors"]:
                if each["code"] != DUPLICATE_KEY:
                    self._refuse(collection, each.get("op"), each)
            if again:  # two writers made the same document at the same moment: now it is there to be updated
                target.bulk_write(again, ordered=False)

    def _refuse(self, collection: str, document: Any, error: Document) -> None:
        if error["code"] not in REFUSALS:
            raise WriteDelayed(error.get("errmsg", ""))
        self._dead_letters.keep(collection, document, error.get("errmsg", ""))
        self._counts["dead_letters"] += 1


def _commands(documents: Sequence[bytes]) -> Iterator[tuple[int, Sequence[bytes]]]:
    """The documents in parts that one command can hold, each with the index it starts at."""
    if len(documents) <= _COMMAND_LINKS and sum(map(len, documents)) <= _COMMAND_BYTES:
        if documents:
            yield 0, documents
        return
    start = size = 0
    for index, document in enumerate(documents):
        if size + len(document) > _COMMAND_BYTES or index - start == _COMMAND_LINKS:
            yield start, documents[start:index]
            start, size = index, 0
        size += len(document)
    yield start, documents[start:]


def _check_concern(error: Document | None) -> None:
    if error:
        raise WriteDelayed(error.get("errmsg", "the write concern was not met"))
