"""Takes the database away from a crawl at work, and gives it back."""

from __future__ import annotations

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
