"""A proxy in front of a real MongoDB that answers commands as a server does that cannot store: read-only, or full."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

import bson

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

_HEAD = struct.Struct("<iiii")  # length, request id, id of what is answered, opcode
_OP_MSG = 2013
_WRITES = frozenset({"insert", "update", "delete"})

Fault = dict[str, Any]


def fails(code: int, name: str, message: str) -> Fault:
    """The reply to a command that the server does not do at all."""
    return {"ok": 0.0, "errmsg": message, "code": code, "codeName": name}


def refuses_documents(code: int, message: str) -> Fault:
    """The reply to a command that was done for none of its documents: MongoDB names each that it could not write."""
    return {"ok": 1.0, "n": 0, "nModified": 0, "writeErrors": [{"index": 0, "code": code, "errmsg": message}]}


# As mongod 7.0 and Atlas say them: https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
FAULTS: Mapping[str, Fault] = {
    "not primary": fails(10107, "NotWritablePrimary", "not primary"),
    "recovering": fails(13436, "NotPrimaryOrSecondary", "node is not in primary or recovering state"),
    "shutting down": fails(91, "ShutdownInProgress", "The server is in quiesce mode and will shut down"),
    "read-only user": fails(13, "Unauthorized", "not authorized on backlinks to execute command { insert: 'links' }"),
    "out of disk space": fails(14031, "OutOfDiskSpace", "Cannot write, available disk space is too low"),
    "disk full, by document": refuses_documents(14031, "Cannot write, available disk space is too low"),
    "over quota": fails(8000, "AtlasError", "you are over your space quota, using 512 MB of 512 MB"),
}


class MongoProxy:
    """Passes everything on between `with` and its end; while `fault` is set, writes get that for an answer."""

    def __init__(self, host: str, port: int) -> None:
        self._server = host, port
        self.fault: Fault | None = None
        self.answered = 0  # commands, with a fault
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._sockets: list[socket.socket] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        for each in (self._listener, *self._sockets):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._server)
                self._sockets += [client, server]
                lock = threading.Lock()
                threading.Thread(target=self._requests, args=(client, server, lock), daemon=True).start()
                threading.Thread(target=self._replies, args=(client, server, lock), daemon=True).start()

    def _requests(self, client: socket.socket, server: socket.socket, lock: threading.Lock) -> None:
        while message := _message(client):
            fault = self.fault if _command(message) in _WRITES else None
            with suppress(OSError):
                if fault is None:
                    server.sendall(message)
                else:
                    self.answered += 1
                    with lock:
                        client.sendall(_reply(message, fault))
        _hang_up(server)

    def _replies(self, client: socket.socket, server: socket.socket, lock: threading.Lock) -> None:
        while message := _message(server):
            with suppress(OSError), lock:
                client.sendall(message)
        _hang_up(client)


def _message(peer: socket.socket) -> bytes:
    """The next message whole; empty at the end."""
    with suppress(OSError):
        head = _exactly(peer, 4)
        return head + _exactly(peer, int.from_bytes(head, "little") - 4)
    return b""


def _exactly(peer: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = peer.recv(min(size - len(data), 1 << 20))
        if not part:
            raise ConnectionError
        data += part
    return data


def _command(message: bytes) -> str:
    if _HEAD.unpack_from(message)[3] != _OP_MSG:
        return ""
    length = int.from_bytes(message[21:25], "little")  # after the head, the flags and the kind of the first section
    return str(next(iter(bson.decode(message[21 : 21 + length]))))


def _reply(request: bytes, document: Fault) -> bytes:
    body = b"\0\0\0\0" + b"\0" + bson.encode(document)
    return _HEAD.pack(_HEAD.size + len(body), 0, _HEAD.unpack_from(request)[1], _OP_MSG) + body


def _hang_up(peer: socket.socket) -> None:
    with suppress(OSError):
        peer.shutdown(socket.SHUT_RDWR)
