"""A crawl of the hostile web by the real command, watched: its pages, its log, its time and its memory."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.end_to_end.crawls import ROOT
from tests.webs.hostile.server import BEHAVIOURS, HostileServer

if TYPE_CHECKING:
    from tests.end_to_end.crawls import Crawl

MIB = 1024 * 1024
EXTENSIONS = {"tests.end_to_end.worker_watch.WorkerWatch": 999}
# Times and limits that are right for the web of others and would take a test too long. Sizes of one page are a tenth.
SETTINGS: dict[str, Any] = {
    "BACKLINKS_ALLOWED_NETWORKS": "127.0.0.0/8",
    "BACKLINKS_MAX_LINKS_PER_PAGE": 1_000,
    "BACKLINKS_MAX_NESTING": 200,
    "BACKLINKS_RETRY_BACKOFF": 0.01,
    "DOWNLOAD_DELAY": 0,
    "REDIRECT_MAX_TIMES": 5,
    "RETRY_TIMES": 0,
}


@dataclass
class Hostile:
    """What a crawl of every behaviour was seen to do."""

    server: HostileServer
    output: str = ""  # log and summary
    pages: dict[str, dict[str, Any]] = field(default_factory=dict)  # by URL
    counts: dict[str, Any] = field(default_factory=dict)  # the crawl's stats
    links: dict[str, int] = field(default_factory=dict)  # stored, by URL of their page
    stretch: float = 0.0  # seconds of processor time that it worked without a turn for anything else
    memory: int = 0  # bytes, at most


def crawl_hostile_web(crawl: Crawl, folder: Path, size: int) -> Hostile:
    """All behaviours at once; `size` is that of what is large, in bytes, and the limit of a body."""
    seeds, watch = folder / "seeds.txt", folder / "watch"
    settings = SETTINGS | {
        "BACKLINKS_MAX_PARSE_MEMORY": max(16 * MIB, 128 * MIB * size // (10 * MIB)),
        "BACKLINKS_MAX_PARSE_TIME": max(0.15, 0.75 * size / (10 * MIB)),
        "BACKLINKS_MAX_TEXT_PER_PAGE": 200_000,
        "DOWNLOAD_MAXSIZE": size,
        "DOWNLOAD_TIMEOUT": 5 if size == MIB else 60,
        "EXTENSIONS": json.dumps(EXTENSIONS),
        "WATCH_FILE": watch,
    }
    with HostileServer(size) as server:
        seeds.write_text("\n".join(server.url(name) for name in BEHAVIOURS), "utf-8")
        options = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
        done = subprocess.run(
            [Path(sys.executable).with_name("backlinks"), "crawl", str(seeds), "--depth", "0", *options],
            cwd=ROOT,
            env=crawl.environment | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=900,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    (record,) = crawl.db.crawls.find()
    by_page = crawl.db.links.aggregate([{"$group": {"_id": "$source_url", "links": {"$sum": 1}}}])
    return Hostile(
        server,
        done.stdout + done.stderr,
        {page["_id"]: page for page in crawl.db.pages.find()},
        record["counts"],
        {row["_id"]: row["links"] for row in by_page},
        **json.loads(watch.read_text()),
    )
