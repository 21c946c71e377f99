"""Workers that share a crawl learn of its traps from each other, and the crawl comes to its end."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tests.end_to_end.test_shared_crawl import SHORT, redis, workers
from tests.trap_web import FOLDER, TrapWeb, is_trap, site_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.end_to_end.crawls import Crawl
    from tests.redis_server import RedisServer

__all__ = ["redis"]
WORKERS = 4
SITES = ("growing.example", "www.wildcard.example")


def test_all_workers_together_fetch_no_more_than_three_hundred_pages_of_a_trap(
    new_crawl: Callable[..., Crawl],
    redis: RedisServer,
) -> None:
    crawl = new_crawl(FOLDER)
    crawl.server.web = TrapWeb()  # type: ignore[assignment]
    command = [
        *(f"http://{site}/" for site in SITES),
        "--no-follow-external",
        *SHORT,
        "-s",
        "DOWNLOAD_DELAY=0",
        "--pages",
        "2000",
    ]
    with workers(WORKERS, crawl, redis, *command):
        pass
    asked = crawl.pages_asked_for()
    in_traps = Counter(site_of(url) for url in asked if is_trap(url))
    assert all(50 < in_traps[site] <= 300 for site in SITES), in_traps
    assert {f"http://{site}/products/{n}" for n in range(1, 9) for site in SITES} <= set(asked)
    assert crawl.db.crawls.find_one({})["reason"] == "finished"
    assert 1 <= crawl.db.pages.count_documents({"reason": "trap:path"}) <= 10 * WORKERS
