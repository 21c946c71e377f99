"""Which database is meant, how it is named, and what is said when it does not answer."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from link_index import connection
from link_index.errors import IndexUnavailable

if TYPE_CHECKING:
    from pymongo.database import Database

NOBODY = "mongodb://ada:s3cret@127.0.0.1:1/?serverSelectionTimeoutMS=50"


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ("mongodb://h", "mongodb://h/backlinks"),
        ("mongodb://h/", "mongodb://h/backlinks"),
        ("mongodb://h:27018/links", "mongodb://h:27018/links"),
        ("mongodb://a,b:27018,[::1]:27019/?replicaSet=r", "mongodb://a,b:27018,[::1]:27019/backlinks?replicaSet=r"),
        ("mongodb://h?w=1", "mongodb://h/backlinks?w=1"),
        ("mongodb+srv://h.example/x?w=1", "mongodb+srv://h.example/x?w=1"),
        ("mongodb://%2Ftmp%2Fmongodb-27017.sock", "mongodb://%2Ftmp%2Fmongodb-27017.sock/backlinks"),
        # Without a name the user is looked up in admin; with one, in that database unless authSource says otherwise.
        ("mongodb://u:p@h", "mongodb://u:p@h/backlinks?authSource=admin"),
        ("mongodb://u:p@h/?w=1", "mongodb://u:p@h/backlinks?w=1&authSource=admin"),
        ("mongodb://u:p@h/?authsource=x", "mongodb://u:p@h/backlinks?authsource=x"),
        ("mongodb://u:p@h/links", "mongodb://u:p@h/links"),
        (
            "mongodb://u:p@h/?authMechanism=SCRAM-SHA-256",
            "mongodb://u:p@h/backlinks?authMechanism=SCRAM-SHA-256&authSource=admin",
        ),
        (
            "mongodb://u:p@h/?authMechanism=PLAIN",
            "mongodb://u:p@h/backlinks?authMechanism=PLAIN&authSource=%24external",
        ),
        (
            "mongodb://u@h/?authMechanism=MONGODB-X509",
            "mongodb://u@h/backlinks?authMechanism=MONGODB-X509&authSource=%24external",
        ),
    ],
)
def test_the_database_is_named_and_options_are_kept(given: str, named: str) -> None:
    assert connection.with_database(given) == named
    assert connection.with_database(named) == named


@pytest.mark.parametrize(
    "text", ["localhost:27017", "http://h/", "mongodb://", "mongodb://u:p@ss@h/", "mongodb://u:p/s@h/"]
)
def test_what_is_no_address_is_a_plain_error_that_quotes_no_password(text: str) -> None:
    with pytest.raises(IndexUnavailable, match="MONGODB_URI is no MongoDB address") as caught:
        connection.connect(text)
    assert "ss" not in str(caught.value).replace("address", "").replace("password", "")


@pytest.mark.parametrize("text", ["mongodb://h:port/", "mongodb://h,i/?directConnection=true", "mongodb://h/a b$"])
def test_what_the_driver_refuses_is_a_plain_error(text: str) -> None:
    with pytest.raises(IndexUnavailable, match="MONGODB_URI"):
        connection.connect(text)


def test_what_is_shown_holds_neither_user_nor_options() -> None:
    uri = "mongodb://u:p@a:1,b:2/links?authMechanismProperties=AWS_SESSION_TOKEN:t"
    assert connection.without_secrets(uri) == "mongodb://a:1,b:2/links"
    assert connection.without_secrets("mongodb://u:p@h") == "mongodb://h/backlinks"
    assert "p@" not in connection.without_secrets("mongodb://u:p@p@h")


def test_a_database_that_does_not_answer_is_named_without_its_password() -> None:
    with pytest.raises(IndexUnavailable) as caught:
        connection.connect(NOBODY)
    assert str(caught.value).startswith("No database answers at mongodb://127.0.0.1:1/backlinks: ")


def test_a_connection_reads_times_and_ids_as_they_are_meant(db: Database[dict[str, Any]], db_uri: str) -> None:
    connected = connection.connect(db_uri)
    with connected.client:
        assert connected.name == db.name
        written = {"_id": UUID(int=1), "at": datetime(2026, 11, 1, tzinfo=UTC)}
        connected.links.insert_one(written)
        assert connected.links.find_one({"_id": UUID(int=1)}) == written


def test_the_environment_names_the_database_and_an_argument_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONGODB_URI", "mongodb://of.environment/x")
    assert connection.database_uri() == "mongodb://of.environment/x"
    assert connection.database_uri("mongodb://given") == "mongodb://given/backlinks"


def test_an_empty_variable_means_the_embedded_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONGODB_URI", "")
    assert connection.given_uri() is None
    assert connection.database_uri(start=False) is None
    with pytest.raises(IndexUnavailable, match="backlinks db start"):
        connection.connect(start=False)


def test_the_data_folder_is_the_argument_the_environment_the_project_or_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = tmp_path / "project" / "deep"
    inside.mkdir(parents=True)
    monkeypatch.chdir(inside)
    assert connection.data_dir("given") == inside / "given"
    assert connection.data_dir() == tmp_path / "data"  # what the environment of every test says
    monkeypatch.setenv("BACKLINKS_DATA_DIR", "~/links")
    assert connection.data_dir() == Path.home() / "links"
    monkeypatch.delenv("BACKLINKS_DATA_DIR")
    assert connection.data_dir() == inside / ".backlinks"
    (tmp_path / "project" / "scrapy.cfg").touch()
    assert connection.data_dir() == tmp_path / "project" / ".backlinks"
