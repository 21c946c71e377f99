"""`make fuzz`: feeds every target with inputs that reach new code, for a while; what breaks one is kept in the corpus.

Guided by coverage with atheris (libFuzzer) where that is installed; else Hypothesis makes the inputs, unguided.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from tests.fuzz.time_limit import HANG
from tests.fuzz.words import dictionary

NAMES = ("links", "url_keys", "robots", "traps", "inline", "scripts", "texts", "http_reply", "bodies")
CORPUS = Path(__file__).with_name("corpus")  # kept: seeds, and whatever broke a target once
FOUND = Path(__file__).parents[2] / ".fuzz"  # inputs that reached new code, for the next time
MAX_INPUT = 4096  # bytes


class Told(NamedTuple):
    """What came of one target."""

    name: str
    failed: bool
    inputs: int
    coverage: int  # edges that libFuzzer counts; 0 without it
    output: str


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(NAMES)}; all by default")
    parser.add_argument("--seconds", type=float, default=60.0, help="for all targets together")
    asked = parser.parse_args()
    names = asked.targets or NAMES
    if unknown := set(names) - set(NAMES):
        parser.error(f"There is no target {', '.join(sorted(unknown))}.")
    jobs = min(os.cpu_count() or 1, len(names))
    guided = find_spec("atheris") is not None
    how = "guided by coverage (atheris)" if guided else "not guided: atheris is not installed here"
    print(f"{len(names)} targets, {jobs} at a time, {asked.seconds:g} s in all, {how}.", flush=True)
    share = max(1, round(asked.seconds * jobs / len(names)))
    with ThreadPoolExecutor(jobs) as pool:
        failed = [_say(told) for told in pool.map(partial(_run, seconds=share, guided=guided), names)]
    return int(any(failed))


def _run(name: str, seconds: int, guided: bool) -> Told:
    """In a process of its own: libFuzzer never returns."""
    seeds, found = CORPUS / name, FOUND / name
    found.mkdir(parents=True, exist_ok=True)
    worker = "tests.fuzz.guided" if guided else "tests.fuzz.unguided"
    with tempfile.NamedTemporaryFile("w", suffix=".dict") as words:
        words.write(dictionary())
        words.flush()
        options = {
            "max_total_time": seconds, "timeout": HANG, "max_len": MAX_INPUT, "dict": words.name,
            "artifact_prefix": f"{seeds}/", "rss_limit_mb": 1024, "print_final_stats": 1,
        }  # fmt: skip
        command = [sys.executable, "-m", worker, name, str(found), str(seeds)]
        command += [f"-{option}={value}" for option, value in options.items()]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    output = done.stdout + done.stderr
    inputs = re.findall(r"number_of_executed_units: (\d+)", output) or re.findall(r"^#(\d+)", output, re.MULTILINE)
    coverage = re.findall(r" cov: (\d+)", output)
    return Told(name, done.returncode != 0, int((inputs or ["0"])[-1]), int((coverage or ["0"])[-1]), output)


def _say(told: Told) -> bool:
    state = "BROKEN, and the input kept" if told.failed else "holds"
    print(f"{told.name:<11} {told.inputs:>9,} inputs  {told.coverage:>6,} edges  {state}", flush=True)
    if told.failed:
        print(told.output[told.output.find("Uncaught Python exception") :].partition("INFO:")[0][:4000], flush=True)
    return told.failed


if __name__ == "__main__":
    raise SystemExit(main())
