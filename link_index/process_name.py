"""A name for this process that others can look up: whether who wrote it has ended, as far as this machine can tell."""

from __future__ import annotations

import os
from pathlib import Path


def process_name() -> str:
    """`place/pid`; a place is what process ids are unique in: a boot of the machine and, in a container, its namespace.

    Where the system does not tell (it is no Linux), the place is empty.
    """
    return f"{_place()}/{os.getpid()}"


def has_ended(name: str) -> bool:
    """Whether that process is known to be no more: of one elsewhere nothing is known."""
    place, _, pid = name.rpartition("/")
    if not place or place != _place() or not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:  # another user's
        return False
    return False


def _place() -> str:
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        return f"{boot}/{Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return ""
