"""The writer with a real server that goes away, comes back, or refuses."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING, Any

import pytest
from pymongo import MongoClient

from link_index import embedded, page_queue, writer
from link_index.dead_letters import DeadLetters
from link_index.spool import Spool
from link_index.writer import IndexWriter
from pipelines.page_encoder import encode_page
from tests.crawled import link, page
from tests.mongo_proxy import FAULTS, MongoProxy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pymongo.database import Database

    from link_index.documents import Document
    from link_index.page_write import PageWrite

LINKS = 20


def looks(first: int, last: int) -> list[PageWrite]:
    """Pages first ... last - 1, each with its own links."""
    pages = []
    for number in range(first, last):
        url = f"https://www.source.example/{number}"
        found = [link(f"https://target{each}.example/{number}", f"{number}: {each}") for each in range(LINKS)]
        pages.append(encode_page(page(url, *found, page_id=number + 1)))
    return pages


def until(is_true: Callable[[], Any], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.01)


def client_of(uri: str, selection_ms: int, silence_ms: int | None = None) -> MongoClient[Document]:
    return MongoClient(
        uri,
        tz_aware=True,
        uuidRepresentation="standard",
        serverSelectionTimeoutMS=selection_ms,
        socketTimeoutMS=silence_ms,
        connectTimeoutMS=1000,
        heartbeatFrequencyMS=500,  # a mongod that stepped down says of itself that it is back, our proxy does not
        serverMonitoringMode="poll",
    )


class Run:
    """A writer, and what it called back."""

    def __init__(self, db: Database[Document], folder: Path, spool_bytes: int = 10**9) -> None:
        self.db = db
        self.durable: list[int] = []
        self.rooms = 0
        self.spool = Spool(folder / "spool", spool_bytes)
        self.letters = DeadLetters(folder / "dead-letters")
        self.writer = IndexWriter(db, self.spool, self.letters, self.durable.extend, self._room)

    def _room(self) -> None:
        self.rooms += 1

    def put(self, pages: list[PageWrite]) -> list[bool]:
        return [self.writer.put(each) for each in pages]

    def stored(self) -> tuple[int, int]:
        return self.db["pages"].count_documents({}), self.db["links"].count_documents({})


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_queue, "BATCH_BYTES", 60_000)
    monkeypatch.setattr(page_queue, "BATCH_SECONDS", 0.05)
    monkeypatch.setattr(page_queue, "HIGH_WATER", 300_000)
    monkeypatch.setattr(page_queue, "LOW_WATER", 150_000)
    monkeypatch.setattr(writer, "RETRY_SECONDS", 0.05)


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[OwnServer]:
    server = OwnServer(tmp_path / "own")
    yield server
    server.close()


class OwnServer:
    """A server of this test alone, to be killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = embedded.start(folder, port=0)
        uri = f"mongodb://127.0.0.1:{self.server.port}/"
        self.client = client_of(uri, 200)
        self.db = self.client["backlinks"]

    def kill(self) -> None:
        os.kill(self.server.pid, signal.SIGKILL)
        until(lambda: embedded.running(self.folder) is None)

    def restart(self) -> None:
        self.server = embedded.start(self.folder, port=self.server.port)

    def close(self) -> None:
        self.client.close()
        embedded.stop(self.folder)


@pytest.mark.usefixtures("small_batches")
def test_a_server_killed_in_mid_stream_costs_nothing(own_server: OwnServer, tmp_path: Path) -> None:
    run = Run(own_server.db, tmp_path)
    run.writer.start()

    run.put(looks(0, 30))
    until(lambda: run.durable)
    own_server.kill()
    run.put(looks(30, 50))
    until(lambda: run.writer.counts["spooled"])
    own_server.restart()
    run.put(looks(50, 70))
    run.writer.close()

    assert sorted(run.durable) == list(range(1, 71))
    assert run.stored() == (70, 70 * LINKS)
    assert run.spool.segments() == []
    assert run.writer.counts["pages_new"] + run.writer.counts["pages_unchanged"] == 70
    assert run.writer.counts["links_changed"] == 0
    anchors = run.db["links"].distinct("anchor")
    assert len(anchors) == 70 * LINKS


@pytest.mark.usefixtures("small_batches")
def test_a_full_spool_holds_the_crawl_and_drops_nothing(
    own_server: OwnServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    own_server.kill()
    run = Run(own_server.db, tmp_path, spool_bytes=150_000)
    run.writer.start()

    taken = run.put(looks(0, 60))
    until(lambda: "takes no more" in caplog.text)
    waiting = len(run.durable)
    own_server.restart()
    until(lambda: run.rooms)
    run.writer.close()

    assert not taken[-1]
    assert 0 < waiting < 60
    assert sorted(run.durable) == list(range(1, 61))
    assert run.stored() == (60, 60 * LINKS)
    assert caplog.text.count("takes no more") == 1
    assert caplog.text.count("MongoDB cannot store now") == 1


@pytest.fixture
def proxied(db: Database[Document]) -> Iterator[tuple[Database[Document], MongoProxy]]:
    """The test's database behind a proxy."""
    assert db.client.address is not None
    with MongoProxy(*db.client.address) as proxy, client_of(f"mongodb://127.0.0.1:{proxy.port}/", 500) as client:
        yield client[db.name], proxy


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("fault", FAULTS)
def test_a_server_that_refuses_to_write_costs_nothing(
    proxied: tuple[Database[Document], MongoProxy], tmp_path: Path, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    db, proxy = proxied
    run = Run(db, tmp_path)
    run.writer.start()

    run.put(looks(0, 5))
    until(lambda: run.durable)
    proxy.fault = FAULTS[fault]
    run.put(looks(5, 10))
    until(lambda: run.writer.counts["spooled"] and proxy.answered > 1)
    assert run.writer.outages.counts()["away"] == 1
    proxy.fault = None
    run.put(looks(10, 15))
    run.writer.close()

    assert sorted(run.durable) == list(range(1, 16))
    assert run.stored() == (15, 15 * LINKS)
    assert run.spool.segments() == []
    assert not run.letters.path.exists()
    assert run.writer.outages.counts()["away"] == 0
    assert caplog.text.count("MongoDB cannot store now") == caplog.text.count("MongoDB stores again") == 1


@pytest.mark.usefixtures("small_batches")
def test_a_server_that_hangs_is_as_good_as_away(
    own_server: OwnServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "PING_SECONDS", 0.2)
    client = client_of(f"mongodb://127.0.0.1:{own_server.server.port}/", 1000, silence_ms=500)
    run = Run(client[own_server.db.name], tmp_path)
    run.writer.start()

    run.put(looks(0, 5))
    until(lambda: run.durable)
    os.kill(own_server.server.pid, signal.SIGSTOP)
    run.put(looks(5, 10))
    until(lambda: run.writer.counts["spooled"])
    os.kill(own_server.server.pid, signal.SIGCONT)
    until(lambda: not run.writer.outages.counts()["away"])
    run.writer.close()

    assert sorted(run.durable) == list(range(1, 11))
    assert run.stored() == (10, 10 * LINKS)
    assert run.spool.segments() == []
    client.close()


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[Database[Document]]:
    """A database that nobody serves; a crawl that ends does not wait for it."""
    monkeypatch.setattr(writer, "END_SECONDS", 0.1)
    with client_of("mongodb://127.0.0.1:1/", 50) as client:
        yield client["backlinks"]


@pytest.mark.usefixtures("small_batches")
def test_what_was_spooled_is_stored_by_the_next_crawl(
    nowhere: Database[Document], db: Database[Document], tmp_path: Path
) -> None:
    away = Run(nowhere, tmp_path)
    away.writer.start()
    away.put(looks(0, 10))
    away.writer.close()
    assert sorted(away.durable) == list(range(1, 11))

    later = Run(db, tmp_path)
    later.writer.start()
    later.put(looks(10, 12))
    later.writer.close()

    assert later.stored() == (12, 12 * LINKS)
    assert sorted(later.durable) == [11, 12]
    assert later.spool.segments() == []


@pytest.mark.usefixtures("small_batches")
def test_a_crawl_that_ends_while_nothing_can_be_stored_says_what_is_fetched_again(
    nowhere: Database[Document], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    run = Run(nowhere, tmp_path, spool_bytes=0)
    run.writer.start()
    run.put(looks(0, 1))
    run.writer.close()

    assert run.durable == []
    assert "1 pages could not be stored: the next crawl fetches them again." in caplog.text


@pytest.mark.usefixtures("small_batches")
def test_a_damaged_segment_is_replayed_as_far_as_it_reads_and_kept(
    nowhere: Database[Document], db: Database[Document], tmp_path: Path
) -> None:
    away = Run(nowhere, tmp_path)
    away.writer.start()
    away.put(looks(0, 2))
    away.writer.close()
    (segment,) = away.spool.segments()
    segment.write_bytes(segment.read_bytes()[:-1])

    later = Run(db, tmp_path)
    later.writer.start()
    later.writer.close()

    assert later.stored() == (1, LINKS)
    assert later.writer.counts["damaged_segments"] == 1
    assert [path.suffix for path in segment.parent.iterdir()] == [".damaged"]


def test_a_page_that_cannot_be_written_is_a_dead_letter_and_the_others_are_stored(
    db: Database[Document], tmp_path: Path
) -> None:
    run = Run(db, tmp_path)
    pages = looks(0, 3)
    pages[1].page["size"] = 2**80  # no BSON integer
    run.writer.start()
    run.put(pages)
    run.writer.close()

    assert sorted(run.durable) == [1, 2, 3]
    assert {row["_id"] for row in db["pages"].find()} == {pages[0].url, pages[2].url}
    assert run.writer.counts["dead_letters"] == 1
    assert pages[1].url in run.letters.path.read_text()


@pytest.mark.usefixtures("small_batches")
def test_a_page_that_cannot_be_spooled_is_a_dead_letter_and_the_others_are_spooled(
    nowhere: Database[Document], db: Database[Document], tmp_path: Path
) -> None:
    away = Run(nowhere, tmp_path)
    pages = looks(0, 3)
    pages[1].page["size"] = 2**80  # no BSON integer
    away.writer.start()
    away.put(pages)
    away.writer.close()
    assert sorted(away.durable) == [1, 2, 3]
    assert pages[1].url in away.letters.path.read_text()

    later = Run(db, tmp_path)
    later.writer.start()
    later.writer.close()

    assert {row["_id"] for row in db["pages"].find()} == {pages[0].url, pages[2].url}


def test_a_second_look_in_the_same_moment_is_compared_with_the_first(db: Database[Document], tmp_path: Path) -> None:
    run = Run(db, tmp_path)
    run.writer.start()
    url = "https://www.source.example/"
    run.put([encode_page(page(url, link("https://a.example/", f"anchor {on}"), on=on)) for on in (1, 2, 3)])
    run.writer.close()

    (row,) = db["links"].find()
    assert [change["new"] for change in row["changes"]] == ["anchor 2", "anchor 3"]
