"""Records that memory cannot hold: on disk in buckets by the first bits of a hash, so that each is sorted by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

BITS = 6  # 64 buckets: a hash spreads what it is of evenly, so each holds a sixty-fourth
_SHIFT = np.uint64(64 - BITS)


class Buckets:
    """Structured records by one of their fields, a uint64 hash. What is in one bucket is below all of the next."""

    def __init__(self, folder: Path, of: str, dtype: Any, by: str) -> None:
        self._paths = [folder / f"{of}.bucket{number}" for number in range(1 << BITS)]
        self.dtype, self._by = np.dtype(dtype), by

    def write(self, records: NDArray[Any]) -> None:
        numbers = (records[self._by] >> _SHIFT).astype(np.intp)
        order = np.argsort(numbers, kind="stable")
        ends = np.cumsum(np.bincount(numbers, minlength=len(self._paths)))
        for path, part in zip(self._paths, np.split(order, ends[:-1]), strict=True):
            if len(part):
                with path.open("ab") as file:
                    file.write(records[part].data)

    def read(self) -> Iterator[NDArray[Any]]:
        """Each bucket that has records, in order, these in order of being written; their files go."""
        for path in self._paths:
            if path.exists():
                yield np.fromfile(path, self.dtype)
                path.unlink()
