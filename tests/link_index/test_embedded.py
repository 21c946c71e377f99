"""One server a folder, whoever asks; it outlives commands, crashes and stale files, and its failures are told."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pymongo import MongoClient

from link_index import embedded, server_folder
from link_index.errors import IndexUnavailable, PortTaken, ServerMissing, StartFailed

if TYPE_CHECKING:
    from collections.abc import Iterator

START = (
    "import sys; from pathlib import Path; from link_index import embedded; print(embedded.start(Path(sys.argv[1]), 0))"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A server's folder; what runs on it at the end is ended with the test's surroundings."""
    return tmp_path / "data" / "db"


@pytest.fixture
def no_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Surroundings without a database program; put one into the folder to have it on PATH."""
    programs = tmp_path / "programs"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setattr(sys, "executable", str(programs / "python"))
    return programs


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port that another program listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def write_program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def insert(server: embedded.Server, value: str) -> None:
    with MongoClient("127.0.0.1", server.port) as client:
        client.backlinks.kept.insert_one({"_id": value})


def kept(server: embedded.Server) -> list[str]:
    with MongoClient("127.0.0.1", server.port) as client:
        return sorted(document["_id"] for document in client.backlinks.kept.find())


def test_five_commands_at_once_start_one_server_that_outlives_them(folder: Path) -> None:
    command = [sys.executable, "-c", START, str(folder)]
    commands = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(5)]
    answers = {command.communicate()[0] for command in commands}
    assert [command.returncode for command in commands] == [0] * 5
    assert len(answers) == 1
    server = embedded.running(folder)
    assert server
    assert answers == {f"{server}\n"}
    assert kept(server) == []
    assert os.getsid(server.pid) == server.pid  # Ctrl-C in the terminal is not meant for it
    assert folder.stat().st_mode & 0o077 == 0


def test_data_and_port_survive_a_kill_and_a_stop(folder: Path) -> None:
    first = embedded.start(folder, 0)
    insert(first, "before the kill")
    time.sleep(0.5)  # time is what is tested: the journal reaches the disk within a fifth of a second, as mongod's
    os.kill(first.pid, signal.SIGKILL)
    os.waitpid(first.pid, 0)
    assert embedded.running(folder) is None
    second = embedded.start(folder)
    assert (second.port, second.pid != first.pid) == (first.port, True)
    insert(second, "before the stop")
    assert embedded.stop(folder) == second
    assert embedded.running(folder) is None
    assert embedded.stop(folder) is None
    third = embedded.start(folder)
    assert third.port == first.port
    assert kept(third) == ["before the kill", "before the stop"]


def test_a_server_that_died_is_revived_on_its_port_and_one_that_was_stopped_is_not(folder: Path) -> None:
    embedded.revive(folder)
    assert embedded.running(folder) is None
    first = embedded.start(folder, 0)
    embedded.revive(folder)
    assert embedded.running(folder) == first
    os.kill(first.pid, signal.SIGKILL)
    os.waitpid(first.pid, 0)
    embedded.revive(folder)
    second = embedded.stop(folder)
    assert second is not None
    assert (second.port, second.pid != first.pid) == (first.port, True)
    embedded.revive(folder)
    assert embedded.running(folder) is None


def test_another_program_with_the_old_pid_is_neither_the_server_nor_stopped(folder: Path, taken_port: int) -> None:
    folder.mkdir(parents=True)
    stranger = subprocess.Popen(["sleep", "60"])
    note = {
        "program": "/usr/bin/mongod",
        "pid": stranger.pid,
        "port": taken_port,
        "started": "2026-01-01T00:00:00+00:00",
    }
    (folder / "server.json").write_text(json.dumps(note))
    assert embedded.running(folder) is None
    assert embedded.stop(folder) is None
    assert embedded.start(folder).port != taken_port
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_server_that_hangs_is_killed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "STOP_SECONDS", 0.2)
    server = embedded.start(folder, 0)
    os.kill(server.pid, signal.SIGSTOP)
    assert embedded.stop(folder) == server
    assert embedded.running(folder) is None


def test_mongod_on_path_goes_first_and_listens_on_loopback_alone(folder: Path, no_programs: Path) -> None:
    """A stand-in keeps mongod's arguments and serves with secantusd-py: whoever has a real one, tests with that."""
    secantusd = Path(sys.prefix) / "bin" / "secantusd-py"
    stand_in = f"""#!/bin/sh
echo "$@" > arguments
exec {secantusd} --standalone --port "$4" --storage-path "$6"
"""
    write_program(no_programs / "mongod", stand_in)
    server = embedded.start(folder, 0)
    assert server.name == "mongod"
    options = f"--bind_ip 127.0.0.1 --port {server.port} --dbpath {folder}/mongod --nounixsocket --quiet"
    assert (folder / "arguments").read_text().startswith(options)


@pytest.mark.parametrize("found", [b"", b"not json", b"[]", b'{"port": 1', b'{"pid": 1}'])
def test_a_damaged_note_is_no_server(folder: Path, found: bytes) -> None:
    folder.mkdir(parents=True)
    (folder / "server.json").write_bytes(found)
    assert embedded.running(folder) is None


def test_without_a_program_it_says_what_to_install(folder: Path, no_programs: Path) -> None:
    with pytest.raises(ServerMissing, match=r'pip install "open-backlink-index\[embedded\]", or set MONGODB_URI'):
        embedded.start(folder)


def test_an_index_made_by_a_program_that_is_gone_is_not_taken_for_an_empty_one(folder: Path) -> None:
    (folder / "mongod").mkdir(parents=True)
    with pytest.raises(ServerMissing, match="made by mongod, which is not installed"):
        embedded.start(folder)


def test_a_failed_start_shows_the_end_of_the_log(folder: Path, no_programs: Path) -> None:
    write_program(no_programs / "mongod", "#!/bin/sh\necho an old story; echo data is damaged >&2; exit 14\n")
    with pytest.raises(StartFailed, match=r"mongod ended before it answered \(status 14\)[\s\S]*data is damaged"):
        embedded.start(folder, 0)
    assert embedded.running(folder) is None


def test_a_port_that_was_asked_for_and_is_taken_is_a_plain_error(
    folder: Path, taken_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(embedded.PORT_VARIABLE, str(taken_port))
    with pytest.raises(PortTaken, match=f"Port {taken_port} belongs to another program"):
        embedded.start(folder)


def test_a_port_lost_between_look_and_start_is_tried_elsewhere_or_told(folder: Path, no_programs: Path) -> None:
    write_program(no_programs / "mongod", '#!/bin/sh\necho "$4" >> ports; echo "Address already in use"; exit 48\n')
    with pytest.raises(PortTaken):
        embedded.start(folder)
    assert len(set((folder / "ports").read_text().split())) >= 2


@pytest.mark.parametrize("text", ["http", "0", "65536", "-1", "27117 "])
def test_a_port_that_is_none_is_a_plain_error(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv(embedded.PORT_VARIABLE, text)
    with pytest.raises(IndexUnavailable, match="must be a port number"):
        embedded.start(folder)


def test_a_folder_that_cannot_be_made_is_a_plain_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(IndexUnavailable, match=r"cannot use the folder .*/file/db: Not a directory"):
        embedded.start(tmp_path / "file" / "db")


def test_a_full_disk_is_a_plain_error() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    with pytest.raises(IndexUnavailable, match="No space left on device"), embedded._plain_errors(full):
        full.write_text("x")


def test_a_long_log_is_put_aside(folder: Path, no_programs: Path) -> None:
    folder.mkdir(parents=True)
    with (folder / "server.log").open("wb") as log:
        log.truncate(server_folder.LOG_BYTES)
    write_program(no_programs / "mongod", "#!/bin/sh\nexit 1\n")
    with pytest.raises(StartFailed):
        embedded.start(folder, 0)
    assert (folder / "server.log").stat().st_size == 0
    assert (folder / "server.log.1").stat().st_size == server_folder.LOG_BYTES
