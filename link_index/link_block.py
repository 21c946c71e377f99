"""Encoded documents as the one block of bytes they are sent as."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload


class LinkBlock(Sequence[bytes]):
    """BSON documents one after the other. They are taken apart only if one is asked for.

    Joined as soon as they are encoded they are in the processor's cache, and are no objects of their own while they
    wait: that costs a fraction of joining a batch of them when it is written.
    """

    __slots__ = ("_count", "_documents", "joined")

    def __init__(self, joined: bytes, count: int) -> None:
        self.joined = joined
        self._count = count
        self._documents: list[bytes] = []

    @classmethod
    def of(cls, documents: Sequence[bytes]) -> LinkBlock:
        return documents if isinstance(documents, cls) else cls(b"".join(documents), len(documents))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self.joined == LinkBlock.of(other).joined

    __hash__ = None  # type: ignore[assignment]

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> bytes: ...
    @overload
    def __getitem__(self, index: slice) -> list[bytes]: ...
    def __getitem__(self, index: int | slice) -> bytes | list[bytes]:
        if not self._documents:
            self._documents = split(self.joined)
        return self._documents[index]


def split(documents: bytes) -> list[bytes]:
    """Concatenated BSON documents, one by one: each starts with its own length."""
    parts, start = [], 0
    while start < len(documents):
        end = start + int.from_bytes(documents[start : start + 4], "little")
        parts.append(documents[start:end])
        start = end
    return parts
