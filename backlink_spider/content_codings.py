"""Undoes the content codings of a body while it comes, and stops as soon as it has grown beyond its limit.

Codings are RFC 9110's (section 8.4.1), br (RFC 7932) and zstd (RFC 8878), alone or one over the other.
"""

from __future__ import annotations

import sys
import zlib
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Final

import brotli  # type: ignore[import-untyped]

from backlink_spider.errors import DecompressedTooLarge, Undecodable

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PIECE: Final = 64 * 1024  # bytes that come out of a coding at once
MAX_CODINGS: Final = 5  # one over the other; curl's limit. Servers use one, and two by mistake
MAX_MEMBERS: Final = 1000  # a gzip body may be many files, each of which is begun anew
_MAX_WINDOW_LOG: Final = 23  # RFC 9659: 8 MiB; the format itself allows a sender to ask for gigabytes
_NONE: Final = frozenset({b"", b"identity"})


def codings_of(fields: Iterable[bytes]) -> list[bytes]:
    """The codings to undo, in this order, by the values of Content-Encoding; none if one of them is unknown.

    As browsers do it: what no one knows is mostly no coding, but a mistake (`utf-8`, `text/html`).
    Raises Undecodable where there are too many.
    """
    names = [name.strip().lower() for field in fields for name in field.split(b",")]
    names = [name for name in reversed(names) if name not in _NONE]
    if len(names) > MAX_CODINGS:
        raise Undecodable(f"{len(names)} content codings, more than {MAX_CODINGS}")
    return names if set(names) <= set(_STAGES) else []


class BodyDecoder:
    """`codings` in the order to undo; `max_size` bounds what comes out of each, in bytes, 0 does not."""

    def __init__(self, codings: Iterable[bytes], max_size: int) -> None:
        self._stages = [_STAGES[name](max_size) for name in codings]

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What it stands for, in pieces. Raises Undecodable and DecompressedTooLarge."""
        pieces: Iterator[bytes] = iter((data,))
        for stage in self._stages:
            pieces = stage.pieces(pieces)
        return pieces

    @property
    def complete(self) -> bool:
        """Whether each coding came to its end; a body without a byte is complete, too."""
        return all(stage.complete for stage in self._stages)


class _Stage(ABC):
    def __init__(self, max_size: int) -> None:
        self.complete = True  # until the first byte
        self._max_size = max_size
        self._size = 0

    def pieces(self, coded: Iterable[bytes]) -> Iterator[bytes]:
        for part in coded:
            try:
                for piece in self._decoded(part):
                    self._size += len(piece)
                    if self._max_size and self._size > self._max_size:
                        raise DecompressedTooLarge(f"Decompressed to more than {self._max_size} bytes")
                    yield piece
            except (zlib.error, brotli.error, zstd.ZstdError) as error:
                raise Undecodable(f"A body that cannot be decompressed: {error}") from error

    @abstractmethod
    def _decoded(self, data: bytes) -> Iterator[bytes]: ...


class _Members(_Stage):
    """A coding that is over where it says so: another may begin there; what is no beginning is left alone."""

    _begins_with: bytes  # the first byte of a member

    def __init__(self, max_size: int) -> None:
        super().__init__(max_size)
        self._members = 0
        self._is_over = False
        self._decompressor: Any = None

    def _decoded(self, data: bytes) -> Iterator[bytes]:
        while data and not self._is_over:
            if self._decompressor is None or self._decompressor.eof:
                if self._members and not data.startswith(self._begins_with):
                    self._is_over = True  # nor is what a later part holds, wherever the network cut them
                    return
                self._members += 1
                if self._members > MAX_MEMBERS:
                    raise Undecodable(f"A body of more than {MAX_MEMBERS} members")
                self._decompressor = self._begun(data)
            yield from self._of_member(data)
            self.complete = self._decompressor.eof
            data = self._decompressor.unused_data

    @abstractmethod
    def _begun(self, data: bytes) -> Any: ...

    @abstractmethod
    def _of_member(self, data: bytes) -> Iterator[bytes]: ...


class _Gzip(_Members):
    _begins_with = b"\x1f"

    def _begun(self, data: bytes) -> Any:
        return zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)

    def _of_member(self, data: bytes) -> Iterator[bytes]:
        decompressor = self._decompressor
        while data:
            yield decompressor.decompress(data, PIECE)
            data = decompressor.unconsumed_tail


class _Deflate(_Gzip):
    _begins_with = b"\0none"
    _head = b""

    def _decoded(self, data: bytes) -> Iterator[bytes]:
        if not self._members:
            self._head = data = self._head + data
            self.complete = not data
            if len(data) < 2:  # too little to tell the formats apart
                return
        yield from super()._decoded(data)

    def _begun(self, data: bytes) -> Any:
        """RFC 9110 means zlib's format (RFC 1950), and some servers send the bare one (RFC 1951)."""
        is_zlib = data[0] & 0x0F == 8 and int.from_bytes(data[:2]) % 31 == 0
        return zlib.decompressobj(wbits=zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)


class _Zstd(_Members):
    _begins_with = b"\x28"

    def _begun(self, data: bytes) -> Any:
        return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _MAX_WINDOW_LOG})

    def _of_member(self, data: bytes) -> Iterator[bytes]:
        decompressor = self._decompressor
        yield decompressor.decompress(data, PIECE)
        while not (decompressor.eof or decompressor.needs_input):
            yield decompressor.decompress(b"", PIECE)


class _Brotli(_Stage):
    def __init__(self, max_size: int) -> None:
        super().__init__(max_size)
        self._decompressor = brotli.Decompressor()

    def _decoded(self, data: bytes) -> Iterator[bytes]:
        decompressor = self._decompressor
        yield decompressor.process(data, output_buffer_limit=PIECE)
        while not (decompressor.is_finished() or decompressor.can_accept_more_data()):
            yield decompressor.process(b"", output_buffer_limit=PIECE)
        self.complete = decompressor.is_finished()


_STAGES: Final[dict[bytes, type[_Stage]]] = {
    b"gzip": _Gzip,
    b"x-gzip": _Gzip,  # RFC 9110 section 8.4.1.3: the same
    b"deflate": _Deflate,
    b"br": _Brotli,
    b"zstd": _Zstd,
}
