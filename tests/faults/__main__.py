"""`python -m tests.faults`: crawls that everything happens to, and the verdicts on them."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import click

from tests.faults.cluster import DELAY, LEASE, Cluster
from tests.faults.conductor import Conductor
from tests.faults.judge import Verdict, judge
from tests.faults.mesh_web import RETRY_AFTER, MeshWeb
from tests.faults.plan import Plan
from tests.faults.stores import stores

SHOWN = 5  # examples of what is wrong


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, invoke_without_command=True)
@click.pass_context
def main(context: click.Context) -> None:
    """Crawl generated webs while everything happens to the crawl's parts. Without a COMMAND: both of them."""
    if context.invoked_subcommand is None:
        statuses = [_status_of(command) for command in (stores, shared)]
        sys.exit(max(statuses))


def _status_of(command: click.Command) -> int:
    try:
        command.main([], standalone_mode=False)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


main.add_command(stores)


@main.command(context_settings={"show_default": True})
@click.option("--kills", default=100, help="SIGKILLs of workers, each started again at once.")
@click.option("--freezes", default=10, help="Workers stopped for longer than their lease.")
@click.option("--redis-kills", default=5, help="SIGKILLs of Redis, each started again within a second or so.")
@click.option("--redis-freezes", default=3, help="Times that Redis is stopped for three quarters of a lease.")
@click.option("--outage", default=60.0, help="Seconds without the database.")
@click.option("--workers", default=3)
@click.option("--local", is_flag=True, help="One worker with a frontier of its own, without Redis.")
@click.option("--hosts", default=40)
@click.option("--pages", default=120, help="Of each host.")
@click.option("--seed", default=1, help="Of the web and of the moments.")
@click.option("--deadly-page/--no-deadly-page", default=True, help="One page kills every worker that reads it.")
@click.option("--minutes", default=30.0, help="After which it counts as hanging.")
def shared(
    kills: int,
    freezes: int,
    redis_kills: int,
    redis_freezes: int,
    outage: float,
    workers: int,
    local: bool,
    hosts: int,
    pages: int,
    seed: int,
    deadly_page: bool,
    minutes: float,
) -> None:
    """Crawl a generated web with several workers while they, Redis and the database are killed and frozen.

    Workers are killed also while the database is away, while Redis is and while one of them is frozen: the same seed
    is the same plan.

    Judged are the links stored against the links the web has, and the web server's log: no host is asked twice at a
    time, and none sooner than its delay, crawl-delay and Retry-After allow. Exit status: 1 if anything is wrong.
    """
    web = MeshWeb(hosts, pages, seed, has_deadly_page=deadly_page)
    crew = 1 if local else workers
    plan = Plan(kills, freezes, 0 if local else redis_kills, 0 if local else redis_freezes, outage, LEASE, crew)
    with (
        tempfile.TemporaryDirectory(prefix="backlinks-faults-") as folder,
        Cluster(Path(folder), web, crew, is_local=local) as cluster,
    ):
        conductor = Conductor(cluster, plan, seed, say=lambda text: click.echo(text, err=True))
        try:
            conductor.run(60 * minutes)
        except (TimeoutError, RuntimeError) as error:
            click.echo(str(error), err=True)
            sys.exit(1)
        verdict = judge(
            cluster.server.log, cluster.edges(), web.edges, lambda host: web.delay(host, DELAY), RETRY_AFTER
        )
        buried = cluster.dead_letters()
        click.echo(report(verdict, conductor, web, buried))
    deadly = {web.deadly_url} if deadly_page and not local else set()
    if conductor.left or conductor.missed or buried != deadly or not verdict.is_good:
        sys.exit(1)


def report(verdict: Verdict, conductor: Conductor, web: MeshWeb, buried: set[str]) -> str:
    """The verdict as a person reads it, with examples of what is wrong."""
    faults = ", ".join(f"{number} {name}" for name, number in sorted(conductor.done.items()))
    amid = [f"{number} while {what}" for what, number in sorted(conductor.amid.items())]
    amid += [f"none while {what}, as was planned" for what in sorted(conductor.missed)]
    lines = [
        f"Faults: {faults or 'none'}"
        + (f"; the crawl ended before {len(conductor.left)} more" if conductor.left else ""),
        f"Kills: {', '.join(amid) or 'none'}",
        f"Links: {len(web.edges):,} there are, {len(verdict.missing):,} missing, {len(verdict.extra):,} invented",
        f"Two requests at a time on one host: {len(verdict.overlaps)}",
        f"Requests too early: {len(verdict.short_gaps)}; the smallest gap was {verdict.smallest_gap:.2f} of the delay",
        f"Pages: {len(web.links):,} there are, asked for {verdict.fetched:,} times, {verdict.fetched_again:,} again",
        f"Pages given up: {', '.join(sorted(buried)) or 'none'}",
    ]
    for name in ("missing", "extra", "overlaps", "short_gaps"):
        lines += [f"  {name}: {example}" for example in list(getattr(verdict, name))[:SHOWN]]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
