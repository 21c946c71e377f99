"""Names by number on disk, and the hashes by which they got their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np
from xxhash import xxh3_64_intdigest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray


def hashes(names: Sequence[str], seed: int) -> NDArray[np.uint64]:
    """64 bits a name; the seed makes other ones of all."""
    return np.fromiter((xxh3_64_intdigest(name.encode(), seed) for name in names), np.uint64, len(names))


class Names:
    """A file of texts one after the other, and where each of them begins and ends."""

    def __init__(self, folder: Path, of: str) -> None:
        text = folder / f"{of}_names.bin"
        self._text = np.memmap(text, np.uint8, "r") if text.stat().st_size else np.zeros(0, np.uint8)
        self._begins: NDArray[Any] = np.load(folder / f"{of}_begins.npy", mmap_mode="r", allow_pickle=False)
        self._lengths: NDArray[Any] = np.load(folder / f"{of}_lengths.npy", mmap_mode="r", allow_pickle=False)

    def __len__(self) -> int:
        return len(self._begins)

    def between(self, start: int, stop: int) -> list[str]:
        """The names of these numbers."""
        spans = zip(self._begins[start:stop].tolist(), self._lengths[start:stop].tolist(), strict=True)
        return [self._text[begin : begin + length].tobytes().decode() for begin, length in spans]

    def of(self, numbers: NDArray[Any]) -> list[str]:
        """The names of these numbers, in their order; one that comes often is read once."""
        once, places = np.unique(numbers, return_inverse=True)
        spans = zip(self._begins[once].tolist(), self._lengths[once].tolist(), strict=True)
        read = [self._text[begin : begin + length].tobytes().decode() for begin, length in spans]
        return [read[place] for place in places.tolist()]


class NameRolls:
    """Collects names in rolls, each of them once a roll; numbers them all when the last was written.

    A roll is what fits into memory. A name that comes again in a later roll lies on the disk twice.
    """

    def __init__(self, folder: Path, of: str) -> None:
        self._folder, self._of = folder, of
        self._text = folder / f"{of}_names.bin"
        self._text.write_bytes(b"")
        self._written = 0
        self._rolls: list[NDArray[Any]] = []

    def write(self, named: dict[int, bytes], columns: dict[str, NDArray[Any]]) -> None:
        """A roll: names by hash, and columns of theirs in the same order."""
        roll = np.zeros(len(named), [*_ROLL, *((name, column.dtype) for name, column in columns.items())])
        roll["hash"] = np.fromiter(named, np.uint64, len(named))
        roll["check"] = np.fromiter(map(crc32, named.values()), np.uint32, len(named))
        roll["length"] = np.fromiter(map(len, named.values()), np.uint32, len(named))
        roll["begin"] = self._written + np.cumsum(roll["length"], dtype=np.int64) - roll["length"]
        for name, column in columns.items():
            roll[name] = column
        text = b"".join(named.values())
        with self._text.open("ab") as file:
            file.write(text)
        self._written += len(text)
        self._rolls.append(roll)

    def number(self) -> NDArray[Any]:
        """All that was written, each name once, in order of hash: its number is its place. Nothing comes after this.

        Raises HashCollision if two different names have one hash; the columns are those of any of its mentions.
        """
        rolls = np.concatenate(self._rolls) if self._rolls else np.zeros(0, _ROLL)
        self._rolls.clear()
        rolls = rolls[np.argsort(rolls["hash"], kind="stable")]
        is_first = np.ones(len(rolls), bool)
        is_first[1:] = rolls["hash"][1:] != rolls["hash"][:-1]
        if (rolls["check"][1:] != rolls["check"][:-1])[~is_first[1:]].any():
            raise HashCollision
        numbered = rolls[is_first]
        np.save(self._folder / f"{self._of}_begins.npy", numbered["begin"])
        np.save(self._folder / f"{self._of}_lengths.npy", numbered["length"])
        return numbered


_ROLL = [("hash", np.uint64), ("check", np.uint32), ("length", np.uint32), ("begin", np.int64)]


class HashCollision(Exception):
    """Two names have one hash; another seed will tell them apart."""
