"""A crawl by several workers on one machine, every part of it a process of its own that can be killed and frozen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

from backlink_spider.frontier_entry import loads
from backlinks.web_server import WebServer
from link_index import connection, embedded
from tests.redis_server import RedisServer

if TYPE_CHECKING:
    import signal
    from types import TracebackType

    from tests.faults.mesh_web import MeshWeb

ROOT = Path(__file__).parents[2]
LEASE = 4.0  # seconds
DELAY = 0.3  # seconds, of every host
CRAWL = "mesh"


@dataclass
class Worker:
    """One worker as an operator's supervisor has it: started again whenever it has died."""

    number: int
    folder: Path
    command: list[str]
    environment: dict[str, str]
    starts: int = 0
    frozen_until: float = 0.0  # by the conductor's clock; 0 if it is not
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.starts += 1
        with (self.folder / f"worker-{self.number}.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environment, stdout=log, stderr=subprocess.STDOUT
            )

    @property
    def status(self) -> int | None:
        """The exit status of its last process, None while that runs."""
        assert self.process is not None
        return self.process.poll()

    def send(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def log(self) -> str:
        return (self.folder / f"worker-{self.number}.log").read_text(errors="replace")


@dataclass
class Cluster:
    """A web, Redis, the embedded database and workers. Everything it keeps is in `folder`."""

    folder: Path
    web: MeshWeb
    workers: int = 3
    is_local: bool = False  # one worker with its own frontier file; Redis is there, and nobody asks it
    crew: list[Worker] = field(default_factory=list)

    def __enter__(self) -> Self:
        self.redis = RedisServer(self.folder / "redis", "--appendonly", "yes", "--maxmemory-policy", "noeviction")
        self.redis.start()
        self._database = self.folder / "db"
        self._port = embedded.start(self._database, port=0).port
        self.server = WebServer(self.web).__enter__()  # type: ignore[arg-type]  # all it asks is `answer`
        seeds = self.folder / "seeds.txt"
        seeds.write_text("\n".join(self.web.seeds))
        for number in range(self.workers):
            data = self.folder / f"data-{number}"
            data.mkdir()
            self.crew.append(Worker(number, self.folder, self._command(seeds), self._environment(data)))
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        for worker in self.crew:
            worker.end()
        self.server.__exit__()
        self.redis.kill()
        embedded.stop(self._database)

    @property
    def uri(self) -> str:
        return f"mongodb://127.0.0.1:{self._port}/faults"

    def stop_database(self) -> None:
        embedded.stop(self._database)

    def start_database(self) -> None:
        embedded.start(self._database, port=self._port)

    def edges(self) -> set[tuple[str, str]]:
        """(source, target) of the live links in the index."""
        db = connection.connect(self.uri)
        try:
            rows = db["links"].find({"lost_at": None}, {"source_url": 1, "target_url": 1})
            return {(row["source_url"], row["target_url"]) for row in rows}
        finally:
            db.client.close()

    def dead_letters(self) -> set[str]:
        """URLs of the pages that the crawl's only run gave up."""
        found = set()
        with self.redis.client() as client:
            for key in client.scan_iter("{b*}1:dead"):
                for letter in client.lrange(key, 0, -1):
                    _, _, _, _, host, entry = letter.split(b" ", 5)
                    found.add(loads(entry, host.decode()).url)
        return found

    def _command(self, seeds: Path) -> list[str]:
        settings = {
            "BACKLINKS_LEASE": LEASE,
            "DOWNLOAD_DELAY": DELAY,
            "DOWNLOAD_TIMEOUT": 1.5,
            "BACKLINKS_RETRY_BACKOFF": 0.1,
            "BACKLINKS_ROBOTS_RETRY": 0.5,
            "DOWNLOADER_MIDDLEWARES": json.dumps({"tests.faults.deadly_pages.DeadlyPages": 580}),
        }
        given = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
        program = str(Path(sys.executable).with_name("backlinks"))
        name = [] if self.is_local else ["--name", CRAWL]
        return [program, "crawl", str(seeds), *name, "--pages", "0", *given]

    def _environment(self, data: Path) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        return kept | {
            "http_proxy": self.server.proxy,
            **({} if self.is_local else {"REDIS_URL": self.redis.url}),
            "PYTHONPATH": str(ROOT),
            connection.URI_VARIABLE: self.uri,
            connection.DATA_DIR_VARIABLE: str(data),
        }
