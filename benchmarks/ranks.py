"""`python -m benchmarks.ranks`: PageRank of random webs by the product's code, igraph and networkx, in one run.

Each engine computes each web in a process of its own, from arrays of edges to an array of ranks.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import click
import numpy as np

ENGINES = ("ours", "igraph", "networkx")
TOLERANCE = 1e-10  # the sum of all deviations; igraph's PRPACK solves to the same by default
AGREES = 1e-9  # of every single rank
EDGES_A_NODE = 10
FASTER_THAN_NETWORKX, SLOWER_THAN_THE_BEST, BYTES_AN_EDGE = 20.0, 1.5, 40.0


class Measured(NamedTuple):
    """Seconds to build the graph and to rank it, the peak of memory with the edges it was given, and the ranks."""

    build: float
    rank: float
    peak: int
    ranks: Any

    @property
    def seconds(self) -> float:
        return self.build + self.rank


def web(edges: int, seed: int) -> tuple[Any, Any, int]:
    """Sources, targets and number of nodes: anyone links, the popular are linked to as a power law has it."""
    random = np.random.default_rng(seed)
    nodes = edges // EDGES_A_NODE
    sources = random.integers(0, nodes * 4 // 5, edges, dtype=np.int32)  # a fifth is not crawled and dangles
    targets = (nodes * random.random(edges) ** 3).astype(np.int32)
    mixed = random.permutation(nodes).astype(np.int32)
    pairs = np.unique(mixed[targets].astype(np.int64) * nodes + mixed[sources])
    sources, targets = (pairs % nodes).astype(np.int32), (pairs // nodes).astype(np.int32)
    kept = sources != targets
    return sources[kept], targets[kept], nodes


@click.command(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.option("--edges", default="100_000,1_000_000,10_000_000", help="Sizes of the webs, in links.")
@click.option("--engines", default=",".join(ENGINES), help="networkx needs 5 GB and minutes at ten million.")
@click.option("--seed", default=1, help="Another seed is another web.")
def main(edges: str, engines: str, seed: int) -> None:
    """Rank random webs by each engine to one accuracy. Exit status: 1 if a required figure is missed."""
    missed = False
    click.echo(
        f"{'links':>10} {'engine':9} {'build s':>8} {'rank s':>8} {'all s':>8} {'bytes a link':>13} {'deviation':>10}"
    )
    for size in map(int, edges.split(",")):
        with tempfile.TemporaryDirectory(prefix="backlinks-ranks-") as name:
            folder = Path(name)
            sources, targets, nodes = web(size, seed)
            for each, array in (("sources", sources), ("targets", targets), ("nodes", np.array(nodes))):
                np.save(folder / f"{each}.npy", array)
            links = len(sources)
            del sources, targets
            found = {engine: _in_a_process(engine, folder) for engine in engines.split(",")}
        for engine, measured in found.items():
            deviation = np.abs(measured.ranks - found["ours"].ranks).max() if "ours" in found else 0.0
            click.echo(
                f"{links:>10,} {engine:9} {measured.build:8.2f} {measured.rank:8.2f} {measured.seconds:8.2f} "
                f"{measured.peak / links:13.1f} {deviation:10.1e}"
            )
        if "ours" in found:
            missed |= not _met(found, links)
    sys.exit(missed)


def _met(found: dict[str, Measured], links: int) -> bool:
    """Print the required figures of one size, and whether all were met."""
    ours = found["ours"]
    others = [measured for engine, measured in found.items() if engine != "ours"]
    checks = [("memory", "<= 40 bytes a link", ours.peak / links, ours.peak / links <= BYTES_AN_EDGE)]
    if others:
        best = ours.seconds / min(measured.seconds for measured in others)
        checks.append(("time, against the best of the others", "<= 1.5x", best, best <= SLOWER_THAN_THE_BEST))
        apart = max(float(np.abs(measured.ranks - ours.ranks).max()) for measured in others)
        checks.append(("largest deviation of a rank", "<= 1e-9", apart, apart <= AGREES))
    if "networkx" in found:
        faster = found["networkx"].seconds / ours.seconds
        checks.append(("networkx's time, against ours", ">= 20x", faster, faster >= FASTER_THAN_NETWORKX))
    for name, required, value, met in checks:
        click.echo(f"{'':10} {name:38} {required:>20} {value:10.3g}  {'met' if met else 'MISSED'}")
    return all(met for *_, met in checks)


def _in_a_process(engine: str, folder: Path) -> Measured:
    output = folder / f"{engine}.npz"
    subprocess.run(
        [sys.executable, "-m", "benchmarks.ranks", "--measure", engine, str(folder), str(output)], check=True
    )
    with np.load(output) as told:
        return Measured(float(told["build"]), float(told["rank"]), int(told["peak"]), told["ranks"])


def measure(engine: str, folder: Path, output: Path) -> None:
    """Rank the web in the folder with one engine. Its libraries and the edges are loaded before the clock starts."""
    build, rank = _ENGINES[engine]()
    before = _memory("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
    sources, targets = np.load(folder / "sources.npy"), np.load(folder / "targets.npy")
    nodes = int(np.load(folder / "nodes.npy"))
    started = time.perf_counter()
    graph = build(sources, targets, nodes)
    built = time.perf_counter()
    ranks = rank(graph)
    ended = time.perf_counter()
    np.savez(output, build=built - started, rank=ended - built, peak=_memory("VmHWM") - before, ranks=ranks)


def _memory(name: str) -> int:
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) * 1024


def _ours() -> Any:
    from link_index.ranks.graph import Graph
    from link_index.ranks.page_rank import page_rank

    return Graph.from_edges, lambda graph: page_rank(graph, tolerance=TOLERANCE).values


def _igraph() -> Any:
    import igraph

    def build(sources: Any, targets: Any, nodes: int) -> Any:
        return igraph.Graph(nodes, memoryview(np.column_stack((sources, targets)).astype(np.int64)), directed=True)

    return build, lambda graph: np.array(graph.pagerank())


def _networkx() -> Any:
    import networkx
    import scipy.sparse  # noqa: F401  # what its PageRank imports when it is first called

    def build(sources: Any, targets: Any, nodes: int) -> Any:
        graph = networkx.DiGraph()
        graph.add_nodes_from(range(nodes))
        graph.add_edges_from(zip(sources.tolist(), targets.tolist(), strict=True))
        return graph

    def rank(graph: Any) -> Any:
        nodes = len(graph)  # its tolerance is that of one step, times the number of nodes
        found = networkx.pagerank(graph, tol=TOLERANCE * 0.15 / nodes, max_iter=1000)
        return np.fromiter((found[node] for node in range(nodes)), float, nodes)

    return build, rank


_ENGINES = {"ours": _ours, "igraph": _igraph, "networkx": _networkx}

if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
    else:
        main()
