"""`python -m benchmarks.scaling`: one crawl by one, two and three workers, beside the same crawl without Redis."""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from benchmarks.measure import Run, cpu_seconds, run, service
from benchmarks.server import Counters
from benchmarks.web import Web
from tests.redis_server import RedisServer

if TYPE_CHECKING:
    from collections.abc import Iterator

REQUIRED = 1.15  # processor time of a page with one worker, against a page of the local mode
LOCAL = "local"


@click.command(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.option("--pages", default=4000, help="Pages of the generated web; a twentieth as many hosts.")
@click.option("--seed", default=1, help="Another seed is another web.")
@click.option("--repeats", default=3, help="Runs of each; medians are shown.")
@click.option("--workers", default="1,2,3", help="How many workers, one number after the other.")
def main(pages: int, seed: int, repeats: int, workers: str) -> None:
    """Crawl one generated web by a shared frontier, and without one.

    Workers, Redis, web server and discarding database share this machine's processors: `pages/s` stops growing where
    those are busy. What a page costs a worker's processor does not depend on that. Exit status: 1 if it is missed.
    """
    kinds = [LOCAL, *(f"{int(number)} worker{'s' if int(number) > 1 else ''}" for number in workers.split(","))]
    runs: dict[str, list[Run]] = {kind: [] for kind in kinds}
    redis_cpu: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="backlinks-scaling-") as name:
        folder = Path(name)
        (folder / "seeds.txt").write_text("\n".join(Web(pages, seed).seeds))
        options = ["--pages", str(pages), "--seed", str(seed), "--counters", str(folder / "counters")]
        with service("benchmarks.server", *options) as (port, server):
            for number, kind in ((number, kind) for number in range(repeats) for kind in kinds):
                for found, redis in _crawl(kind, folder, port, server, Counters(folder / "counters", pages)):
                    runs[kind].append(found)
                    redis_cpu[kind] = redis
                    click.echo(
                        f"{number + 1}/{repeats} {kind:10} {found.pages:,} pages {found.cpu_seconds:.2f} CPU-s",
                        err=True,
                    )
                    if found.exit_status or found.distinct < pages:
                        click.echo((folder / "log").read_text(errors="replace")[-3000:], err=True)
                        sys.exit(1)
    click.echo(f"\n{table(runs, redis_cpu)}")
    ratio = _cpu_a_page(runs[kinds[1]]) / _cpu_a_page(runs[LOCAL])
    met = ratio <= REQUIRED
    click.echo(
        f"\nprocessor time a page, {kinds[1]} against local  <= {REQUIRED}x  {ratio:.2f}x  {'met' if met else 'MISSED'}"
    )
    sys.exit(not met)


def _crawl(kind: str, folder: Path, port: int, server: int, counters: Counters) -> Iterator[tuple[Run, float]]:
    for left in ("data", "redis"):
        shutil.rmtree(folder / left, ignore_errors=True)
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment |= {"http_proxy": f"http://127.0.0.1:{port}"}
    number = 1 if kind == LOCAL else int(kind.split()[0])
    arguments = ["crawl", str(folder / "seeds.txt"), "--name", "scaling", "--pages", "0", "-s", "DOWNLOAD_DELAY=0"]
    command = [sys.executable, "-m", "benchmarks.runners.workers", str(number), str(folder / "data"), *arguments]
    redis = RedisServer(folder / "redis", "--maxmemory-policy", "noeviction")
    redis.start()
    try:
        with service("benchmarks.discarding_mongo", "--dump", str(folder / "dump")) as (mongo, _):
            environment["MONGODB_URI"] = f"mongodb://127.0.0.1:{mongo}/benchmark"
            if kind != LOCAL:
                environment["REDIS_URL"] = redis.url
            found = run(kind, command, environment, counters, folder / "log", server)
        yield found, cpu_seconds(redis.pid)
    finally:
        redis.kill()


def _cpu_a_page(runs: list[Run]) -> float:
    return statistics.median(each.cpu_seconds / each.pages for each in runs)


def table(runs: dict[str, list[Run]], redis_cpu: dict[str, float]) -> str:
    """Medians; `CPU` is of the workers alone, start-up included, in microseconds a page."""
    base = statistics.median(each.pages / each.wall_seconds for each in list(runs.values())[1])
    lines = ["             pages/s  speed-up   CPU us/page   Redis CPU us/page   fetched again   peak MB"]
    for kind, found in runs.items():
        speed = statistics.median(each.pages / each.wall_seconds for each in found)
        again = max(each.pages - each.distinct for each in found)
        redis = redis_cpu[kind] / found[-1].pages * 1e6
        lines.append(
            f"{kind:10}  {speed:8.0f}  {speed / base:7.2f}x  {_cpu_a_page(found) * 1e6:12.0f}  {redis:18.0f}"
            f"  {again:14}  {max(each.peak_mb for each in found):8.0f}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
