"""Crawls whose database takes no writes and whose spool is full, too: they pause, say so, and go on by themselves."""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING

import pytest

from tests.mongo_proxy import FAULTS, MongoProxy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.end_to_end.crawls import Crawl

PAGES, LINKS = 40, 280  # a page comes to about 1 MB in the index: 16 fill the queue in front of the writer
SMALL_DISK = 400_000  # bytes a file may have: less than a batch of pages, more than the frontier's files


@pytest.fixture
def heavy(new_crawl: Callable[..., Crawl], tmp_path: Path) -> Iterator[tuple[Crawl, MongoProxy]]:
    """A crawl of pages of very many links, whose database is behind a proxy."""
    long = "x" * 1800
    links = "".join(f"<a href='http://target{number}.example/{long}'>{number}</a>" for number in range(LINKS))
    pages = "".join(f"<a href='/{number}'>{number}</a>" for number in range(1, PAGES))
    rules = ['["heavy.example"]', "status = 200", 'file = "links.html"', "delay = 0.02"]
    rules += ['["http://heavy.example/robots.txt"]', "status = 404", 'body = ""']
    rules += ['["http://heavy.example/"]', f'body = "{pages}"', 'content_type = "text/html"']
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "links.html").write_text(links)
    (tmp_path / "web" / "web.toml").write_text("\n".join(rules))
    crawl = new_crawl(tmp_path / "web")
    assert crawl.db.client.address is not None
    with MongoProxy(*crawl.db.client.address) as proxy:
        crawl.uri = f"mongodb://127.0.0.1:{proxy.port}/{crawl.db.name}"
        yield crawl, proxy


@pytest.mark.parametrize("full", ["cap", "disk"])
def test_a_crawl_whose_stores_are_all_full_pauses_says_so_and_goes_on(
    heavy: tuple[Crawl, MongoProxy], full: str
) -> None:
    crawl, proxy = heavy
    log = crawl.folder / "log"
    cap = ["-s", "BACKLINKS_SPOOL_MAX_BYTES=500000"] if full == "cap" else []
    told = ["-s", "BACKLINKS_PROGRESS_INTERVAL=0.1", "-s", f"LOG_FILE={log}"]
    with crawl.start("http://heavy.example/", "--no-follow-external", *cap, *told) as process:
        crawl.until(lambda: crawl.db.pages.count_documents({"outcome": "page"}) > 2)
        if full == "disk":
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (SMALL_DISK, resource.RLIM_INFINITY))
        proxy.fault = FAULTS["out of disk space"]
        crawl.until(lambda: log.exists() and "The spool takes no more" in log.read_text())
        crawl.until(lambda: crawl.is_paused())
        assert len(crawl.pages_asked_for()) < PAGES
        if full == "disk":
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            crawl.until(lambda: "The spool has room again" in log.read_text())
        proxy.fault = None
        output, _ = process.communicate(timeout=60)

    assert process.returncode == 0, output
    assert "(waiting: the database is away and the spool is full)" in output
    assert "MongoDB could not store: 1 times" in output
    assert "Nor could the spool, the crawl waited: 1 times" in output
    assert len(crawl.pages_asked_for()) == PAGES
    assert crawl.db.pages.count_documents({"outcome": "page"}) == PAGES
    assert crawl.db.links.count_documents({"is_internal": False}) == (PAGES - 1) * LINKS
    assert not list((crawl.folder / "spool").iterdir())
    assert not list((crawl.folder / "dead-letters").iterdir())


# In a mount namespace of its own, as any user may have one: a small disk, full until a file appears elsewhere.
_ON_A_SMALL_DISK = """
mount -t tmpfs -o size=64m none "$1" || exit 77
head -c 40000000 /dev/zero > "$1/other"
(until [ -e "$2" ]; do sleep 0.05; done; rm "$1/other") &
shift 2
exec "$@"
"""


def test_a_crawl_on_a_full_disk_pauses_says_so_and_goes_on_when_there_is_room(
    slow_web: Callable[[int], Crawl], tmp_path: Path
) -> None:
    crawl = slow_web(20)
    room = tmp_path / "room"
    reserve = ["-s", "BACKLINKS_DISK_RESERVE=50000000", "-s", "BACKLINKS_PROGRESS_INTERVAL=0.1"]
    command = ["http://first.example/", "--no-follow-external", *reserve]
    small = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", _ON_A_SMALL_DISK, "sh"]
    with crawl.start(*command, before=[*small, str(crawl.folder), str(room)]) as process:
        assert process.stdout is not None
        seen = []
        for line in process.stdout:
            seen.append(line)
            if "waiting for room on the disk" in line:
                break
        if not seen or process.poll() in {1, 77}:
            pytest.skip("this system lets no user mount a disk")
        assert crawl.is_paused()
        asked_for = len(crawl.pages_asked_for())
        room.touch()
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 0, output
    assert "The crawl pauses: the disk of" in "".join(seen)
    assert "The crawl waited for room on the disk (BACKLINKS_DISK_RESERVE): 1 times" in output
    assert asked_for < len(crawl.pages_asked_for()) == 20
    assert crawl.db.pages.count_documents({"outcome": "page"}) == 20
