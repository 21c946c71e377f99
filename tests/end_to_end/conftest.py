"""Real crawls of webs kept as files: a server on loopback, the command as a person runs it, the real database."""

from __future__ import annotations

import os
import subprocess
import sys
import time
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
SLOW_HOSTS = ("first.example", "second.example", "third.example")


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

    def start(self, *arguments: str, command: str = "backlinks") -> subprocess.Popen[str]:
        return subprocess.Popen(
            [Path(sys.executable).with_name(command), "crawl", *HURRY, *arguments],
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

    def until(self, happens: Callable[[], bool]) -> None:
        """Wait for what the crawl at work will do."""
        deadline = time.monotonic() + 30
        while not happens():
            assert time.monotonic() < deadline, "the crawl does not get on"
            time.sleep(0.02)

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


@pytest.fixture
def slow_web(new_crawl: Callable[..., Crawl], tmp_path: Path) -> Callable[[int], Crawl]:
    """Makes three hosts with so many pages each, which take their time, so that a crawl can be caught at work."""

    def make(pages: int) -> Crawl:
        rules = []
        for host in SLOW_HOSTS:
            links = "".join(f"<a href='/{number}'>{number}</a>" for number in range(1, pages))
            rules += [f'["{host}"]', "status = 200", "delay = 0.05", f'["http://{host}/robots.txt"]', "status = 404"]
            rules += [f'["http://{host}/"]', f'body = "{links}"']
            for number in range(1, pages):
                link = f"<a href='http://target.example/{host}/{number}'>{number}</a>"
                rules += [f'["http://{host}/{number}"]', f'body = "{link}"']
        (tmp_path / "web.toml").write_text("\n".join(rules), "utf-8")
        made: Crawl = new_crawl(tmp_path)
        return made

    return make
