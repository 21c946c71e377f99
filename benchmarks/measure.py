"""Runs one crawler as a program and measures what it used: processor seconds and memory of its whole process tree."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.server import Counters

SAMPLE_SECONDS = 0.05
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Run:
    """One run of one crawler. CPU is user + system, from start to exit, imports included; memory is in MB."""

    crawler: str
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0
    exit_status: int = 0
    pages: int = 0  # page responses, counted by the server
    distinct: int = 0  # different pages among them
    missing: int = 0  # requests for what does not exist
    server_cpu_seconds: float = 0.0
    peak_mb: float = 0.0
    mb_at: dict[int, float] = field(default_factory=dict)  # page responses -> memory at that moment
    verdict: dict[str, Any] | None = None  # links against the truth

    @property
    def pages_per_cpu_second(self) -> float:
        return self.pages / self.cpu_seconds

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"pages_per_cpu_second": self.pages_per_cpu_second}


def run(
    crawler: str, command: list[str], environment: dict[str, str], counters: Counters, log: Path, server: int
) -> Run:
    """Run the command to its end; the counters are the web server's, `server` its process."""
    result = Run(crawler)
    counters.reset()
    server_before, started = cpu_seconds(server), time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
        status, usage = _watch(process.pid, result, counters)
    process.returncode = os.waitstatus_to_exitcode(status)  # it was waited for here, for its usage
    result.wall_seconds = time.monotonic() - started
    result.exit_status = process.returncode
    result.cpu_seconds = usage.ru_utime + usage.ru_stime
    result.server_cpu_seconds = cpu_seconds(server) - server_before
    served = counters.read()
    result.pages, result.distinct, result.missing = served["pages"], served["distinct"], served["missing"]
    return result


def _watch(pid: int, result: Run, counters: Counters) -> tuple[int, Any]:
    """Sample memory until the process ends. `ru_maxrss` would count this process's own pages before the exec."""
    marks = [1000 * number for number in range(1, 1000)]
    while True:
        ended, status, usage = os.wait4(pid, os.WNOHANG)
        if ended:
            return status, usage
        now, peak = _memory(pid)
        result.peak_mb = max(result.peak_mb, now, peak)
        while counters.pages() >= marks[0]:
            result.mb_at[marks.pop(0)] = round(now, 1)
        time.sleep(SAMPLE_SECONDS)


def _memory(pid: int) -> tuple[float, float]:
    """Resident memory of a process with its descendants, and the process's own highest, in MB."""
    total, own_peak = 0, 0
    for member in _tree(pid):
        try:
            fields = dict(
                line.split(":", 1)
                for line in Path(f"/proc/{member}/status").read_text().splitlines()
                if line[:2] == "Vm"
            )
        except OSError:  # gone meanwhile
            continue
        total += int(fields.get("VmRSS", "0 kB").split()[0])
        if member == pid:
            own_peak = int(fields.get("VmHWM", "0 kB").split()[0])
    return total / 1024, own_peak / 1024


def _tree(pid: int) -> list[int]:
    members = [pid]
    for member in members:
        try:
            for task in Path(f"/proc/{member}/task").iterdir():
                members += map(int, (task / "children").read_text().split())
        except OSError:
            continue
    return members


def cpu_seconds(pid: int) -> float:
    """User + system time of one running process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


@contextmanager
def service(module: str, *arguments: str) -> Iterator[tuple[int, int]]:
    """A server of the benchmark in a process of its own: its port and process id; ended with the block."""
    command = [sys.executable, "-m", module, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise SystemExit(f"{module} ended with status {process.wait()} before it served anything.")
        try:
            yield json.loads(line)["port"], process.pid
        finally:
            process.terminate()


async def until_orphaned() -> None:
    """Return when the process that started this one has gone: a server must not outlive its benchmark."""
    parent = os.getppid()
    while os.getppid() == parent:  # noqa: ASYNC110 (nothing tells a process that its parent has gone)
        await asyncio.sleep(1)
