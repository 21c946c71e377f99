"""A crawl by one process with its embedded database, as a supervisor has it: started again whenever it was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from backlinks.web_server import WebServer
from link_index import connection, embedded
from tests.faults.index_copy import index_copy

if TYPE_CHECKING:
    from types import TracebackType

    from link_index.documents import Document
    from tests.faults.layered_web import LayeredWeb

ROOT = Path(__file__).parents[2]
HURRY = ("DOWNLOAD_DELAY=0", "BACKLINKS_RETRY_BACKOFF=0.01", "BACKLINKS_PROGRESS_INTERVAL=1")


@dataclass
class LoneCrawl:
    """Everything it keeps is in `folder`; `with` serves the web, and ends the crawl and its database."""

    folder: Path
    web: LayeredWeb
    starts: int = 0
    process: subprocess.Popen[bytes] | None = None
    server: WebServer = field(init=False)

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True)
        (self.folder / "seeds.txt").write_text("\n".join(self.web.seeds))
        self.server = WebServer(self.web).__enter__()  # type: ignore[arg-type]  # all it asks is `answer`
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.server.__exit__()
        embedded.stop(self._database)

    def start(self) -> None:
        self.starts += 1
        program = str(Path(sys.executable).with_name("backlinks"))
        given = [part for pair in HURRY for part in ("-s", pair)]
        command = [program, "crawl", str(self.folder / "seeds.txt"), "--name", "lone", "--pages", "0", *given]
        with (self.folder / "crawl.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self._environment, stdout=log, stderr=subprocess.STDOUT
            )

    @property
    def status(self) -> int | None:
        """The exit status of its last process, None while that runs."""
        assert self.process is not None
        return self.process.poll()

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def kill_database(self) -> bool:
        """Whether there was one to kill: nobody but the crawl starts it again."""
        server = embedded.running(self._database)
        if server is None:
            return False
        os.kill(server.pid, signal.SIGKILL)
        return True

    def asked_for(self) -> set[str]:
        """The URLs of all requests so far, robots.txt left out."""
        return {exchange.url for exchange in [*self.server.log] if not exchange.url.endswith("/robots.txt")}

    def left_behind(self) -> list[str]:
        """Files of the spool and dead letters: what should be in the index, and is not."""
        data = self.folder / "data"
        return [str(path.relative_to(data)) for name in ("spool", "dead-letters") for path in (data / name).glob("*")]

    def index(self) -> dict[tuple[str, Any], Document]:
        db = connection.connect(None, self.folder / "data")
        try:
            return index_copy(db)
        finally:
            db.client.close()

    def log(self) -> str:
        return (self.folder / "crawl.log").read_text(errors="replace")

    @property
    def _database(self) -> Path:
        return connection.server_folder(self.folder / "data")

    @property
    def _environment(self) -> dict[str, str]:
        unwanted = {connection.URI_VARIABLE, "REDIS_URL", embedded.PORT_VARIABLE}
        kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        return {name: value for name, value in kept.items() if name not in unwanted} | {
            "http_proxy": self.server.proxy,
            "PYTHONPATH": str(ROOT),
            connection.DATA_DIR_VARIABLE: str(self.folder / "data"),
        }
