"""`backlinks score`: popularity, trust, spam signals, themes, anchors and the value of every backlink."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from backlinks.standard_streams import tell
from link_index import connection

if TYPE_CHECKING:
    from link_index.documents import Document
    from link_index.ranks.seed_list import SeedList

TRUSTED_VARIABLE, SPAM_VARIABLE = "BACKLINKS_TRUSTED_SEEDS", "BACKLINKS_SPAM_SEEDS"


@click.command()
@click.option(
    "--trusted",
    type=click.Path(),
    metavar="FILE",
    help=f"A list of trusted domains, where trust begins.  [default: {TRUSTED_VARIABLE}]",
)
@click.option(
    "--spam", type=click.Path(), metavar="FILE", help=f"A list of domains known for spam.  [default: {SPAM_VARIABLE}]"
)
@click.option(
    "--damping", default=0.85, show_default=True, help="Of PageRank and trust: how often readers follow a link."
)
@click.option("--tolerance", default=1e-10, show_default=True, help="The most that all ranks together deviate.")
@click.option("--restart", is_flag=True, help="Begin anew where an interrupted run would go on.")  # fmt: skip
def score(trusted: str | None, spam: str | None, damping: float, tolerance: float, restart: bool) -> None:
    """Score the index: popularity and trust of pages and domains, signals of spam, and the value of each backlink.

    Run it after a crawl, beside one if need be. Stopped by Ctrl-C or killed, the same command goes on where it was.
    docs/ranks.md and docs/link-value.md say how it reckons; examples of seed lists are in deploy/scores.

    \b
    backlinks score --trusted deploy/scores/trusted-seeds.toml
    backlinks explain https://example.net/page example.org
    backlinks show example.org --sort value
    """
    # NumPy takes a tenth of a second to import: not for --help.
    from backlinks.score_progress import progress
    from link_index.scoring.rank_stage import RankOptions
    from link_index.scoring.score_job import ScoreJob

    options = RankOptions(damping, tolerance, _seeds(trusted, TRUSTED_VARIABLE), _seeds(spam, SPAM_VARIABLE)).checked()
    database = connection.connect()
    with database.client, progress() as told:
        run = ScoreJob(database, connection.data_dir() / "scores", options, told).run(restart=restart)
    for sentence in _summary(run):
        tell(sentence)


def _seeds(path: str | None, variable: str) -> SeedList | None:
    from link_index.ranks.seed_list import read_seed_list

    chosen = path or os.environ.get(variable)
    return read_seed_list(Path(chosen).expanduser()) if chosen else None


def _summary(run: Document) -> list[str]:
    stages, seeds = run["stages"], run["seeds"]
    graph, links = stages["graph"], stages["links"]
    seconds = (run["finished"] - run["started"]).total_seconds()
    ranked = f"{graph['pages']:,} pages of {graph['domains']:,} domains ranked by {graph['edges']:,} links"
    valued = f"{links['scored']:,} backlinks valued ({links['changed']:,} changed)"
    sentences = [
        f"Run {run['_id']}: {ranked}, {valued}, in {seconds:,.1f} s.",
        f"{stages['spam']['domains']:,} domains show signals of spam.",
    ]
    if "trusted" not in seeds:
        sentences.append("No trusted domains were named, so there is no trust: --trusted FILE (docs/ranks.md).")
    for name, found in stages["ranks"]["seeds"].items():
        listed = {"trusted": "trusted domains", "spam": "domains known for spam"}[name]
        sentences.append(f"{found:,} of the {seeds[name]['domains']:,} {listed} are in the index.")
    return sentences
