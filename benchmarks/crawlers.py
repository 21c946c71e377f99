"""The crawlers that are compared, by name: how each is started and how its links are judged."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.measure import Run, run, service

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.server import Counters

NAMES = {
    "ours": "this crawler, as a user runs it",
    "plain": "CrawlSpider + LinkExtractor, one item per link",
    "default": "Scrapy's defaults, URL list, empty callback",
    "lean": "leanest official Scrapy parts, URL list, empty callback",
}
# Ours, and PYTHONDONTWRITEBYTECODE: only what is not installed, which is ours, would be compiled anew at each start.
_NOT_INHERITED = ("MONGODB_URI", "BACKLINKS_DATA_DIR", "SCRAPY_SETTINGS_MODULE", "PYTHONDONTWRITEBYTECODE")


@dataclass(slots=True)
class Bench:
    """One benchmark's web server, counters and folder."""

    pages: int
    seed: int
    port: int
    server: int  # process id
    counters: Counters
    folder: Path
    mongo: str  # discarding or embedded

    def run(self, crawler: str) -> Run:
        """One run of one crawler, its links judged where it records any."""
        return self._run_ours() if crawler == "ours" else self._run_other(crawler)

    def _environment(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        for name in _NOT_INHERITED:
            kept.pop(name, None)
        return kept | {"http_proxy": f"http://127.0.0.1:{self.port}"} | more

    def _measure(self, crawler: str, command: list[str], environment: dict[str, str]) -> Run:
        log = self.folder / f"{crawler}.log"
        result = run(crawler, [sys.executable, *command], environment, self.counters, log, self.server)
        if result.exit_status:
            print(f"{crawler} ended with status {result.exit_status}; its last words:", file=sys.stderr)
            print("\n".join(log.read_text(errors="replace").splitlines()[-15:]), file=sys.stderr)
        return result

    def _run_other(self, crawler: str) -> Run:
        output = self.folder / "items.jsonl"
        output.unlink(missing_ok=True)
        module, argument = {
            "plain": ("plain_crawlspider", ["seeds.txt", output]),
            "default": ("default_scrapy", ["urls.txt"]),
            "lean": ("lean_scrapy", ["urls.txt"]),
        }[crawler]
        files = [str(self.folder / name) for name in argument]
        result = self._measure(crawler, ["-m", f"benchmarks.runners.{module}", *files], self._environment())
        if crawler == "plain":
            result.verdict = self._judge("items", output)
            output.unlink(missing_ok=True)
        return result

    def _run_ours(self) -> Run:
        data = self.folder / "data"
        shutil.rmtree(data, ignore_errors=True)
        seeds = (self.folder / "seeds.txt").read_text().split()
        command = ["-m", "backlinks", "crawl", *seeds, "--pages", "0", "-s", "DOWNLOAD_DELAY=0"]
        if self.mongo == "embedded":
            return self._run_ours_embedded(command, data)
        dump = self.folder / "dump.bin"
        with service("benchmarks.discarding_mongo", "--dump", str(dump)) as (port, _):
            uri = f"mongodb://127.0.0.1:{port}/benchmark"
            result = self._measure("ours", command, self._environment(MONGODB_URI=uri, BACKLINKS_DATA_DIR=str(data)))
        result.verdict = self._judge("stored", dump)
        dump.unlink()
        return result

    def _run_ours_embedded(self, command: list[str], data: Path) -> Run:
        """Against the real embedded server, which is started before and not measured."""
        environment = self._environment(BACKLINKS_DATA_DIR=str(data))
        backlinks = [sys.executable, "-m", "backlinks", "db"]
        subprocess.run([*backlinks, "start"], env=environment, check=True, stdout=subprocess.DEVNULL)
        try:
            result = self._measure("ours", command, environment)
            uri = subprocess.run(
                [*backlinks, "uri"], env=environment, check=True, capture_output=True, text=True
            ).stdout
            result.verdict = self._judge("database", uri.strip())
        finally:
            subprocess.run([*backlinks, "stop"], env=environment, check=True, stdout=subprocess.DEVNULL)
        return result

    def _judge(self, kind: str, source: Path | str) -> dict[str, Any]:
        """In a process of its own: the truth of a large web would make this one large."""
        web = ["--pages", str(self.pages), "--seed", str(self.seed)]
        command = [sys.executable, "-m", "benchmarks.truth", kind, str(source), *web]
        verdict: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        return verdict
