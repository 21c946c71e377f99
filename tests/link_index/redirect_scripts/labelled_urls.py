"""Reads the URLs labelled by hand, in two halves: one that rules are made with, one that is held out of it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent


class LabelledUrl(NamedTuple):
    """A URL, whether it is a redirection script, and the target that it carries."""

    kind: str
    url: str
    is_script: bool
    target: str | None
    held_out: bool


def labelled_urls() -> list[LabelledUrl]:
    """Those made up in the shapes of the web; every second row of a kind is held out."""
    return _read("labelled_urls.tsv")


def found_urls() -> list[LabelledUrl]:
    """Those found in public repositories; looks at them mended the rules."""
    return _read("found_urls.tsv")


def _read(name: str) -> list[LabelledUrl]:
    seen: Counter[str] = Counter()
    found = []
    for line in (FOLDER / name).read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        kind, url, target = line.split("\t")
        seen[kind] += 1
        carried = target if target not in ("", "-") else None
        found.append(LabelledUrl(kind, url, not kind.startswith("no:"), carried, seen[kind] % 2 == 0))
    return found
