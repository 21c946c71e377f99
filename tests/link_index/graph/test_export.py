"""A small web in every form it is exported in, read back as the engines of others read it."""

from __future__ import annotations

import csv
import gzip
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from link_index.graph import export as module
from link_index.graph.chosen_graph import GRAPHS
from link_index.graph.export import FORMS, export
from link_index.graph.extraction import extract
from tests.known_links import NOFOLLOW
from tests.scored_web import crawled, linked, web_of

if TYPE_CHECKING:
    from pathlib import Path

    from pymongo.database import Database

    from link_index.graph.web_arrays import WebArrays

A, B, C, HOME = "https://a.example/", "https://a.example/b?x=1,2\\3", "https://c.example/", "https://example.com/"
LINKS = [
    linked(A, HOME, "first"),
    linked(A, HOME, "again", k=1),
    linked(A, B, "internal"),
    linked(A, "http://a.example/", "to itself, without TLS"),
    linked(B, HOME, hidden="display"),
    linked(C, HOME),
    linked(C, B),
    linked(HOME, C, **NOFOLLOW),
]
A_KEY, B_KEY, C_KEY, HOME_KEY = "example.a/", "example.a/b?x=1,2\\3", "example.c/", "com.example/"
ALONE = "example.alone/"
EDGES = {
    "pages": {(A_KEY, HOME_KEY), (B_KEY, HOME_KEY), (C_KEY, HOME_KEY), (C_KEY, B_KEY)},
    "sites": {(A_KEY, HOME_KEY), (B_KEY, HOME_KEY), (C_KEY, HOME_KEY), (C_KEY, B_KEY), (A_KEY, B_KEY)},
    "domains": {
        ("a.example", "example.com", "2"),
        ("c.example", "example.com", "1"),
        ("c.example", "a.example", "1"),
    },
    "all": {  # external, dofollow, hidden
        (A_KEY, HOME_KEY, "1", "1", "0"),
        (A_KEY, B_KEY, "0", "1", "0"),
        (A_KEY, A_KEY, "0", "1", "0"),
        (B_KEY, HOME_KEY, "1", "1", "1"),
        (C_KEY, HOME_KEY, "1", "1", "0"),
        (C_KEY, B_KEY, "1", "1", "0"),
        (HOME_KEY, C_KEY, "1", "0", "0"),
    },
}
PAGES = {
    A_KEY: "a.example",
    B_KEY: "a.example",
    C_KEY: "c.example",
    HOME_KEY: "example.com",
    ALONE: "alone.example",
}
NODES = {which: {name: name for name in PAGES.values()} if which == "domains" else PAGES for which in GRAPHS}
TELEPORT = {A_KEY: 1 / 8, B_KEY: 1 / 8, C_KEY: 1 / 4, HOME_KEY: 1 / 4, ALONE: 1 / 4}  # four domains, one of two pages


@pytest.fixture
def web(db: Database[dict[str, Any]], tmp_path: Path) -> WebArrays:
    return web_of(db, tmp_path, LINKS, [crawled(url) for url in (A, B, C, "https://alone.example/")])


@pytest.fixture(params=[1, 2, 100_000])
def _rows(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ROWS", request.param)


def exported(web: WebArrays, folder: Path, form: str, which: str) -> Path:
    folder /= "export"
    folder.mkdir()
    export(web, folder, form, which)
    return folder


def tabbed(path: Path) -> list[tuple[str, ...]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        return [tuple(line.removesuffix("\n").split("\t")) for line in lines]


def rows(folder: Path) -> list[dict[str, str]]:
    found = []
    for path in sorted(folder.iterdir()):
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            found += csv.DictReader(file)
    return found


@pytest.mark.parametrize("which", GRAPHS)
@pytest.mark.usefixtures("_rows")
def test_edges_are_pairs_of_names(web: WebArrays, tmp_path: Path, which: str) -> None:
    folder = exported(web, tmp_path, "edges", which)
    lines = tabbed(folder / "edges.tsv.gz")
    assert len(lines) == len(EDGES[which])
    assert set(lines) == EDGES[which]
    assert dict(tabbed(folder / "nodes.tsv.gz")) == NODES[which]


@pytest.mark.parametrize("which", GRAPHS)
@pytest.mark.usefixtures("_rows")
def test_webgraph_reads_a_line_of_successors_for_each_node(web: WebArrays, tmp_path: Path, which: str) -> None:
    folder = exported(web, tmp_path, "webgraph", which)
    names = [name for name, _ in tabbed(folder / "nodes.tsv.gz")]
    first, *lines = (folder / "graph.graph-txt").read_text("ascii").removesuffix("\n").split("\n")
    assert (int(first), len(lines)) == (len(names), len(names))
    successors = [list(map(int, line.split())) for line in lines]
    assert successors == [sorted(set(each)) for each in successors]
    found = {(names[source], names[target]) for source, each in enumerate(successors) for target in each}
    assert found == {edge[:2] for edge in EDGES[which]}
    teleport = np.fromfile(folder / "teleport.bin", ">f8")
    expected = TELEPORT if which != "domains" else dict.fromkeys(NODES["domains"], 1 / 4)
    assert dict(zip(names, teleport.tolist(), strict=True)) == expected


@pytest.mark.parametrize("which", GRAPHS)
@pytest.mark.usefixtures("_rows")
def test_graphframes_reads_vertices_and_edges_by_number(web: WebArrays, tmp_path: Path, which: str) -> None:
    folder = exported(web, tmp_path, "graphframes", which)
    vertices = rows(folder / "vertices")
    assert [row["id"] for row in vertices] == list(map(str, range(len(vertices))))
    assert {row["key"]: row["domain"] for row in vertices} == NODES[which]
    assert sum(float(row["teleport"]) for row in vertices) == 1
    edges = [tuple(row.values()) for row in rows(folder / "edges")]
    named = [(vertices[int(source)]["key"], vertices[int(to)]["key"], *rest) for source, to, *rest in edges]
    assert len(named) == len(EDGES[which])
    assert set(named) == EDGES[which]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("which", GRAPHS)
def test_an_empty_index_is_an_empty_graph(db: Database[dict[str, Any]], tmp_path: Path, form: str, which: str) -> None:
    folder = exported(extract(db, tmp_path / "web"), tmp_path, form, which)
    about = json.loads((folder / "graph.json").read_text())
    assert (about["nodes"], about["edges"]) == (0, 0)
    assert about["edge_filter"] == GRAPHS[which]


def test_the_edge_filter_and_the_counts_are_told(web: WebArrays, tmp_path: Path) -> None:
    told: list[int] = []
    (tmp_path / "export").mkdir()
    about = export(web, tmp_path / "export", "graphframes", "sites", told.append)
    assert json.loads((tmp_path / "export" / "graph.json").read_text()) == about
    assert (about["format"], about["graph"], about["nodes"], about["edges"]) == ("graphframes", "sites", 5, 5)
    assert told[-1] == 10


@pytest.mark.parametrize("form", ["edges", "webgraph", "graphframes"])
def test_a_key_that_no_url_has_breaks_no_line(db: Database[dict[str, Any]], tmp_path: Path, form: str) -> None:
    hostile = linked(A, HOME) | {"target_key": 'com.example/a\tb\nc\rd\0e"f,\x1bg\u2028h'}
    folder = exported(web_of(db, tmp_path, [hostile]), tmp_path, form, "pages")
    told = 'com.example/a%09b%0Ac%0Dd%00e"f,%1Bg\u2028h'
    if form == "graphframes":
        assert {row["key"] for row in rows(folder / "vertices")} == {A_KEY, told}
    else:
        assert dict(tabbed(folder / "nodes.tsv.gz")) == {A_KEY: "a.example", told: "example.com"}
