"""The crawl under test: the README's command over the static web, measured from outside."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

PROJECT = Path(__file__).parents[2]
# Our own server needs no manners; everything else is as a user has it. 0 pages is no limit.
OPTIONS = "--no-follow-external -s DOWNLOAD_DELAY=0"


class Cost(NamedTuple):
    """What a process tree took."""

    status: int
    seconds: float
    cpu_seconds: float
    peak_mb: float


def command(seeds: Sequence[str], pages: int) -> list[str]:
    """The command line of the README for this crawl; `pages` is the most to fetch, 0 for all."""
    return ["make", "--no-print-directory", "crawl", f"SEEDS={' '.join(seeds)}", f"OPTIONS={OPTIONS} --pages {pages}"]


def run(arguments: Sequence[str], environment: dict[str, str]) -> Cost:
    """Run a command in the project's folder, its output shown as it comes."""
    started = time.monotonic()
    process = subprocess.Popen(arguments, cwd=PROJECT, env=environment)
    _, status, usage = os.wait4(process.pid, 0)  # with the children it has waited for
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - started
    return Cost(process.returncode, seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def environment(proxy: str, data: Path) -> dict[str, str]:
    """Ours, with the proxy that serves the documentation and an index of its own."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name.lower() not in {"http_proxy", "https_proxy", "no_proxy", "mongodb_uri", "makeflags", "mflags"}
    }
    return {**inherited, "http_proxy": proxy, "https_proxy": proxy, "BACKLINKS_DATA_DIR": str(data)}


def server_cost(pid: int) -> tuple[float, float]:
    """CPU seconds and peak resident MB of a running process (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    status = Path(f"/proc/{pid}/status").read_text()
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))
    return ticks / os.sysconf("SC_CLK_TCK"), peak / 1024
