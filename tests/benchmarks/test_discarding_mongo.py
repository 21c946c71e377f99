"""The server that keeps only bytes: the real driver writes to it, and the dump says what was written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import bson
import pytest
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient, ReplaceOne, UpdateMany, WriteConcern

from benchmarks.discarding_mongo import written
from benchmarks.measure import service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pymongo.database import Database


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    return tmp_path / "dump"


@pytest.fixture
def database(dump: Path) -> Iterator[Database[dict[str, Any]]]:
    with service("benchmarks.discarding_mongo", "--dump", str(dump)) as (port, _):
        client: MongoClient[dict[str, Any]] = MongoClient(
            f"mongodb://127.0.0.1:{port}/benchmark", uuidRepresentation="standard", serverSelectionTimeoutMS=5000
        )
        yield client.get_default_database()
        client.close()


def _read(dump: Path, collection: str, kind: str = "insert") -> list[dict[str, Any]]:
    return [bson.decode(document) for document in written(dump, collection, kind)]


def test_documents_inserted_in_any_way_are_in_the_dump(database: Database[dict[str, Any]], dump: Path) -> None:
    database["links"].insert_many([{"_id": number, "text": "x" * 5000} for number in range(2000)])
    database["links"].insert_one({"_id": 2000})
    documents = [RawBSONDocument(bson.encode({"_id": number})) for number in (2001, 2002)]
    reply = database.command({"insert": "links", "documents": documents, "ordered": False})
    assert reply["n"] == 2
    assert [document["_id"] for document in _read(dump, "links")] == list(range(2003))


def test_collections_and_kinds_of_writes_are_told_apart(database: Database[dict[str, Any]], dump: Path) -> None:
    database["pages"].bulk_write([ReplaceOne({"_id": "a"}, {"n": 1}, upsert=True)], ordered=False)
    database["links"].bulk_write([UpdateMany({"n": 1}, {"$set": {"n": 2}})], ordered=False)
    database["dirty"].insert_one({"_id": UUID(int=7)})
    assert _read(dump, "links") == []
    assert [document["u"] for document in _read(dump, "pages", "update")] == [{"n": 1}]
    assert [document["q"] for document in _read(dump, "links", "update")] == [{"n": 1}]
    assert [UUID(bytes=document["_id"]) for document in _read(dump, "dirty")] == [UUID(int=7)]


def test_reads_find_an_empty_database(database: Database[dict[str, Any]]) -> None:
    database["links"].insert_one({"_id": 1})
    database["links"].create_index([("target_key", 1)])
    assert database["links"].find_one() is None
    assert list(database["links"].aggregate([{"$match": {}}])) == []
    assert database["links"].count_documents({}) == 0
    assert database.list_collection_names() == []


def test_unacknowledged_writes_are_kept_too(database: Database[dict[str, Any]], dump: Path) -> None:
    database.get_collection("links", write_concern=WriteConcern(w=0)).insert_one({"_id": 1})
    database.command("ping")
    database["links"].insert_one({"_id": 2})
    assert sorted(document["_id"] for document in _read(dump, "links")) == [1, 2]
