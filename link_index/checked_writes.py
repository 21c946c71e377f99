"""Bulk writes whose every error is looked at: what the server refuses is a dead letter, what it cannot do now waits."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import bson
from bson.raw_bson import RawBSONDocument
from pymongo import WriteConcern
from pymongo.errors import BulkWriteError

from link_index.link_block import LinkBlock
from link_index.page_write import CODEC

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator, Sequence

    from pymongo import DeleteOne, ReplaceOne, UpdateMany, UpdateOne
    from pymongo.database import Database

    from link_index.dead_letters import DeadLetters
    from link_index.documents import Document

    Operation = DeleteOne | ReplaceOne[Document] | UpdateMany | UpdateOne

DUPLICATE_KEY = 11000
# Of documents in one insert. A larger one costs more memory and no less time; a server takes 48 MB and 100,000 of them.
_COMMAND_BYTES = 2 * 1024 * 1024
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

    The driver copies `raw` there as it is, so that a page's links are one object to it and not a hundred. As a
    mapping, for the driver's log, it is the first of them.
    """

    __slots__ = ("block",)

    def __init__(self, documents: LinkBlock) -> None:
        joined = documents.joined
        super().__init__(joined[: int.from_bytes(joined[:4], "little")])
        self.block = documents

    @property
    def raw(self) -> bytes:
        return self.block.joined


class CheckedWrites:
    """Unordered writes to one database, acknowledged by a majority."""

    def __init__(self, db: Database[Document], dead_letters: DeadLetters, counts: Counter[str]) -> None:
        self._db = db.with_options(write_concern=_MAJORITY)
        self._dead_letters = dead_letters
        self._counts = counts

    def insert(self, collection: str, parts: Iterable[Sequence[bytes]]) -> tuple[set[int], set[int]]:
        """Insert BSON documents, a page's in each part; the indexes over all parts of those that were there already,
        and of those the server refuses.

        The plain command costs a third of what `insert_many` does for documents that are encoded already.
        """
        there: set[int] = set()
        refused: set[int] = set()
        start = 0
        for documents in _commands(parts):
            reply = self._db.command(
                {
                    "insert": collection,
                    "documents": documents,
                    "ordered": False,
                    "writeConcern": _MAJORITY.document,
                }
            )
            _check_concern(reply.get("writeConcernError"))
            _check_delays(reply.get("writeErrors", ()))
            for error in reply.get("writeErrors", ()):
                if error["code"] == DUPLICATE_KEY:
                    there.add(start + error["index"])
                else:
                    encoded = next(islice(chain.from_iterable(each.block for each in documents), error["index"], None))
                    self._refuse(collection, bson.decode(encoded, CODEC), error)
                    refused.add(start + error["index"])
            start += sum(len(each.block) for each in documents)
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
            _check_delays(details["writeErrors"])
            again = [operations[each["index"]] for each in details["writeErrors"] if each["code"] == DUPLICATE_KEY]
            for each in details["writeErrors"]:
                if each["code"] != DUPLICATE_KEY:
                    self._refuse(collection, each.get("op"), each)
            if again:  # two writers made the same document at the same moment: now it is there to be updated
                target.bulk_write(again, ordered=False)

    def _refuse(self, collection: str, document: Any, error: Document) -> None:
        self._dead_letters.keep(collection, document, error.get("errmsg", ""))
        self._counts["dead_letters"] += 1


def _commands(parts: Iterable[Sequence[bytes]]) -> Iterator[list[_Documents]]:
    """The documents of one command after the other. What it looks at is parts: every look at a link costs."""
    command: list[_Documents] = []
    size = 0
    for documents in _joined(parts):
        if command and size + len(documents.raw) > _COMMAND_BYTES:
            yield command
            command, size = [], 0
        command.append(documents)
        size += len(documents.raw)
    if command:
        yield command


def _joined(parts: Iterable[Sequence[bytes]]) -> Iterator[_Documents]:
    for part in parts:
        if not part:
            continue
        block = LinkBlock.of(part)
        if len(block.joined) > _COMMAND_BYTES and len(part) > 1:  # a page may have very many links
            yield from _joined((part[: len(part) // 2], part[len(part) // 2 :]))
        else:
            yield _Documents(block)


def _check_delays(errors: Iterable[Document]) -> None:
    """Before any document is refused: the whole write comes again, and with it every refusal."""
    for error in errors:
        if error["code"] != DUPLICATE_KEY and error["code"] not in REFUSALS:
            raise WriteDelayed(error.get("errmsg", ""))


def _check_concern(error: Document | None) -> None:
    if error:
        raise WriteDelayed(error.get("errmsg", "the write concern was not met"))
