"""The known index, with and without scores, and the command line on it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result

from backlinks.cli import main
from link_index import connection
from tests.known_links import fill
from tests.known_scores import fill_scored

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pymongo.database import Database


@contextmanager
def _filled(server: Database[dict[str, Any]], uri: str, fill: Callable[..., None]) -> Iterator[str]:
    """The URI of an index that is filled once and read only."""
    database = server.client[f"test_read_{uuid4().hex}"]
    fill(database)
    before, _, after = connection.with_database(uri).rpartition(f"/{connection.DATABASE}")
    yield f"{before}/{database.name}{after}"
    database.client.drop_database(database)


@pytest.fixture(scope="module")
def known_uri(_administration: Database[dict[str, Any]], mongodb_uri: str) -> Iterator[str]:
    """The URI of the known index."""
    with _filled(_administration, mongodb_uri, fill) as uri:
        yield uri


@pytest.fixture(scope="module")
def scored_uri(_administration: Database[dict[str, Any]], mongodb_uri: str) -> Iterator[str]:
    """The URI of the known index with its scores."""
    with _filled(_administration, mongodb_uri, fill_scored) as uri:
        yield uri


@pytest.fixture
def on_scored(scored_uri: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run `backlinks` with these words on it."""
    monkeypatch.setenv("MONGODB_URI", scored_uri)
    return lambda *words: CliRunner().invoke(main, list(words))
