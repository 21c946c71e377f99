"""A scrapyd of the test's own, with an egg of this checkout in it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.end_to_end.conftest import new_crawl, slow_web

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["new_crawl", "slow_web"]  # fixtures of the end-to-end tests, for these too

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
PACKAGES = ("backlink_spider", "pipelines", "settings", "link_index", "backlinks")
USER, PASSWORD = "operator", 'qu"o\\te:d'


@dataclass(slots=True)
class Scrapyd:
    """A scrapyd with deploy's configuration, but for folder, port and haste."""

    url: str
    folder: Path
    process: subprocess.Popen[bytes]

    def ask(self, service: str, **data: Any) -> dict[str, Any]:
        method = "POST" if service in ("schedule", "cancel") else "GET"
        what = {"data": data} if method == "POST" else {"params": data}
        reply = requests.request(method, f"{self.url}{service}.json", auth=(USER, PASSWORD), timeout=10, **what)  # type: ignore[arg-type]
        answer: dict[str, Any] = reply.json()
        assert answer["status"] == "ok", answer.get("message")
        return answer

    def schedule(self, **arguments: Any) -> str:
        """The id of a new job."""
        data = {"project": "backlinks", "spider": "backlinks", "setting": ["DOWNLOAD_DELAY=0", "LOG_LEVEL=INFO"]}
        job: str = self.ask("schedule", **data | arguments)["jobid"]
        return job

    def jobs(self, state: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("listjobs", project="backlinks")[state]
        return found

    def pids(self) -> list[int]:
        return [job["pid"] for job in self.jobs("running")]

    def log(self, job: str) -> str:
        """What the job has logged."""
        file = self.folder / "logs" / "backlinks" / "backlinks" / f"{job}.log"
        return file.read_text("utf-8") if file.exists() else ""

    def said(self) -> str:
        """What scrapyd has logged: its own and what jobs print."""
        return (self.folder / "scrapyd.log").read_text("utf-8")

    def until(self, happens: Callable[[], Any]) -> None:
        """Wait for what the jobs will do."""
        deadline = time.monotonic() + 60
        while not happens():
            assert time.monotonic() < deadline, f"it does not happen:\n{self.said()[-3000:]}"
            time.sleep(0.05)


def outer_environment() -> dict[str, str]:
    """Without what would lead scrapyd to the developer's own checkout, proxy or settings."""
    unwanted = ("SCRAPY", "REDIS_URL", "PYTHONPATH", "MONGODB_URI")
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(unwanted) and not name.lower().endswith("_proxy")
    }


@pytest.fixture(scope="session")
def bare_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has this environment's packages and not the project: what is imported comes from the egg."""
    folder = tmp_path_factory.mktemp("bare")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    site = next(folder.glob("lib/python*/site-packages"))
    ours = next(Path(path) for path in sys.path if path.endswith("site-packages"))
    for entry in ours.iterdir():
        if "open_backlink_index" not in entry.name and not entry.name.startswith("__editable__"):
            (site / entry.name).symlink_to(entry)
    return folder / "bin" / "python"


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what an egg is made from: building it leaves files behind."""
    copy = tmp_path_factory.mktemp("checkout")
    for name in ("pyproject.toml", "setup.py", "scrapy.cfg", "README.md", "LICENSE"):
        shutil.copy2(ROOT / name, copy)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("*.so", "__pycache__"))
    return copy


@pytest.fixture(scope="session")
def egg(checkout: Path) -> Path:
    """The egg as `scrapyd-deploy` builds it, compiled in a hurry."""
    path = checkout / "project.egg"
    environment = {**outer_environment(), "CFLAGS": "-O0"}
    command = [BIN / "scrapyd-deploy", "--build-egg", path]
    subprocess.run(command, cwd=checkout, env=environment, check=True, capture_output=True, timeout=120)
    return path


@pytest.fixture
def new_scrapyd(bare_python: Path, tmp_path: Path) -> Iterator[Callable[[Mapping[str, str]], Scrapyd]]:
    """Starts a scrapyd with an environment for its jobs; it and all its jobs are gone after the test."""
    started: list[Scrapyd] = []

    def make(environment: Mapping[str, str]) -> Scrapyd:
        folder = tmp_path / f"scrapyd{len(started)}"
        (folder / "empty").mkdir(parents=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        text = (ROOT / "deploy" / "scrapyd" / "scrapyd.conf").read_text("utf-8")
        text = text.replace("/var/lib/backlinks/scrapyd", str(folder)).replace("= 6800", f"= {port}")
        text = text.replace("poll_interval = 5.0", "poll_interval = 0.2")
        (folder / "empty" / "scrapyd.conf").write_text(f"{text}max_proc = 4\n", "utf-8")
        with (folder / "scrapyd.log").open("wb") as log:
            process = subprocess.Popen(
                [bare_python, "-m", "scrapyd", "--pidfile="],
                cwd=folder / "empty",
                env={**outer_environment(), "SCRAPYD_USERNAME": USER, "SCRAPYD_PASSWORD": PASSWORD, **environment},
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
            )
        scrapyd = Scrapyd(f"http://127.0.0.1:{port}/", folder, process)
        started.append(scrapyd)
        scrapyd.until(lambda: f"Site starting on {port}" in scrapyd.said())
        return scrapyd

    yield make
    for scrapyd in started:
        _end(scrapyd.process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """scrapyd and its jobs, which are in its process group even when it is gone."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
