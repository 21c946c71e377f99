"""`backlinks db`: the embedded database server, or a word on the MongoDB that MONGODB_URI names."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from backlinks.standard_streams import tell
from link_index import connection, embedded
from link_index.errors import IndexUnavailable

if TYPE_CHECKING:
    from pathlib import Path

    from pymongo.database import Database

NOT_RUNNING = 3  # what init scripts answer for a stopped service


@click.group()
def db() -> None:
    """Start, stop and find the database.

    Without MONGODB_URI the index is kept by an embedded server: mongod if it is on PATH, else secantusd-py. It listens
    on 127.0.0.1 only, every command starts it when needed, and it goes on running until `backlinks db stop`. Its data
    is in BACKLINKS_DATA_DIR/db (default: .backlinks/db in the project) and stays. It takes port 27117, another one if
    that is taken; BACKLINKS_DB_PORT names a port that must be used.

    \b
    mongosh "$(backlinks db uri)" --shell link_index/backlinks.js
    MONGODB_URI=mongodb://db.example.net/links backlinks summary example.org
    """


@db.command()
def start() -> None:
    """Start the embedded server, unless it runs."""
    if _foreign():
        database = connection.connect()
        database.client.close()
        tell(f"MONGODB_URI is set and {_foreign()} answers: nothing to start.")
        return
    server = embedded.start(connection.server_folder())
    tell(f"{server.name} runs at {connection.database_uri()} (process {server.pid}).")


@db.command()
def stop() -> None:
    """Stop the embedded server; its data stays."""
    server = embedded.stop(connection.server_folder())
    click.echo(f"{server.name} (process {server.pid}) stopped." if server else "No embedded server was running.")
    if _foreign():
        tell(f"MONGODB_URI is set: {_foreign()} is not ours to stop.")


@db.command()
def uri() -> None:
    """Print the URI of the index, and nothing else.

    Starts the embedded server if it is needed. A user and password in MONGODB_URI are part of what is printed.

    \b
    mongosh "$(backlinks db uri)"
    mongodump --uri "$(backlinks db uri)"
    """
    click.echo(connection.database_uri())


@db.command()
def status() -> None:
    """Say what runs where, how large it is and what it holds.

    Starts nothing. Exit status: 0 if the database answers, 3 if not. Passwords are not shown.
    """
    folder = connection.server_folder()
    try:
        database = None if not _foreign() and embedded.running(folder) is None else connection.connect(start=False)
    except IndexUnavailable as error:
        tell(str(error))
        raise SystemExit(NOT_RUNNING) from error
    if database is None:
        tell(f"No embedded server is running on {folder}, {_size(folder)} on disk.")
        raise SystemExit(NOT_RUNNING)
    with database.client:
        for name, value in _facts(database, folder).items():
            tell(f"{name:<10}{value}")


def _foreign() -> str | None:
    """The MongoDB that MONGODB_URI names, as it may be shown."""
    uri = connection.given_uri()
    return connection.without_secrets(uri) if uri else None


def _facts(database: Database[dict[str, Any]], folder: Path) -> dict[str, str]:
    version = database.client.admin.command("buildInfo")["version"]
    counts = {name: database[name].estimated_document_count() for name in sorted(database.list_collection_names())}
    held = {"holds": ", ".join(f"{name} {count:,}" for name, count in counts.items()) or "nothing yet"}
    server = None if _foreign() else embedded.running(folder)
    if server is None:
        return {"server": f"MongoDB {version}, named by MONGODB_URI", "address": str(_foreign()), **held}
    return {
        "server": f"{server.name} (MongoDB {version}), process {server.pid}, since {server.started}",
        "address": f"mongodb://127.0.0.1:{server.port}/{database.name}",
        "folder": f"{folder}, {_size(folder)} on disk",
        **held,
    }


def _size(folder: Path) -> str:
    size = 0
    for entry in folder.rglob("*"):
        with suppress(FileNotFoundError):  # a running server deletes files under our eyes
            size += entry.stat().st_blocks * 512
    return f"{size / 1e6:,.1f} MB"
