"""Streams the web out of MongoDB into arrays: once over the links, once over the pages, a roll of edges at a time."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import numpy as np
from xxhash import xxh3_64_intdigest

from link_index.graph.names import HashCollision, NameRolls
from link_index.graph.web_arrays import DOFOLLOW, EXTERNAL, HIDDEN, WebArrays
from link_index.urls import target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray
    from pymongo.database import Database

    from link_index.documents import Document

ROLL = 500_000  # edges held as Python objects; 200 MB of memory
VOTING_TYPES = frozenset({"text", "image", "area"})
EDGE_FIELDS = ("source_url", "source_domain", "target_key", "target_domain", "dofollow", "link_type", "hidden",
               "first_seen", "is_internal")  # fmt: skip
_SECONDS_A_DAY = 86_400
_EDGE = [("source", np.uint64), ("target", np.uint64), ("flags", np.uint8), ("day", np.int32)]


def extract(db: Database[Document], folder: Path, told: Callable[[int], Any] | None = None) -> WebArrays:
    """The live links of an index as arrays in a folder that may be there and is emptied first.

    `told` hears how many links and pages were read. Takes 60 bytes an edge at its peak, beside a roll.
    """
    for seed in range(3):  # that two names of one web collide under one seed is next to impossible, under three more so
        try:
            return _extracted(db, folder, seed, told or (lambda _: None))
        except HashCollision:
            continue
    raise HashCollision("Different names have equal hashes under every seed.")


def _extracted(db: Database[Document], folder: Path, seed: int, told: Callable[[int], Any]) -> WebArrays:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    rolls = _Rolls(folder, seed)
    read = 0
    live = {"lost_at": {"$exists": False}}
    for link in db["links"].find(live, dict.fromkeys(EDGE_FIELDS, 1) | {"_id": 0}):
        rolls.add_link(link)
        read += 1
        if not read % 10_000:
            told(read)
    for page in db["pages"].find({"outcome": "page"}, {"_id": 0, "key": 1, "domain": 1}):
        rolls.add_page(page["key"], page["domain"])
        read += 1
        if not read % 10_000:
            told(read)
    rolls.close()
    told(read)
    return WebArrays(folder)


class _Rolls:
    """Edges and names as they come; sorted and numbered in the end."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder, self._seed = folder, seed
        self._pages, self._domains = NameRolls(folder, "page"), NameRolls(folder, "domain")
        self._rolls: list[NDArray[Any]] = []
        self._crawled: list[int] = []
        self._crawled_rolls: list[NDArray[np.uint64]] = []
        self._source = ("", 0)  # the links of a page come together: its key is made once
        self._begin_roll()

    def _begin_roll(self) -> None:
        self._edges: list[tuple[int, int, int, int]] = []
        self._page_names: dict[int, bytes] = {}
        self._page_domains: dict[int, int] = {}
        self._domain_names: dict[int, bytes] = {}

    def add_link(self, link: Mapping[str, Any]) -> None:
        url = link["source_url"]
        if url != self._source[0]:
            self._source = url, self._page(target(url).key, link["source_domain"])
        flags = 0 if link["is_internal"] else EXTERNAL
        if link["dofollow"] and link["link_type"] in VOTING_TYPES:
            flags |= DOFOLLOW
        if link.get("hidden"):
            flags |= HIDDEN
        day = int(link["first_seen"].timestamp()) // _SECONDS_A_DAY
        self._edges.append((self._source[1], self._page(link["target_key"], link["target_domain"]), flags, day))
        if len(self._edges) >= ROLL:
            self._end_roll()
            self._source = ("", 0)

    def add_page(self, key: str, domain: str) -> None:
        self._crawled.append(self._page(key, domain))
        if len(self._crawled) >= ROLL:
            self._end_roll()

    def _page(self, key: str, domain: str) -> int:
        name = key.encode()
        number = xxh3_64_intdigest(name, self._seed)
        if self._page_names.setdefault(number, name) != name:
            raise HashCollision
        if number not in self._page_domains:
            domain_name = domain.encode()
            domain_number = xxh3_64_intdigest(domain_name, self._seed)
            if self._domain_names.setdefault(domain_number, domain_name) != domain_name:
                raise HashCollision
            self._page_domains[number] = domain_number
        return number

    def _end_roll(self) -> None:
        self._rolls.append(np.array(self._edges, _EDGE))
        self._crawled_rolls.append(np.array(self._crawled, np.uint64))
        self._crawled = []
        domains = np.fromiter(self._page_domains.values(), np.uint64, len(self._page_domains))
        self._pages.write(self._page_names, {"domain": domains})
        self._domains.write(self._domain_names, {})
        self._begin_roll()

    def close(self) -> None:
        """Number the names, put the edges in order and save it all."""
        self._end_roll()
        domains = self._domains.number()["hash"]
        pages = self._pages.number()
        self._save(domain_hashes=domains, page_domain=np.searchsorted(domains, pages["domain"]).astype(np.int32))
        page_hashes = pages["hash"].copy()
        del pages
        crawled = np.zeros(len(page_hashes), bool)
        for roll in self._crawled_rolls:
            crawled[np.searchsorted(page_hashes, roll)] = True
        self._save(page_hashes=page_hashes, crawled=crawled, seed=np.array(self._seed))
        self._save(**dict(_in_order(self._rolls, page_hashes)))

    def _save(self, **arrays: NDArray[Any]) -> None:
        for name, array in arrays.items():
            np.save(self._folder / f"{name}.npy", array, allow_pickle=False)


def _in_order(rolls: list[NDArray[Any]], page_hashes: NDArray[np.uint64]) -> Iterator[tuple[str, NDArray[Any]]]:
    """The columns of the edges by target, then source; an edge that several links make is one. Empties `rolls`."""
    total = sum(map(len, rolls))
    pairs = np.empty(total, np.uint64)
    flags, days = np.empty(total, np.uint8), np.empty(total, np.int32)
    at = 0
    while rolls:
        roll = rolls.pop()
        part = slice(at, at := at + len(roll))
        pairs[part] = np.searchsorted(page_hashes, roll["target"]).astype(np.uint64) << np.uint64(32)
        pairs[part] |= np.searchsorted(page_hashes, roll["source"]).astype(np.uint64)
        flags[part], days[part] = roll["flags"], roll["day"]
    order = np.argsort(pairs, kind="stable")
    pairs, flags, days = pairs[order], flags[order], days[order]
    del order
    is_first = np.ones(total, bool)
    is_first[1:] = pairs[1:] != pairs[:-1]
    starts = np.flatnonzero(is_first)
    pairs = pairs[is_first]
    yield "target", (pairs >> np.uint64(32)).astype(np.int32)
    yield "source", (pairs & np.uint64(0xFFFFFFFF)).astype(np.int32)
    hidden_throughout = np.bitwise_and.reduceat(flags, starts) & HIDDEN if total else flags
    any_of = np.bitwise_or.reduceat(flags, starts) & (EXTERNAL | DOFOLLOW) if total else flags
    yield "flags", (any_of | hidden_throughout).astype(np.uint8)
    yield "first_seen", np.minimum.reduceat(days, starts) if total else days
