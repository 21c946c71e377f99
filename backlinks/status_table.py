"""A crawl's report as text for a person. What comes from the web or from Redis is shown without control characters."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from backlink_spider.worker_about import RATES
from link_index.shown_text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from backlink_spider.frontier_report import CrawlReport, Server, Worker
    from backlinks.buried_pages import BuriedPage

LATELY = 3600.0  # seconds for which a lost worker is told
_WORKER = (
    "worker",
    "machine:pid",
    "job",
    "up",
    "pages/s",
    "links/s",
    "errors/s",
    "held",
    "ready",
    "buffered",
    "beat",
    "state",
)
_CRAWL = ("crawl", "run", "state", "workers", "pages/s", "queued", "in flight", "fetched", "dead letters")


def crawl(found: CrawlReport) -> str:
    """One crawl: its state, its frontier, its workers."""
    return "\n".join(_lines(found))


def crawls(found: Sequence[CrawlReport]) -> str:
    """All crawls of a Redis, a line each."""
    if not found:
        return "There are no crawls in Redis: `backlinks crawl` or `backlinks seed` makes one."
    return "\n".join(_columns([_CRAWL, *map(_row_of_crawl, found)]))


def dead_letters(found: Sequence[BuriedPage]) -> str:
    """The pages a crawl gave up, a line each."""
    if not found:
        return "No page was given up."
    rows = [("since", "why", "workers lost", "of it", "URL")]
    for page in found:
        at = datetime.fromtimestamp(page.at, tz=UTC).strftime("%Y-%m-%d %H:%M:%S")
        rows.append((at, page.why, f"{page.losses}", f"{page.deaths}", page.url or "(unreadable)"))
    return "\n".join(_columns(rows))


def _lines(found: CrawlReport) -> Iterator[str]:
    label = f"  label {visible(found.label)}" if found.label else ""
    seeds = f"  seeds {found.seeds:,}" if found.seeds else ""  # noted only where the scope asks for them
    yield (
        f"crawl {visible(found.name)}  run {found.run}{label}  {_state(found)} {_time(_age(found))}"
        f"{seeds}  {_redis(found.servers)}"
    )
    budget = f" of {found.pages:,}" if found.pages else ""
    leased = sum(int(worker.number("held")) for worker in found.workers)
    yield (
        f"queued {found.queued:,}  in flight {found.flying:,}  set aside {found.aside:,}"
        f"  fetched {found.fetched:,}{budget}  seen {found.seen:,}"
        f"  hosts {found.hosts_waiting:,} waiting, {leased:,} leased"
    )
    letters = f" (backlinks status {visible(found.name)} --dead-letters)" if found.dead_letters else ""
    links, errors = (sum(int(worker.number(name)) for worker in found.workers) for name in ("links", "errors"))
    pages_rate, link_rate, error_rate = found.rates().values()
    yield (
        f"rate {pages_rate:,.1f} pages/s, {link_rate:,.1f} links/s, {error_rate:,.1f} errors/s"
        f"  links {links:,}  errors {errors:,}  start-urls {found.start_urls:,}"
        f"  dead letters {found.dead_letters:,}{letters}"
    )
    if found.workers:
        yield from _columns([_WORKER, *(_row_of_worker(worker, found.now) for worker in found.workers)])
    else:
        yield "no workers"
    lost = [
        f"{each.session} ({_machine(each.about)}) {_time(each.age)} ago" for each in found.lost if each.age < LATELY
    ]
    if lost:
        yield f"lost in the last hour: {', '.join(lost)}"


def _state(found: CrawlReport) -> str:
    if found.state == "finished":
        return f"finished ({visible(found.reason)}) after"
    return f"{visible(found.state)} for"


def _age(found: CrawlReport) -> float:
    return (found.finished or found.now) - found.started


def _redis(servers: Sequence[Server]) -> str:
    if not servers:
        return ""
    first, used = servers[0], sum(server.used_bytes for server in servers) / 1e9
    limit = f" of {sum(server.max_bytes for server in servers) / 1e9:,.1f}" if first.max_bytes else ""
    told = f"Redis {visible(first.version)}, {used:,.1f}{limit} GB, policy {visible(first.policy)}"
    if not all(server.appends for server in servers):
        told += ", append-only file off"
    if len(servers) > 1:
        told += f", keys a server {' / '.join(f'{server.keys:,}' for server in servers)}"
    return told


def _row_of_crawl(found: CrawlReport) -> tuple[str, ...]:
    state = found.state
    if state == "finished":
        state = f"finished ({found.reason})"
    elif not state:
        state = f"lost: backlinks frontier rebuild {found.name}"
    numbers = (found.queued, found.flying, found.fetched, found.dead_letters)
    return (
        found.name,
        str(found.run),
        state,
        str(len(found.workers)),
        f"{found.rates()['rate']:,.1f}",
        *(f"{number:,}" for number in numbers),
    )


def _row_of_worker(worker: Worker, now: float) -> tuple[str, ...]:
    about = worker.about
    return (
        str(worker.session),
        _machine(about),
        str(about.get("job") or "-"),
        _up(about, now),
        *(f"{worker.number(name):,.1f}" for name in RATES),
        *(f"{int(worker.number(name)):,}" for name in ("held", "ready", "buffered")),
        f"{worker.beat_age:.1f} s",
        _state_of(worker),
    )


def _state_of(worker: Worker) -> str:
    if worker.is_silent:
        ends = worker.lease_ends
        return "silent" if ends is None else f"silent: leases end in {max(ends, 0):.0f} s"
    state = str(worker.about.get("state") or "-")
    notes = [
        note
        for note, holds in (
            ("to drain", worker.is_draining),
            ("queueing seeds", worker.is_seeding),
            ("waits for the database", worker.about.get("waiting")),
            ("its scrapyd is gone", worker.about.get("orphan")),
        )
        if holds
    ]
    return ", ".join([state, *notes])


def _up(about: dict[str, Any], now: float) -> str:
    try:
        return _time(now - datetime.fromisoformat(about["started"]).timestamp())
    except (KeyError, TypeError, ValueError):
        return "-"


def _machine(about: dict[str, Any]) -> str:
    return f"{about.get('host', '?')}:{about.get('pid', '?')}"


def _time(seconds: float) -> str:
    minutes, second = divmod(max(int(seconds), 0), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}"


def _columns(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The rows with their cells below each other."""
    cells = [[visible(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        yield "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
