"""Fixtures all tests share: one real database server for the session, a fresh database for each test that asks."""

from __future__ import annotations

import os
import signal
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from link_index import connection, embedded
from tests.redis_server import RedisServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pymongo.database import Database

TEST_URI_VARIABLE = "BACKLINKS_TEST_MONGODB_URI"


def pytest_configure() -> None:
    """A run that is told to end leaves no server behind, as one that is interrupted."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _own_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test finds the developer's own index, and none leaves an embedded server of its own behind."""
    monkeypatch.setenv(connection.DATA_DIR_VARIABLE, str(tmp_path / "data"))
    monkeypatch.delenv(connection.URI_VARIABLE, raising=False)
    monkeypatch.delenv(embedded.PORT_VARIABLE, raising=False)
    for name in ("REDIS_URL", "http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    yield
    left = tmp_path / "data" / "db"
    if server := embedded.running(left):
        os.kill(server.pid, signal.SIGKILL)  # quicker than asking, and nobody needs its data
        embedded.stop(left)


@pytest.fixture(scope="session")
def mongodb_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URI, without a database, of a real server: an embedded one of our own, or the one the environment names."""
    given = os.environ.get(TEST_URI_VARIABLE)
    if given:
        yield given
        return
    folder = tmp_path_factory.mktemp("server") / "db"
    server = embedded.start(folder, port=0)
    yield f"mongodb://127.0.0.1:{server.port}/"
    embedded.stop(folder)


@pytest.fixture(scope="session")
def _administration(mongodb_uri: str) -> Iterator[Database[dict[str, Any]]]:
    """One connection for the session."""
    database = connection.connect(mongodb_uri)
    yield database
    database.client.close()


@pytest.fixture
def db(_administration: Database[dict[str, Any]]) -> Iterator[Database[dict[str, Any]]]:
    """A fresh, empty database, dropped after the test."""
    database = _administration.client[f"test_{uuid.uuid4().hex}"]
    yield database
    database.client.drop_database(database)


@pytest.fixture
def db_uri(db: Database[dict[str, Any]], mongodb_uri: str) -> str:
    """The URI of `db`, for a subprocess's MONGODB_URI."""
    before, slash, after = connection.with_database(mongodb_uri).rpartition(f"/{connection.DATABASE}")
    return f"{before}/{db.name}{after}" if slash else mongodb_uri


@pytest.fixture(scope="session")
def _redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def redis_server(_redis: RedisServer) -> RedisServer:
    """A real server without any data; it is the session's, so a test that stops one starts its own."""
    with _redis.client() as client:
        client.flushall()
        client.script_flush()
    return _redis
