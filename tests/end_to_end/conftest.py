"""Fixtures of the end-to-end tests: crawls with a server, a database and a data folder of their own."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest

from backlinks.web_folder import WebFolder
from backlinks.web_server import WebServer
from link_index import connection
from tests.end_to_end.crawls import Crawl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytest.register_assert_rewrite("tests.end_to_end.expectations")

SLOW_HOSTS = ("first.example", "second.example", "third.example")


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
