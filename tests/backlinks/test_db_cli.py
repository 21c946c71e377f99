"""`backlinks db` as a person and a script use it, in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from pymongo.errors import AutoReconnect

from backlinks.cli import main
from link_index import connection, embedded

if TYPE_CHECKING:
    from pathlib import Path

NOBODY = "mongodb://ada:s3cret@127.0.0.1:1/?serverSelectionTimeoutMS=50"


def backlinks(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "backlinks", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=os.environ | environment, check=False)


def run(*arguments: str, **environment: str) -> tuple[int, str]:
    """Exit status and all output, in this process: quicker where the process is not the point."""
    result = CliRunner().invoke(main, arguments, env=environment, prog_name="backlinks")
    return result.exit_code, result.output


def test_uri_starts_the_server_and_prints_one_line_and_nothing_else() -> None:
    first = backlinks("db", "uri")
    server = embedded.running(connection.server_folder())
    assert server
    assert (first.returncode, first.stdout, first.stderr) == (0, f"mongodb://127.0.0.1:{server.port}/backlinks\n", "")
    assert run("db", "uri") == (0, first.stdout)

    database = connection.connect()
    with database.client:
        database.links.insert_many([{}, {}])
    status, said = run("db", "status")
    assert status == 0
    for fact in ("secantusd-py", f"process {server.pid}", first.stdout.strip(), "MB on disk", "links 2"):
        assert fact in said

    assert run("db", "start") == (0, f"{server.name} runs at {first.stdout.strip()} (process {server.pid}).\n")
    assert run("db", "stop") == (0, f"{server.name} (process {server.pid}) stopped.\n")
    assert run("db", "stop") == (0, "No embedded server was running.\n")
    status, said = run("db", "status")
    assert (status, "No embedded server is running" in said) == (3, True)


def test_status_starts_nothing() -> None:
    status, said = run("db", "status")
    assert (status, said[:30]) == (3, "No embedded server is running ")
    assert not connection.data_dir().exists()


def test_a_given_mongodb_is_named_and_nothing_is_started(db_uri: str) -> None:
    assert run("db", "uri", MONGODB_URI=db_uri) == (0, f"{db_uri}\n")
    assert "nothing to start" in run("db", "start", MONGODB_URI=db_uri)[1]
    assert "is not ours to stop" in run("db", "stop", MONGODB_URI=db_uri)[1]
    status, said = run("db", "status", MONGODB_URI=db_uri)
    assert (status, "named by MONGODB_URI" in said) == (0, True)
    assert not connection.data_dir().exists()


def test_a_given_mongodb_that_is_away_is_told_without_its_password() -> None:
    assert run("db", "uri", MONGODB_URI=NOBODY)[0] == 0
    for verb, expected in (("status", 3), ("start", 1)):
        status, said = run("db", verb, MONGODB_URI=NOBODY)
        assert (status, "No database answers at mongodb://127.0.0.1:1/backlinks" in said) == (expected, True)
        assert "s3cret" not in said


def test_failures_are_one_sentence_with_status_1() -> None:
    result = backlinks("db", "start", BACKLINKS_DB_PORT="http")
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr == "Error: BACKLINKS_DB_PORT is 'http': it must be a port number from 1 to 65535.\n"


def test_a_data_folder_that_is_a_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    status, said = run("db", "start", BACKLINKS_DATA_DIR=str(tmp_path / "file"))
    assert (status, said.count("\n")) == (1, 1)
    assert "cannot use the folder" in said


@pytest.mark.parametrize("arguments", [["db", "strat"], ["db", "uri", "--now"], ["dbb"], ["--foo"]])
def test_usage_mistakes_end_with_status_2(arguments: list[str]) -> None:
    status, said = run(*arguments)
    assert status == 2
    assert "Error: No such" in said


def test_help_names_every_command() -> None:
    status, said = run("--help")
    assert status == 0
    for name in ("crawl", "demo", "show", "summary", "domains", "anchors", "pages", "redirects", "db"):
        assert f"\n  {name} " in said


def test_db_does_not_wait_for_scrapy() -> None:
    script = """
import sys
from backlinks.cli import main
try:
    main(["db", "status"])
finally:
    print(sorted({"scrapy", "twisted", "rich"} & set(sys.modules)))
"""
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert result.stdout.splitlines()[-1] == "[]"


def test_a_refusal_of_the_database_and_its_end_are_sentences(db_uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(database: object, folder: object) -> dict[str, str]:
        return {"unreachable": str(database["links"].aggregate([{"$nonsense": 1}]))}  # type: ignore[index]

    monkeypatch.setattr("backlinks.db._facts", refused)
    status, said = run("db", "status", MONGODB_URI=db_uri)
    assert (status, said.startswith("Error: The database refused: ")) == (1, True)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(28, "No space left on device", "/data/x"), "Error: /data/x: No space left on device.\n"),
        (
            AutoReconnect("connection closed"),
            "Error: The database stopped answering; `backlinks db status` says more.\n",
        ),
    ],
)
def test_a_failure_on_the_way_is_a_sentence(error: Exception, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setattr(connection, "database_uri", fail)
    assert run("db", "uri") == (1, said)
