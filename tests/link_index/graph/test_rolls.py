"""Webs of many rolls and buckets, against the same web kept in dictionaries."""

from __future__ import annotations

from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from link_index.errors import LinkIndexError
from link_index.graph import names, rolls, web_arrays
from link_index.graph.buckets import Buckets
from link_index.graph.growing_array import GrowingArray
from link_index.graph.rolls import Rolls
from link_index.graph.web_arrays import DOFOLLOW, EXTERNAL, HIDDEN, WebArrays

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = [
    "com.example/a\nb",
    "com.example/\0",
    "com.example/\0\0",
    "com.example/\t\U0001f600",
    "",
    " ",
    "com.é/" + "x" * 9000,
]


@pytest.mark.parametrize("roll", [7, 100_000])
def test_a_web_is_what_was_added(tmp_path: Path, roll: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rolls, "ROLL", roll)
    random = Random(roll)
    keys = [*HOSTILE, *(f"com.example.h{n}/{n}" for n in range(300))]
    domains = {key: f"d{at % 40}" for at, key in enumerate(keys)}
    edges: dict[tuple[str, str], list[tuple[int, int]]] = {}
    writing = Rolls(tmp_path, seed=0)
    for _ in range(3000):
        source, target = random.choices(keys, k=2)
        flags = random.choice([0, EXTERNAL, EXTERNAL | DOFOLLOW, EXTERNAL | HIDDEN, DOFOLLOW])
        day = random.randrange(-5, 20_000)
        writing.add_edge(source, domains[source], target, domains[target], flags, day)
        edges.setdefault((source, target), []).append((flags, day))
    crawled = random.sample(keys, 100)
    for key in crawled:
        writing.add_page(key, domains[key])
    writing.close()
    web = WebArrays(tmp_path)

    found = web.page_keys(0, web.pages)
    assert sorted(found) == sorted({key for edge in edges for key in edge} | set(crawled))
    assert web.keys_of(np.array([5, 0, 5])) == [found[5], found[0], found[5]]
    assert web.index_of(found).tolist() == list(range(web.pages))
    assert dict(zip(found, web.names_of(web.page_domain), strict=True)) == {key: domains[key] for key in found}
    assert {key for key, is_crawled in zip(found, web.crawled.tolist(), strict=True) if is_crawled} == set(crawled)
    pairs = [(found[a], found[b]) for a, b in zip(web.source.tolist(), web.target.tolist(), strict=True)]
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == set(edges)
    for pair, flags, day in zip(pairs, web.flags.tolist(), web.first_seen.tolist(), strict=True):
        each = [flags for flags, _ in edges[pair]]
        expected = HIDDEN if all(flags & HIDDEN for flags in each) else 0
        for bit in (EXTERNAL, DOFOLLOW):
            expected |= bit if any(flags & bit for flags in each) else 0
        assert (flags, day) == (expected, min(day for _, day in edges[pair]))
    assert (np.diff(web.target.astype(np.int64) * web.pages + web.source) > 0).all()


@pytest.mark.parametrize("part", [3, 1_000_000])
def test_a_page_votes_once_for_each_other_domain(tmp_path: Path, part: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_arrays, "_PART", part)
    random = Random(1)
    writing = Rolls(tmp_path, seed=0)
    linking: dict[tuple[str, str], set[int]] = {}
    for _ in range(500):
        source, target = random.randrange(40), random.randrange(40)
        ends = f"d{source % 7}", f"d{target % 7}"
        flags = random.choice([0, DOFOLLOW, DOFOLLOW | HIDDEN]) | (EXTERNAL if ends[0] != ends[1] else 0)
        writing.add_edge(f"{source}", ends[0], f"{target}", ends[1], flags, 1)
        if flags & DOFOLLOW and flags & EXTERNAL:
            linking.setdefault(ends, set()).add(source)
    writing.close()
    web = WebArrays(tmp_path)
    sources, targets, pages = web.domain_edges()
    found = zip(web.names_of(sources), web.names_of(targets), pages.tolist(), strict=True)
    assert sorted(found) == sorted((*ends, len(each)) for ends, each in linking.items())
    assert (np.diff(targets.astype(np.int64) * web.domains + sources) > 0).all()


def test_nothing_but_the_web_stays_in_the_folder(tmp_path: Path) -> None:
    writing = Rolls(tmp_path, seed=0)
    writing.add_edge("com.a/", "a.com", "com.b/", "b.com", 3, 1)
    writing.close()
    assert {path.suffix for path in tmp_path.iterdir()} == {".npy", ".bin"}


def test_a_web_that_was_not_closed_is_none(tmp_path: Path) -> None:
    Rolls(tmp_path, seed=0).add_page("com.a/", "a.com")
    with pytest.raises(FileNotFoundError):
        WebArrays(tmp_path)


@pytest.mark.parametrize("roll", [1, 100_000])
def test_names_that_collide_are_refused(tmp_path: Path, roll: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rolls, "ROLL", roll)
    monkeypatch.setattr(rolls, "xxh3_64_intdigest", lambda name, _: len(name))
    writing = Rolls(tmp_path, seed=0)
    writing.add_page("com.a/", "a.com")
    with pytest.raises(names.HashCollision):
        _add_and_close(writing, "com.b/")
    assert issubclass(names.HashCollision, LinkIndexError)


def _add_and_close(writing: Rolls, key: str) -> None:
    writing.add_page(key, "a.com")
    writing.close()


def test_buckets_give_all_records_with_the_hashes_of_one_below_those_of_the_next(tmp_path: Path) -> None:
    buckets = Buckets(tmp_path, "records", [("hash", np.uint64), ("value", np.int32)], by="hash")
    records = np.zeros(1000, buckets.dtype)
    records["hash"] = np.random.default_rng(1).integers(0, 2**64, 1000, dtype=np.uint64)
    records["hash"][:2] = 0, 2**64 - 1
    records["value"] = range(1000)
    buckets.write(records[:10])
    buckets.write(records[10:])
    read = list(buckets.read())
    assert all(one["hash"].max() < other["hash"].min() for one, other in pairwise(read))
    assert sorted(np.concatenate(read).tolist(), key=lambda record: record[1]) == records.tolist()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("pieces", [[], [[]], [[1], [], [2, 3]], [[7] * 100_000] * 11])
def test_an_array_that_grew_is_read_as_any_other(tmp_path: Path, pieces: list[list[int]]) -> None:
    with GrowingArray(tmp_path / "it.npy", np.int32) as growing:
        for piece in pieces:
            growing.append(np.array(piece, np.int64))
    read = np.load(tmp_path / "it.npy", mmap_mode="r", allow_pickle=False)
    assert read.dtype == np.int32
    assert read.tolist() == [value for piece in pieces for value in piece]
