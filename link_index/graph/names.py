"""Names by number on disk, and the hashes by which they got their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np
from xxhash import xxh3_64_intdigest

from link_index.errors import LinkIndexError
from link_index.graph.buckets import Buckets
from link_index.graph.growing_array import GrowingArray

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
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
        return self._read(self._begins[start:stop], self._lengths[start:stop])

    def of(self, numbers: NDArray[Any]) -> list[str]:
        """The names of these numbers, in their order; one that comes often is read once."""
        once, places = np.unique(numbers, return_inverse=True)
        read = self._read(self._begins[once], self._lengths[once])
        return [read[place] for place in places.tolist()]

    def _read(self, begins: NDArray[Any], lengths: NDArray[Any]) -> list[str]:
        spans = zip(begins.tolist(), lengths.tolist(), strict=True)
        return [self._text[begin : begin + length].tobytes().decode() for begin, length in spans]


class NameRolls:
    """Collects names in rolls, each of them once a roll; numbers them all when the last was written.

    A roll is what fits into memory. A name that comes again in a later roll lies on the disk twice.
    """

    def __init__(self, folder: Path, of: str, columns: dict[str, Any]) -> None:
        """`columns`: the numpy types, by name, of what comes with each name."""
        self._folder, self._of, self._columns = folder, of, columns
        self._text = folder / f"{of}_names.bin"
        self._text.write_bytes(b"")
        self._written = 0
        self._buckets = Buckets(folder, of, [*_NAME, *columns.items()], by="hash")

    def write(self, named: dict[int, bytes], columns: dict[str, Iterable[int]]) -> None:
        """A roll: names by hash, and their columns in the same order."""
        roll = np.zeros(len(named), self._buckets.dtype)
        roll["hash"] = np.fromiter(named, np.uint64, len(named))
        roll["check"] = np.fromiter(map(crc32, named.values()), np.uint32, len(named))
        roll["length"] = np.fromiter(map(len, named.values()), np.uint32, len(named))
        roll["begin"] = self._written + np.cumsum(roll["length"], dtype=np.int64) - roll["length"]
        for name, values in columns.items():
            roll[name] = np.fromiter(values, self._columns[name], len(named))
        with self._text.open("ab") as file:
            file.writelines(named.values())
        self._written += int(roll["length"].sum(dtype=np.int64))
        self._buckets.write(roll)

    def numbered(self) -> Iterator[NDArray[Any]]:
        """All that was written, each name once, in order of hash: its number is its place. Nothing comes after this.

        Of columns that differ between mentions of a name, the larger value holds. Raises HashCollision if two
        different names have one hash.
        """
        with (
            GrowingArray(self._folder / f"{self._of}_begins.npy", np.int64) as begins,
            GrowingArray(self._folder / f"{self._of}_lengths.npy", np.uint32) as lengths,
        ):
            for bucket in self._buckets.read():
                names = self._once(bucket)
                begins.append(names["begin"])
                lengths.append(names["length"])
                yield names

    def _once(self, names: NDArray[Any]) -> NDArray[Any]:
        names = names[np.argsort(names["hash"], kind="stable")]
        is_first = np.ones(len(names), bool)
        is_first[1:] = names["hash"][1:] != names["hash"][:-1]
        if (names["check"][1:] != names["check"][:-1])[~is_first[1:]].any():
            raise HashCollision("Two names have one hash.")
        once = names[is_first]
        for column in self._columns:
            once[column] = np.maximum.reduceat(names[column], np.flatnonzero(is_first))
        return once


_NAME = [("hash", np.uint64), ("check", np.uint32), ("length", np.uint32), ("begin", np.int64)]


class HashCollision(LinkIndexError):
    """Two names have one hash; another seed will tell them apart."""
