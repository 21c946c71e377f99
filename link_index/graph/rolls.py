"""Edges and pages as they come out of an index, put in order and numbered on disk, a roll in memory at a time."""

from __future__ import annotations

from array import array
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import numpy as np
from xxhash import xxh3_64_intdigest

from link_index.graph.buckets import Buckets
from link_index.graph.growing_array import GrowingArray
from link_index.graph.names import HashCollision, NameRolls
from link_index.graph.web_arrays import DOFOLLOW, EXTERNAL, HIDDEN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

ROLL = 100_000  # edges, or pages, in memory with their names: 40 MB
_EDGE = [("source", np.uint64), ("target", np.uint64), ("flags", np.uint8), ("day", np.int32)]
_EDGE_ARRAYS = {"source": np.int32, "target": np.int32, "flags": np.uint8, "first_seen": np.int32}


class Rolls:
    """Takes edges and pages by name, and writes the arrays of a web to a folder when it is closed."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder, self._seed = folder, seed
        self._pages = NameRolls(folder, "page", {"domain": np.uint64, "crawled": np.uint8})
        self._domains = NameRolls(folder, "domain", {})
        self._buckets = Buckets(folder, "edges", _EDGE, by="target")
        self._begin_roll()

    def _begin_roll(self) -> None:
        self._columns = {"source": array("Q"), "target": array("Q"), "flags": array("B"), "day": array("i")}
        self._page_names: dict[int, bytes] = {}
        self._page_domains: dict[int, int] = {}
        self._domain_names: dict[int, bytes] = {}
        self._crawled: set[int] = set()
        self._source: tuple[str | None, int] = (None, 0)  # the links of a page come together: it is hashed once
        self._room = ROLL

    def add_edge(self, source: str, source_domain: str, target: str, target_domain: str, flags: int, day: int) -> None:
        """A link of the page `source` to the page `target`, both keys; `day` since 1970."""
        if source != self._source[0]:
            self._source = source, self._page(source, source_domain)
        columns = self._columns
        columns["source"].append(self._source[1])
        columns["target"].append(self._page(target, target_domain))
        columns["flags"].append(flags)
        columns["day"].append(day)
        self._count()

    def add_page(self, key: str, domain: str) -> None:
        """A page that was crawled."""
        self._crawled.add(self._page(key, domain))
        self._count()

    def _count(self) -> None:
        self._room -= 1
        if not self._room:
            self._end_roll()

    def _page(self, key: str, domain: str) -> int:
        name = key.encode()
        number = xxh3_64_intdigest(name, self._seed)
        known = self._page_names.setdefault(number, name)
        if known is name:
            self._page_domains[number] = self._domain(domain)
        elif known != name:
            raise HashCollision(f"{key} and {known.decode()} have one hash.")
        return number

    def _domain(self, domain: str) -> int:
        name = domain.encode()
        number = xxh3_64_intdigest(name, self._seed)
        if self._domain_names.setdefault(number, name) != name:
            raise HashCollision(f"{domain} and another domain have one hash.")
        return number

    def _end_roll(self) -> None:
        edges = np.zeros(len(self._columns["day"]), _EDGE)
        for name, column in self._columns.items():
            edges[name] = column
        self._buckets.write(edges)
        crawled = (number in self._crawled for number in self._page_names)
        self._pages.write(self._page_names, {"domain": self._page_domains.values(), "crawled": crawled})
        self._domains.write(self._domain_names, {})
        self._begin_roll()

    def close(self) -> None:
        """Number the names, put the edges in order, and save the arrays, `seed` last: without it there is no web."""
        self._end_roll()
        self._save({"domain_hashes": np.uint64}, ((names["hash"],) for names in self._domains.numbered()))
        domain_hashes = self._saved("domain_hashes")
        pages = (
            (names["hash"], np.searchsorted(domain_hashes, names["domain"]), names["crawled"])
            for names in self._pages.numbered()
        )
        self._save({"page_hashes": np.uint64, "page_domain": np.int32, "crawled": np.bool_}, pages)
        page_hashes = self._saved("page_hashes")
        self._save(_EDGE_ARRAYS, (_in_order(bucket, page_hashes) for bucket in self._buckets.read()))
        np.save(self._folder / "seed.npy", np.array(self._seed), allow_pickle=False)

    def _save(self, dtypes: dict[str, Any], parts: Iterator[tuple[NDArray[Any], ...]]) -> None:
        """Arrays side by side, part by part."""
        with ExitStack() as stack:
            paths = {self._folder / f"{name}.npy": dtype for name, dtype in dtypes.items()}
            growing = [stack.enter_context(GrowingArray(path, dtype)) for path, dtype in paths.items()]
            for columns in parts:
                for each, column in zip(growing, columns, strict=True):
                    each.append(column)

    def _saved(self, name: str) -> NDArray[Any]:
        saved: NDArray[Any] = np.load(self._folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
        return saved


def _in_order(edges: NDArray[Any], page_hashes: NDArray[np.uint64]) -> tuple[NDArray[Any], ...]:
    """Source, target, flags and first seen by target, then source; an edge that several links make is one."""
    pairs = np.searchsorted(page_hashes, edges["target"]).astype(np.uint64) << np.uint64(32)
    pairs |= np.searchsorted(page_hashes, edges["source"]).astype(np.uint64)
    order = np.argsort(pairs)
    pairs, flags, days = pairs[order], edges["flags"][order], edges["day"][order]
    is_first = np.ones(len(pairs), bool)
    is_first[1:] = pairs[1:] != pairs[:-1]
    starts = np.flatnonzero(is_first)
    pairs = pairs[starts]
    hidden_throughout = np.bitwise_and.reduceat(flags, starts) & HIDDEN
    any_of = np.bitwise_or.reduceat(flags, starts) & (EXTERNAL | DOFOLLOW)
    oldest = np.minimum.reduceat(days, starts)
    return pairs & np.uint64(0xFFFFFFFF), pairs >> np.uint64(32), any_of | hidden_throughout, oldest
