"""Real crawls of webs kept as files: a server on loopback, the command as a person runs it, the real database."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from backlinks.web_folder import WebFolder
from backlinks.web_server import WebServer
from link_index import connection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pymongo.database import Database

ROOT = Path(__file__).parents[2]
# Times that are right for the web of others and wrong for our own.
HURRY = ["-s", "DOWNLOAD_DELAY=0", "-s", "BACKLINKS_RETRY_BACKOFF=0.01"]


@dataclass(slots=True)
class Crawl:
    """A web, a database and a data folder of its own, and the commands that crawl the one into the other."""

    server: WebServer
    db: Database[dict[str, Any]]
    uri: str
    folder: Path  # of the data

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        own = {"http_proxy": self.server.proxy, "https_proxy": self.server.proxy}
        return kept | own | {connection.URI_VARIABLE: self.uri, connection.DATA_DIR_VARIABLE: str(self.folder)}

    def start(self, *arguments: str, command: str = "backlinks") -> subprocess.Popen[str]:
        return subprocess.Popen(
            [Path(sys.executable).with_name(command), "crawl", *arguments, *HURRY],
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

    def pages_asked_for(self) -> list[str]:
        """The URLs of the requests so far, robots.txt left out."""
        return [exchange.url for exchange in self.server.log if not exchange.url.endswith("/robots.txt")]


@pytest.fixture(scope="session")
def new_crawl(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Crawl]]:
    """Makes a Crawl of the webs in some folders; servers and databases go at the end of the session."""
    crawls: list[Crawl] = []

    def make(*folders: Path) -> Crawl:
        name = f"crawl_{uuid.uuid4().hex}"
        whole, _, options = connection.with_database(mongodb_uri).partition("?")
        uri = f"{whole.rpartition('/')[0]}/{name}{'?' if options else ''}{options}"
        server = WebServer(WebFolder(*folders)).__enter__()
        crawls.append(Crawl(server, connection.connect(uri), uri, tmp_path_factory.mktemp("data")))
        return crawls[-1]

    yield make
    for crawl in crawls:
        crawl.server.__exit__()
        crawl.db.client.drop_database(crawl.db)
        crawl.db.client.close()
