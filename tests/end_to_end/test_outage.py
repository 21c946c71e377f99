"""Takes the database away from a crawl at work, and gives it back."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

from link_index import connection, embedded

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.end_to_end.crawls import Crawl


def test_a_crawl_outlives_an_outage_of_its_database(slow_web: Callable[[int], Crawl]) -> None:
    crawl = slow_web(60)
    folder = connection.server_folder(crawl.folder)
    crawl.uri = ""  # the embedded server of its own folder
    server = embedded.start(folder, port=0)
    try:
        with crawl.start("http://first.example/", "--no-follow-external") as process:
            crawl.until(lambda: len(crawl.pages_asked_for()) > 20)
            embedded.stop(folder)
            asked_for = len(crawl.pages_asked_for())
            crawl.until(lambda: len(crawl.pages_asked_for()) > asked_for + 15)
            embedded.start(folder, port=server.port)
            output, _ = process.communicate(timeout=60)
        assert process.returncode == 0, output
        assert len(crawl.pages_asked_for()) == 60
        db = connection.connect(f"mongodb://127.0.0.1:{server.port}/backlinks")
        assert db.pages.count_documents({"outcome": "page"}) == 60
        assert db.links.count_documents({"target_domain": "target.example"}) == 59
        db.client.close()
    finally:
        embedded.stop(folder)


def test_the_embedded_database_of_a_crawl_is_started_again_when_it_was_killed(slow_web: Callable[[int], Crawl]) -> None:
    crawl = slow_web(60)
    crawl.uri = ""
    with crawl.start(
        "http://first.example/", "--no-follow-external", "-s", "BACKLINKS_PROGRESS_INTERVAL=0.1"
    ) as process:
        crawl.until(lambda: len(crawl.pages_asked_for()) > 20)
        server = embedded.running(connection.server_folder(crawl.folder))
        assert server is not None
        os.kill(server.pid, signal.SIGKILL)
        output, _ = process.communicate(timeout=60)
    try:
        assert process.returncode == 0, output
        assert "MongoDB cannot store now, pages wait in the spool" in output
        assert "(the database is away: pages wait in the spool)" in output
        assert "MongoDB could not store: 1 times" in output
        db = connection.connect(None, crawl.folder)
        assert db.pages.count_documents({"outcome": "page"}) == 60
        assert db.links.count_documents({"target_domain": "target.example"}) == 59
        db.client.close()
    finally:
        embedded.stop(connection.server_folder(crawl.folder))
