"""Speaks enough of MongoDB's wire protocol to be written to, and keeps nothing but what it was sent.

    python -m benchmarks.discarding_mongo --dump FILE

So the crawler's sink does all of its own work (encoding, batching, sockets, acknowledgements), none of it costs the
crawler's processor a database, and what is compared with the truth are the bytes that would have been stored. Every
find is answered as by an empty database. `inserted_links` reads a dump back.

https://github.com/mongodb/specifications/blob/master/source/message/OP_MSG.md
"""

from __future__ import annotations

import argparse
import asyncio
import json
import struct
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

import bson
import uvloop

from benchmarks.measure import until_orphaned

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = struct.Struct("<iiii")  # length, request id, response to, operation
OP_REPLY, OP_QUERY, OP_MSG = 1, 2004, 2013
MORE_TO_COME = 2  # the sender wants no answer
HELLO = {
    "isWritablePrimary": True,
    "ismaster": True,
    "helloOk": True,
    "maxBsonObjectSize": 16 * 1024 * 1024,
    "maxMessageSizeBytes": 48_000_000,
    "maxWriteBatchSize": 100_000,
    "logicalSessionTimeoutMinutes": 30,
    "minWireVersion": 0,
    "maxWireVersion": 21,
    "readOnly": False,
    "ok": 1.0,
}
FIRST_BUFFER = 8 * 1024 * 1024  # it grows, if a message does
READS = {"find", "aggregate", "listCollections", "listIndexes", "getMore"}
WRITES = {"insert": "documents", "update": "updates", "delete": "deletes"}


Bytes = bytes | memoryview


def sections(message: Bytes) -> tuple[dict[str, Any], dict[str, Bytes]]:
    """The command of an OP_MSG without its documents, and the documents as they came, by field."""
    at, command, documents = HEADER.size + 4, {}, {}
    while at < len(message):
        kind, size = message[at], int.from_bytes(message[at + 1 : at + 5], "little")
        payload = message[at + 1 : at + 1 + size]
        if kind == 0:
            command = bson.decode(payload)
        else:
            name = bytes(payload[4:64]).partition(b"\0")[0]
            documents[name.decode()] = payload[4 + len(name) + 1 :]
        at += 1 + size
    return command, documents


def split(documents: Bytes) -> Iterator[Bytes]:
    """Concatenated BSON documents: each begins with its length."""
    at = 0
    while at < len(documents):
        size = int.from_bytes(documents[at : at + 4], "little")
        yield documents[at : at + size]
        at += size


def reply(command: dict[str, Any], documents: dict[str, Bytes]) -> dict[str, Any]:
    """What an empty database that has just done as told would say."""
    name = next(iter(command))
    if name in ("hello", "isMaster", "ismaster"):
        return HELLO
    if name in READS:
        collection = command[name] if isinstance(command[name], str) else "$cmd"
        return {"cursor": {"id": 0, "ns": f"{command['$db']}.{collection}", "firstBatch": []}, "ok": 1.0}
    if name in WRITES:
        field = WRITES[name]
        count = sum(1 for _ in split(documents[field])) if field in documents else len(command[field])
        return {"n": count, "nModified": 0, "ok": 1.0} if name == "update" else {"n": count, "ok": 1.0}
    return {"n": 0, "value": None, "ok": 1.0}


class DiscardingProtocol(asyncio.BufferedProtocol):
    """One connection: whole messages are written to the dump and answered.

    Bytes go from the socket into one buffer and from there to the file: what this server works, the other half of the
    crawler's processor core works.
    """

    def __init__(self, dump: IO[bytes]) -> None:
        self._dump = dump
        self._buffer = memoryview(bytearray(FIRST_BUFFER))
        self._filled = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def get_buffer(self, sizehint: int) -> memoryview:
        if self._filled == len(self._buffer):
            larger = memoryview(bytearray(2 * self._filled))
            larger[: self._filled] = self._buffer
            self._buffer = larger
        return self._buffer[self._filled :]

    def buffer_updated(self, nbytes: int) -> None:
        self._filled += nbytes
        start = 0
        while self._filled - start >= 4:
            end = start + int.from_bytes(self._buffer[start : start + 4], "little")
            if end > self._filled:
                break
            self._answer(self._buffer[start:end])
            start = end
        self._filled -= start
        if start and self._filled:
            self._buffer[: self._filled] = bytes(self._buffer[start : start + self._filled])

    def _answer(self, message: memoryview) -> None:
        _, request, _, operation = HEADER.unpack_from(message)
        if operation == OP_QUERY:  # a driver's first word
            head = struct.pack("<iqii", 8, 0, 0, 1)
            self._send(OP_REPLY, request, head + bson.encode(HELLO))
            return
        command, documents = sections(message)
        if next(iter(command)) in WRITES:
            self._dump.write(message)
            self._dump.flush()
        if not int.from_bytes(message[HEADER.size : HEADER.size + 4], "little") & MORE_TO_COME:
            self._send(OP_MSG, request, b"\0\0\0\0\0" + bson.encode(reply(command, documents)))

    def _send(self, operation: int, request: int, body: bytes) -> None:
        self._transport.write(HEADER.pack(HEADER.size + len(body), 0, request, operation) + body)


def written(dump: Path, collection: str, kind: str = "insert") -> Iterator[bytes]:
    """The documents of a dump that were sent to a collection by one kind of write, in their order."""
    with dump.open("rb") as file:
        while head := file.read(4):
            message = head + file.read(int.from_bytes(head, "little") - 4)
            command, documents = sections(message)
            if command.get(kind) == collection:
                inline = (bson.encode(document) for document in command.get(WRITES[kind], ()))
                yield from split(documents[WRITES[kind]]) if WRITES[kind] in documents else inline


async def serve(dump: Path) -> None:
    loop = asyncio.get_running_loop()
    with dump.open("wb") as file:
        server = await loop.create_server(lambda: DiscardingProtocol(file), "127.0.0.1", 0)
        print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
        await until_orphaned()


def main() -> None:
    parser = argparse.ArgumentParser(description="Accept MongoDB writes on loopback and keep only their bytes.")
    parser.add_argument("--dump", type=Path, required=True, help="the file that takes every write as it was sent")
    uvloop.run(serve(parser.parse_args().dump))


if __name__ == "__main__":
    main()
