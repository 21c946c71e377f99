"""The web of the index as arrays in a folder: pages by number, their domains, and who links to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from link_index.graph.names import Names, hashes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

EXTERNAL = 1  # an edge between two registrable domains
DOFOLLOW = 2  # a vote: one of its links at least is dofollow, and of a type that readers click
HIDDEN = 4  # readers see none of its links
_PART = 1_000_000  # edges


class WebArrays:
    """Read where `extract` wrote them; arrays are mapped into memory, not read.

    Nodes are page keys, numbered by their hashes. An edge is a pair of pages, however many live links it has; edges
    are in order of target, then of source.

    `page_hashes`, `domain_hashes`: uint64, in order. `page_domain`: int32, number of each page's domain. `crawled`:
    bool, its links are known. `source`, `target`: int32. `flags`: uint8. `first_seen`: int32, days since 1970 of the
    oldest of the edge's links.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.page_domain = _array(folder, "page_domain")
        self.crawled = _array(folder, "crawled")
        self.source = _array(folder, "source")
        self.target = _array(folder, "target")
        self.flags = _array(folder, "flags")
        self.first_seen = _array(folder, "first_seen")
        self.page_hashes = _array(folder, "page_hashes")
        self.domain_hashes = _array(folder, "domain_hashes")
        self.seed = int(_array(folder, "seed"))
        self._pages = Names(folder, "page")
        self._domains = Names(folder, "domain")

    @property
    def pages(self) -> int:
        return len(self.page_domain)

    @property
    def domains(self) -> int:
        return len(self._domains)

    @property
    def edges(self) -> int:
        return len(self.source)

    def page_keys(self, start: int, stop: int) -> list[str]:
        """The keys of the pages of these numbers."""
        return self._pages.between(start, stop)

    def keys_of(self, pages: NDArray[Any]) -> list[str]:
        """The keys of these pages, in their order."""
        return self._pages.of(pages)

    def names_of(self, domains: NDArray[Any]) -> list[str]:
        """The names of these domains, in their order."""
        return self._domains.of(domains)

    def domain_names(self) -> list[str]:
        return self._domains.between(0, self.domains)

    def index_of(self, keys: Sequence[str]) -> NDArray[np.int64]:
        """The numbers of these pages; -1 for one that is not in the web."""
        return places(self.page_hashes, hashes(keys, self.seed))

    def domain_index_of(self, names: Sequence[str]) -> NDArray[np.int64]:
        """The numbers of these domains; -1 for one that is not in the web."""
        return places(self.domain_hashes, hashes(names, self.seed))

    def links_of(self, keys: Sequence[str], numbers: NDArray[np.int64]) -> dict[str, int]:
        """How many pages link to each of these keys; `numbers` are those `index_of` gives."""
        first = np.searchsorted(self.target, numbers)
        last = np.searchsorted(self.target, numbers, side="right")
        return dict(zip(keys, (last - first).tolist(), strict=True))

    def votes(self, *, internal: bool) -> tuple[Any, Any]:
        """Source and target of the dofollow edges, those within a domain only if asked for."""
        wanted = DOFOLLOW if internal else DOFOLLOW | EXTERNAL
        kept = (self.flags & wanted) == wanted
        return self.source[kept], self.target[kept]

    def domain_edges(self) -> tuple[Any, Any, Any]:
        """Dofollow edges between domains: source, target, and how many pages of the source link there.

        In order of target, then of source. Takes 36 bytes for an edge between pages at its peak.
        """
        pairs = self._pages_and_domains()
        for part in _parts(len(pairs)):
            pages = pairs[part] % self.pages
            pairs[part] = pairs[part] // self.pages * self.domains + self.page_domain[pages]
        pairs.sort()
        starts = np.flatnonzero(_is_first(pairs))
        edges, total = pairs[starts], len(pairs)
        del pairs
        linking = np.diff(starts, append=total).astype(np.int32)
        del starts
        targets = (edges // self.domains).astype(np.int32)
        edges %= self.domains
        return edges.astype(np.int32), targets, linking

    def _pages_and_domains(self) -> NDArray[np.int64]:
        """Each page with each other domain it votes for, as domain * pages + page, in order; two votes are one."""
        wanted = DOFOLLOW | EXTERNAL
        pairs = np.empty(
            sum(np.count_nonzero(self.flags[part] & wanted == wanted) for part in _parts(self.edges)), np.int64
        )
        at = 0
        for part in _parts(self.edges):
            kept = self.flags[part] & wanted == wanted
            to = self.page_domain[self.target[part][kept]].astype(np.int64)
            pairs[at : at + len(to)] = to * self.pages + self.source[part][kept]
            at += len(to)
        pairs.sort()
        once: NDArray[np.int64] = pairs[_is_first(pairs)]
        return once


def _parts(edges: int) -> Iterator[slice]:
    """Slices whose intermediate results take no memory to speak of."""
    return (slice(start, start + _PART) for start in range(0, edges, _PART))


def _is_first(ordered: NDArray[Any]) -> NDArray[np.bool_]:
    is_first = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    return is_first


def places(numbered: NDArray[np.uint64], wanted: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Where these hashes stand in the numbered ones, which are in order; -1 for those that do not."""
    if not len(numbered):
        return np.full(len(wanted), -1)
    at = np.searchsorted(numbered, wanted)
    at[at == len(numbered)] = 0
    return np.where(numbered[at] == wanted, at, -1)


def _array(folder: Path, name: str) -> NDArray[Any]:
    array: NDArray[Any] = np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
    return array
