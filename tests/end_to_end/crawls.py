"""A real crawl: a web kept as files behind a server on loopback, the command as a person runs it, the real database."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from link_index import connection

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pymongo.database import Database

    from backlinks.web_server import WebServer

ROOT = Path(__file__).parents[2]
# Times that are right for the web of others and wrong for our own.
HURRY = ["-s", "DOWNLOAD_DELAY=0", "-s", "BACKLINKS_RETRY_BACKOFF=0.01", "-s", "BACKLINKS_ROBOTS_RETRY=0.05"]


@dataclass(slots=True)
class Crawl:
    """A web, a database and a data folder of its own, and the commands that crawl the one into the other."""

    server: WebServer
    db: Database[dict[str, Any]]
    uri: str
    folder: Path  # of the data
    proxied: bool = True

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        proxies = {"http_proxy": self.server.proxy, "https_proxy": self.server.proxy} if self.proxied else {}
        return kept | proxies | {connection.URI_VARIABLE: self.uri, connection.DATA_DIR_VARIABLE: str(self.folder)}

    def start(self, *arguments: str, command: str = "backlinks", before: Sequence[str] = ()) -> subprocess.Popen[str]:
        """`before` are the words of a program that runs the command."""
        return subprocess.Popen(
            [*before, Path(sys.executable).with_name(command), "crawl", *HURRY, *arguments],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str, command: str = "backlinks") -> str:
        """The output of a crawl that must end well."""
        with self.start(*arguments, command=command) as process:
            output, _ = process.communicate(timeout=120)
        assert process.returncode == 0, output
        return output

    def command(self, *words: str) -> str:
        """What another `backlinks` command prints, which must end well."""
        program = Path(sys.executable).with_name("backlinks")
        done = subprocess.run(
            [program, *words], cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def on_terminal(self, *words: str) -> str:
        """What a `backlinks` command that must end well sends to a terminal."""
        reading, terminal = pty.openpty()
        program, shown = Path(sys.executable).with_name("backlinks"), b""
        with subprocess.Popen([program, *words], cwd=ROOT, env=self.environment, stdout=terminal) as told:
            os.close(terminal)
            with suppress(OSError):  # Linux says so when the last writer has gone
                while part := os.read(reading, 100_000):
                    shown += part
        os.close(reading)
        assert told.returncode == 0
        return shown.decode()

    def until(self, happens: Callable[[], bool]) -> None:
        """Wait for what the crawl at work will do."""
        deadline = time.monotonic() + 30
        while not happens():
            assert time.monotonic() < deadline, "the crawl does not get on"
            time.sleep(0.02)

    def is_paused(self) -> bool:
        """Whether the crawl at work asks for nothing for a second."""
        before = len(self.server.log)
        time.sleep(1.0)  # time is what is asked about
        return len(self.server.log) == before

    def pages_asked_for(self) -> list[str]:
        """The URLs of the requests so far, robots.txt left out."""
        return [exchange.url for exchange in self.server.log if not exchange.url.endswith("/robots.txt")]
