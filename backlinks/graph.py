"""`backlinks graph`: the web of the index as a graph, for engines that rank more than one machine can hold."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING

import click

from backlinks.reading_progress import reading_progress
from backlinks.standard_streams import tell
from link_index import connection
from link_index.errors import UsageMistake

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMATS = ("edges", "webgraph", "graphframes")
CHOICES = ("pages", "sites", "domains", "all")


@click.group()
def graph() -> None:
    """Hand the web of the index to other engines.

    `backlinks score` ranks the graph on one machine. What is larger, or wants other measures, goes out as files.

    \b
    backlinks graph export web --format webgraph
    """


@graph.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(FORMATS), default="edges", show_default=True,
              help="edges: pairs of keys. webgraph: for WebGraph and LAW. graphframes: for Spark.")  # fmt: skip
@click.option("--graph", "which", type=click.Choice(CHOICES), default="pages", show_default=True,
              help="pages: dofollow links between pages of different domains. sites: dofollow links between pages. "
              "domains: dofollow links between domains. all: every live link between pages.")  # fmt: skip
def export(folder: Path, form: str, which: str) -> None:
    """Write a graph of the live links to DIR, which is made or is empty.

    A node is a page, or a domain; of all links between two nodes there is one edge. `docs/graph.md` says what the
    files are and which commands rank them.

    \b
    backlinks graph export web --format webgraph
    backlinks graph export web --format graphframes --graph domains
    backlinks graph export web --graph all && zcat web/edges.tsv.gz | head
    """
    with _empty_folder(folder):
        from link_index.graph.export import export as write  # numpy and scipy load here: --help need not wait
        from link_index.graph.extraction import extract

        with tempfile.TemporaryDirectory(dir=folder, prefix="arrays-") as arrays:
            db = connection.connect()
            with db.client, reading_progress("links and pages") as progress:
                web = extract(db, Path(arrays), progress)
            with reading_progress("nodes and edges", "written") as progress:
                about = write(web, folder, form, which, progress)
            del web
    tell(f"{about['nodes']:,} nodes and {about['edges']:,} edges written to {folder}.", err=True)


@contextmanager
def _empty_folder(folder: Path) -> Iterator[None]:
    """Makes the folder, and leaves nothing in it if what is done there fails."""
    if folder.exists() and not folder.is_dir():
        raise UsageMistake(f"{folder} is a file; name a folder that is empty or not there.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageMistake(f"{folder} cannot be made: {error.strerror}.") from None
    if any(folder.iterdir()):
        raise UsageMistake(f"{folder} is not empty; name a folder that is empty or not there.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UsageMistake(f"{folder} may not be written to.")
    try:
        yield
    except BaseException:
        for each in folder.iterdir():
            rmtree(each) if each.is_dir() else each.unlink()
        raise
