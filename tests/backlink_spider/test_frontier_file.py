from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from backlink_spider import frontier_file
from backlink_spider.frontier import Frontier
from backlink_spider.frontier_file import (
    FrontierDamaged,
    FrontierDiskFull,
    FrontierError,
    FrontierLocked,
    FrontierUnwritable,
)
from tests.frontier_steps import fetched, targets

if TYPE_CHECKING:
    from collections.abc import Callable


def test_notes_are_kept(opened: Callable[..., Frontier]) -> None:
    frontier = opened()
    frontier.set_note("settings", "old")
    frontier.set_note("settings", '{"depth": 2}')
    frontier.set_note("seed http://a/", "")
    frontier.flush()
    frontier = opened()
    assert frontier.note("settings") == '{"depth": 2}'
    assert frontier.note("other") is None
    assert frontier.notes("seed ") == ["seed http://a/"]


def test_a_queued_url_costs_less_than_a_hundred_bytes_beyond_its_text(
    opened: Callable[..., Frontier], tmp_path: Path
) -> None:
    frontier = opened()
    pages = targets(*(f"www.host{n % 200}.example/a/path/of/usual/length/{n}.html" for n in range(10_000)))
    for start in range(0, len(pages), 40):
        frontier.push(pages[start : start + 40], 1)
    frontier.close()
    text = sum(len(page.url) for page in pages)
    assert (tmp_path / "crawl" / "frontier.sqlite").stat().st_size - text < 100 * len(pages)


def test_two_crawls_cannot_use_one_file(opened: Callable[..., Frontier]) -> None:
    path = opened().path
    with pytest.raises(FrontierLocked, match=r"Another crawl is using .*frontier\.sqlite"):
        Frontier(path)


def test_a_file_that_is_no_frontier_is_left_as_it_is(tmp_path: Path) -> None:
    garbage, foreign = tmp_path / "garbage", tmp_path / "foreign"
    garbage.write_text("no database " * 1000)
    database = sqlite3.connect(foreign)
    database.execute("CREATE TABLE t (x)")
    database.close()
    for path in (garbage, foreign):
        before = path.read_bytes()
        with pytest.raises(FrontierDamaged, match="move it away"):
            Frontier(path)
        assert path.read_bytes() == before


def test_a_file_of_an_earlier_version_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "frontier.sqlite"
    database = sqlite3.connect(path)
    database.executescript(
        frontier_file.SCHEMA.replace(
            ", fetched INTEGER NOT NULL DEFAULT 0);\n    CREATE INDEX hosts_ready", ");\n    CREATE INDEX hosts_ready"
        ).replace("user_version = 2", "user_version = 1")
    )
    assert "fetched" not in [column[1] for column in database.execute("PRAGMA table_info(hosts)")]
    database.close()
    frontier = Frontier(path, max_pages_per_host=1)
    frontier.push(targets("a/1", "a/2"), 0)
    assert fetched(frontier) == ["a/1"]
    frontier.close()
    again = Frontier(path, max_pages_per_host=1)
    assert fetched(again) == []
    again.close()


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(FrontierUnwritable, match="choose another folder"):
        Frontier(tmp_path / "file" / "frontier.sqlite")
    with pytest.raises(FrontierUnwritable, match="cannot be opened"):
        Frontier(tmp_path / "folder")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
@pytest.mark.parametrize(("file_mode", "folder_mode"), [(0o444, 0o755), (0o644, 0o555)])
def test_a_read_only_file_or_folder_is_said(tmp_path: Path, file_mode: int, folder_mode: int) -> None:
    path = tmp_path / "crawl" / "frontier.sqlite"
    Frontier(path).close()
    path.chmod(file_mode)
    path.parent.chmod(folder_mode)
    with pytest.raises(FrontierUnwritable, match="writable"):
        Frontier(path)
    path.parent.chmod(0o755)


def test_a_full_disk_leaves_the_file_as_of_the_last_commit(opened: Callable[..., Frontier]) -> None:
    frontier = opened()
    frontier.push(targets("a/1"), 0)
    frontier.flush()
    (pages,) = frontier._db.execute("PRAGMA page_count").fetchone()
    frontier._db.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(FrontierDiskFull, match="free some space") as caught:
        frontier.push(targets(*(f"a/{n}" for n in range(2, 1000))), 0)
    assert caught.value.reason == "disk_full"
    assert fetched(opened()) == ["a/1"]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_READONLY, FrontierUnwritable),
        (sqlite3.SQLITE_IOERR_WRITE, FrontierUnwritable),
        (sqlite3.SQLITE_CORRUPT, FrontierDamaged),
        (sqlite3.SQLITE_ERROR, FrontierError),
    ],
)
def test_every_failure_is_one_sentence(code: int, kind: type[FrontierError]) -> None:
    error = sqlite3.OperationalError("of some kind")
    error.sqlite_errorcode = code
    told = frontier_file.frontier_error(error, Path("frontier.sqlite"))
    assert type(told) is kind
    assert str(told).count(".sqlite") == 1
    assert str(told).endswith(".")
