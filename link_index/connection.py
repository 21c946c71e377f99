"""Where the index is kept, and the one way to its database: the URI given, else the environment's, else embedded."""

from __future__ import annotations

import logging
import os
import re
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from link_index import embedded
from link_index.errors import IndexUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from pymongo.database import Database

logger = logging.getLogger(__name__)

DATABASE = "backlinks"
URI_VARIABLE = "MONGODB_URI"
DATA_DIR_VARIABLE = "BACKLINKS_DATA_DIR"
END_SECONDS = 30.0  # that the last work of a crawl waits for a database that went away
SILENCE = 600.0  # seconds; a batch takes a tenth of one, one that leads a million links elsewhere some minutes
LOOK_AGAIN = 1.0  # seconds
SELECTION_MS = 3000  # a person waits for this error; an option of the URI goes first

_URI = re.compile(
    r"(?P<scheme>mongodb(?:\+srv)?://)(?P<user>[^@/?]*@)?(?P<hosts>[^@/?]+)(?:/(?P<name>[^?]*))?(?:\?(?P<options>.*))?"
)
# Mechanisms whose user is known to a service outside the database server.
_EXTERNAL = re.compile(r"authMechanism=(?:PLAIN|GSSAPI|MONGODB-)", re.IGNORECASE)


def data_dir(value: str | None = None) -> Path:
    """The folder of all that is kept on disk: the value, else BACKLINKS_DATA_DIR, else `.backlinks` in the project.

    The project is the nearest folder with a scrapy.cfg, from the working directory upwards, else that directory.
    """
    chosen = value or os.environ.get(DATA_DIR_VARIABLE)
    if chosen:
        return Path(chosen).expanduser().absolute()
    here = Path.cwd()
    project = next((folder for folder in (here, *here.parents) if (folder / "scrapy.cfg").is_file()), here)
    return project / ".backlinks"


def server_folder(data: Path | None = None) -> Path:
    """The embedded server's folder."""
    return (data or data_dir()) / "db"


def given_uri(uri: str | None = None) -> str | None:
    """The URI given, else the environment's, with the database named; None where the embedded server is meant."""
    chosen = uri or os.environ.get(URI_VARIABLE)
    return with_database(chosen) if chosen else None


def database_uri(uri: str | None = None, data_dir: Path | None = None, *, start: bool = True) -> str | None:
    """The URI of the index, database named; starts the embedded server, or without `start` is None if it is down."""
    chosen = given_uri(uri)
    if chosen:
        return chosen
    folder = server_folder(data_dir)
    server = embedded.start(folder) if start else embedded.running(folder)
    return f"mongodb://127.0.0.1:{server.port}/{DATABASE}" if server else None


def connect(
    uri: str | None = None, data_dir: Path | None = None, *, start: bool = True, silence: float = 0.0
) -> Database[dict[str, Any]]:
    """The index's database, known to answer; times are aware, UUIDs are standard ones. Raises an IndexUnavailable.

    With `silence`, a server that takes longer than so many seconds for one command is taken for away.
    """
    chosen = database_uri(uri, data_dir, start=start)
    if chosen is None:
        raise IndexUnavailable("The embedded server is not running: start it with `backlinks db start`.")
    options: dict[str, Any] = {"tz_aware": True, "uuidRepresentation": "standard", "appname": "backlinks"}
    if silence and "sockettimeoutms=" not in chosen.lower():
        options["socketTimeoutMS"] = int(1000 * silence)
    if "serverselectiontimeoutms=" not in chosen.lower():
        options["serverSelectionTimeoutMS"] = SELECTION_MS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of options this driver does not know: not ours to judge
            client: MongoClient[dict[str, Any]] = MongoClient(chosen, **options)
        database = client.get_default_database()
    except (PyMongoError, ValueError, TypeError):
        raise _unusable(chosen) from None  # the driver's words may quote a password
    try:
        client.admin.command("ping")
    except PyMongoError as error:
        client.close()
        raise IndexUnavailable(f"No database answers at {without_secrets(chosen)}: {_reason(error)}") from None
    return database


def revive(uri: str | None = None, data_dir: Path | None = None) -> None:
    """Start the embedded server again if the index is in it and it died. Raises an IndexUnavailable."""
    if given_uri(uri) is None:
        embedded.revive(server_folder(data_dir))


def when_there(work: Callable[[], None], revive: Callable[[], None]) -> None:
    """Do work that may be repeated; where MongoDB goes away amid it, wait and begin again, for END_SECONDS in all.

    Raises the PyMongoError or the IndexUnavailable of the last attempt.
    """
    give_up_at = time.monotonic() + END_SECONDS
    said = False
    while True:
        try:
            revive()
            return work()
        except (PyMongoError, IndexUnavailable) as error:
            if time.monotonic() > give_up_at:
                raise
            if not said:
                logger.warning("MongoDB is away at the end of the crawl, which waits for it: %s", error)
            said = True
            time.sleep(LOOK_AGAIN)


def with_database(uri: str) -> str:
    """The URI with its database named, options kept.

    Where the URI named none, the server looks the user up in `admin`: naming a database must not change that.
    """
    parts = _URI.fullmatch(uri)
    if parts is None:
        raise _unusable(uri)
    name, options = parts["name"], parts["options"] or ""
    if not name and parts["user"] and "authsource=" not in options.lower():
        source = "authSource=%24external" if _EXTERNAL.search(options) else "authSource=admin"
        options = f"{options}&{source}" if options else source
    query = f"?{options}" if options else ""
    return f"{parts['scheme']}{parts['user'] or ''}{parts['hosts']}/{name or DATABASE}{query}"


def without_secrets(uri: str) -> str:
    """Scheme, hosts and database alone: neither user and password nor options, which may hold secrets too."""
    parts = _URI.fullmatch(uri)
    return f"{parts['scheme']}{parts['hosts']}/{parts['name'] or DATABASE}" if parts else "the address given"


def _unusable(uri: str) -> IndexUnavailable:
    percent = " Characters like @ : / in a user or password are written percent-encoded." if "@" in uri else ""
    return IndexUnavailable(f"{URI_VARIABLE} is no MongoDB address: write mongodb://HOST:27017/{DATABASE}.{percent}")


def _reason(error: PyMongoError) -> str:
    if "Authentication" in str(error):
        return "it refuses the user or password."
    return f"start it, or correct or unset {URI_VARIABLE}."
