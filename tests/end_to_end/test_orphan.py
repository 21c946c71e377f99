"""A worker whose scrapyd dies: it drains, and that nobody reads what it says is no failure."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from tests.end_to_end.crawls import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.end_to_end.crawls import Crawl
    from tests.redis_server import RedisServer

# As scrapyd does: its runner is the worker's program, both streams are pipes to it.
SCRAPYD = """
import subprocess, sys
worker = subprocess.Popen([sys.executable, *sys.argv[1:]], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
worker.wait()
"""
WORKER = "import scrapyd; from backlinks.cli import main; main()"


def test_an_orphaned_worker_drains_and_ends_well_without_a_reader(
    slow_web: Callable[[int], Crawl], redis_server: RedisServer, tmp_path: Path
) -> None:
    crawl = slow_web(200)
    log = tmp_path / "worker.log"
    options = ["-s", f"LOG_FILE={log}", "-s", "LOG_LEVEL=INFO", "-s", "BACKLINKS_PROGRESS_INTERVAL=0.5"]
    command = ["crawl", "first.example", "--no-follow-external", "--name", "news", *options]
    scrapyd = subprocess.Popen(
        [sys.executable, "-c", SCRAPYD, "-c", WORKER, *command],
        cwd=ROOT,
        env=crawl.environment | {"REDIS_URL": redis_server.url},
    )
    crawl.until(lambda: len(crawl.pages_asked_for()) > 5)
    scrapyd.kill()
    scrapyd.wait()
    crawl.until(lambda: "Spider closed (shutdown)" in log.read_text("utf-8"))
    told = log.read_text("utf-8")
    assert "scrapyd is gone: this worker drains" in told
    assert "Traceback" not in told
    assert "BrokenPipeError" not in told
