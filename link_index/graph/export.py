"""Writes a graph of the web as files that the engines of others read."""

from __future__ import annotations

import csv
import gzip
import io
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from link_index.graph.chosen_graph import GRAPHS, chosen_graph

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from link_index.graph.chosen_graph import ChosenGraph
    from link_index.graph.web_arrays import WebArrays

    Told = Callable[[int], object]  # hears how many rows were written

ROWS = 100_000  # nodes or edges in memory at a time, and in a file of many
_QUICK = 4  # of gzip's nine levels: half the time for a tenth more bytes
# No normalised URL has a control character; a key that has one all the same must not break a line.
_CONTROLS = {code: f"%{code:02X}" for code in (*range(32), 127)}


def export(web: WebArrays, folder: Path, form: str, which: str, told: Told | None = None) -> dict[str, Any]:
    """Write a graph of GRAPHS to an empty folder in a form of FORMS; gives what `graph.json` says of it.

    `graph.json` comes last: where it is, the export is whole.
    """
    graph = chosen_graph(web, which)
    written = 0
    for rows in FORMS[form](graph, folder):
        written += rows
        if told:
            told(written)
    about = {
        "format": form,
        "graph": which,
        "edge_filter": GRAPHS[which],
        "nodes": graph.nodes,
        "edges": graph.edges,
        "exported": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    (folder / "graph.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    return about


def _edges(graph: ChosenGraph, folder: Path) -> Iterator[int]:
    """Nodes and edges by their names, as lines of fields between tabs."""
    yield from _write_nodes(graph, folder)
    with _gzipped(folder / "edges.tsv.gz") as file:
        for part in _parts(graph.edges):
            ends = (_names(graph.names(numbers[part])) for numbers in (graph.source, graph.target))
            columns = (map(str, column[part].tolist()) for column in graph.columns.values())
            file.writelines("\t".join(row) + "\n" for row in zip(*ends, *columns, strict=True))
            yield part.stop - part.start


def _webgraph(graph: ChosenGraph, folder: Path) -> Iterator[int]:
    """WebGraph's ASCIIGraph: the number of nodes, then a line of successors for each node.

    Not its list of arcs, which knows no node beyond the last that has an edge.
    """
    yield from _write_nodes(graph, folder)
    graph.teleport.astype(">f8").tofile(folder / "teleport.bin")  # as Java's DataInput reads it
    starts = np.concatenate(([0], np.cumsum(np.bincount(graph.source, minlength=graph.nodes))))
    with (folder / "graph.graph-txt").open("w", encoding="ascii", newline="\n") as file:
        file.write(f"{graph.nodes}\n")
        for part in _parts(graph.nodes):
            begin, *ends = starts[part.start : part.stop + 1].tolist()
            successors = list(map(str, graph.target[begin : starts[part.stop]].tolist()))
            at = 0
            for end in ends:
                file.write(" ".join(successors[at : end - begin]) + "\n")
                at = end - begin
            yield len(successors)


def _graphframes(graph: ChosenGraph, folder: Path) -> Iterator[int]:
    """Vertices and edges in the columns of GraphFrames, as folders of CSV files that Spark reads side by side."""
    for kind in ("vertices", "edges"):
        (folder / kind).mkdir()
    for number, part in enumerate(_parts(graph.nodes)):
        numbers = np.arange(part.start, part.stop)
        fields = (numbers.tolist(), _names(graph.names(numbers)), _names(graph.domains(numbers)))
        rows = zip(*fields, graph.teleport[part].tolist(), strict=True)
        _write_csv(folder / "vertices" / f"part-{number:05}.csv.gz", ("id", "key", "domain", "teleport"), rows)
        yield part.stop - part.start
    for number, part in enumerate(_parts(graph.edges)):
        columns = {"src": graph.source, "dst": graph.target, **graph.columns}
        rows = zip(*(column[part].tolist() for column in columns.values()), strict=True)
        _write_csv(folder / "edges" / f"part-{number:05}.csv.gz", columns, rows)
        yield part.stop - part.start


FORMS: dict[str, Callable[[ChosenGraph, Path], Iterator[int]]] = {
    "edges": _edges,
    "webgraph": _webgraph,
    "graphframes": _graphframes,
}


def _write_nodes(graph: ChosenGraph, folder: Path) -> Iterator[int]:
    """A line for each node in the order of their numbers: its name and its domain."""
    with _gzipped(folder / "nodes.tsv.gz") as file:
        for part in _parts(graph.nodes):
            numbers = np.arange(part.start, part.stop)
            rows = zip(_names(graph.names(numbers)), _names(graph.domains(numbers)), strict=True)
            file.writelines(f"{name}\t{domain}\n" for name, domain in rows)
            yield part.stop - part.start


def _write_csv(path: Path, header: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> None:
    with _gzipped(path) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _names(names: list[str]) -> Iterator[str]:
    return (name if name.isprintable() else name.translate(_CONTROLS) for name in names)


def _parts(rows: int) -> Iterator[slice]:
    """Slices of ROWS; one that is empty where there are no rows, so that a file says what its columns are."""
    return (slice(start, min(start + ROWS, rows)) for start in range(0, max(rows, 1), ROWS))


def _gzipped(path: Path) -> io.TextIOWrapper:
    return io.TextIOWrapper(gzip.GzipFile(path, "wb", _QUICK, mtime=0), encoding="utf-8", newline="\n")
