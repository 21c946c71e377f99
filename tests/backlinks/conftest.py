"""The known index with its scores, and the command line on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result

from backlinks.cli import main
from link_index import connection
from tests.known_scores import fill_scored

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pymongo.database import Database


@pytest.fixture(scope="module")
def scored_uri(_administration: Database[dict[str, Any]], mongodb_uri: str) -> Iterator[str]:
    """The URI of the known index with scores, read only, filled once for the module."""
    database = _administration.client[f"test_scored_{uuid4().hex}"]
    fill_scored(database)
    before, _, after = connection.with_database(mongodb_uri).rpartition(f"/{connection.DATABASE}")
    yield f"{before}/{database.name}{after}"
    database.client.drop_database(database)


@pytest.fixture
def on_scored(scored_uri: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run `backlinks` with these words on it."""
    monkeypatch.setenv("MONGODB_URI", scored_uri)
    return lambda *words: CliRunner().invoke(main, list(words))
