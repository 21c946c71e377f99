"""`python -m benchmarks.score`: the score job on an index of made-up links, stage by stage, and a second time."""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from benchmarks import prose
from link_index import connection, embedded
from link_index.documents import ensure_indexes, link_id, page_hash
from link_index.urls import target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pymongo.database import Database

LINKS_A_PAGE = 20  # of which some lead to the page's own domain
EXTERNAL = 5
PAGES_A_DOMAIN = 20
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
_AT_ONCE = 1000  # pages written at once


@click.command(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.option("--links", default=200_000, help="Size of the web; a quarter leads to other domains.")
@click.option("--seed", default=1, help="Another seed is another web.")
@click.option("--measure", hidden=True, type=click.Path(), help="Score the index there, in this process.")
def main(links: int, seed: int, measure: str | None) -> None:
    """Score an index twice. The embedded database on the same machine takes most of the wall time.

    What a large MongoDB leaves to wait for is the processor time of the job.
    """
    if measure is not None:
        _measure(Path(measure))
        return
    with tempfile.TemporaryDirectory(prefix="backlinks-score-") as name:
        folder = Path(name)
        server = embedded.start(folder / "db", port=0)
        try:
            db = connection.connect(f"mongodb://127.0.0.1:{server.port}/benchmark")
            began = time.monotonic()
            _fill(db, links, seed)
            click.echo(f"{links:,} links are stored, in {time.monotonic() - began:,.0f} s.", err=True)
            db.client.close()
            uri = f"mongodb://127.0.0.1:{server.port}/benchmark"
            for run in ("first run", "second run"):
                click.echo(f"\n{run}")
                command = [sys.executable, "-m", "benchmarks.score", "--measure", str(folder)]
                subprocess.run(command, check=True, env={"MONGODB_URI": uri, "PATH": ""})
        finally:
            embedded.stop(folder / "db")


def _measure(folder: Path) -> None:
    """Run the job, and print what each stage took."""
    from link_index.scoring.rank_stage import RankOptions
    from link_index.scoring.score_job import ScoreJob, Told

    db = connection.connect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    stages: dict[str, tuple[float, float]] = {}
    last = time.monotonic(), time.process_time()

    def told(step: Told) -> None:
        nonlocal last
        now = time.monotonic(), time.process_time()
        wall, cpu = stages.get(step.stage, (0.0, 0.0))
        stages[step.stage] = wall + now[0] - last[0], cpu + now[1] - last[1]
        last = now

    run = ScoreJob(db, folder / "scores", RankOptions(), told).run()
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    graph, links = run["stages"]["graph"], run["stages"]["links"]
    click.echo("  stage      wall s    CPU s")
    for stage, (wall, cpu) in stages.items():
        click.echo(f"  {stage:8} {wall:8.1f} {cpu:8.1f}")
    click.echo(f"  {graph['edges']:,} edges; {links['scored']:,} backlinks valued, {links['changed']:,} changed")
    click.echo(f"  {stages['links'][1] / max(links['scored'], 1) * 1e6:,.0f} us of processor time a backlink")
    click.echo(f"  peak memory {peak / 1e6:,.0f} MB above the program's own")


def _fill(db: Database[dict[str, Any]], links: int, seed: int) -> None:
    ensure_indexes(db)
    pages = Pages(links // LINKS_A_PAGE, seed)
    for start in range(0, pages.count, _AT_ONCE):
        some = [pages.page(number) for number in range(start, min(start + _AT_ONCE, pages.count))]
        db.links.insert_many([link for _, of_page in some for link in of_page])
        db.pages.insert_many([page for page, _ in some])


class Pages:
    """Pages by number, as a crawl stores them; popular domains are linked to as a power law has it."""

    def __init__(self, count: int, seed: int) -> None:
        self.count, self._seed = count, seed
        self._domains = max(count // PAGES_A_DOMAIN, 1)

    def url(self, number: int) -> str:
        return f"https://site-{number % self._domains}.example/{self._words(number, 2).replace(' ', '-')}/{number}"

    def page(self, number: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        url = self.url(number)
        known = target(url)
        links = list(self._links(number, url, known.domain))
        packed = b"".join(link["_id"].bytes[8:] + bytes(4) for link in links)
        assert all(link["_id"].bytes[:8] == page_hash(url) for link in links)
        page = {
            "_id": url, "key": known.key, "domain": known.domain, "outcome": "page", "status": 200, "depth": 1,
            "fetched_at": BEGAN, "noindex": False, "nofollow": False, "language": "en",
            "title": self._words(number, 5), "headings": [self._words(number + step, 4) for step in range(4)],
            "links": packed,
        }  # fmt: skip
        return page, links

    def _links(self, number: int, url: str, domain: str) -> Iterator[dict[str, Any]]:
        chance = random.Random(self._seed * 1_000_003 + number)
        for place in range(LINKS_A_PAGE):
            linked = self._linked(chance, number, is_external=place < EXTERNAL)
            known = target(linked)
            yield {
                "_id": link_id(url, linked, "text", place), "source_url": url, "source_domain": domain,
                "target_url": linked, "target_key": known.key, "target_domain": known.domain,
                "anchor": prose_of(chance, 3), "text_before": prose_of(chance, 8), "text_after": prose_of(chance, 8),
                "occurrences": 1, "link_type": "text", "rel": [], "dofollow": chance.random() < 0.8, "nofollow": False,
                "ugc": False, "sponsored": False, "nofollow_by": [], "is_internal": known.domain == domain,
                "placement": "content", "source_external_links": EXTERNAL,
                "source_internal_links": LINKS_A_PAGE - EXTERNAL,
                "first_seen": BEGAN + timedelta(days=chance.randrange(300)),
            }  # fmt: skip

    def _linked(self, chance: random.Random, number: int, *, is_external: bool) -> str:
        if is_external:
            return self.url(int(self.count * chance.random() ** 3))
        step = self._domains * chance.randrange(1, PAGES_A_DOMAIN)
        return self.url((number + step) % self.count)

    def _words(self, number: int, count: int) -> str:
        return prose_of(random.Random(self._seed * 7_919 + number), count)


def prose_of(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(prose.WORDS, k=count))


if __name__ == "__main__":
    main()
