"""Measures the classes of anchors: precision and recall on labelled cases of nine languages, and speed.

Half of each page's cases were looked at while the rules were made, the other half was held out. `python -m
benchmarks.anchor_classes` prints the held-out half; `--seen` the other one, with each case that went wrong.
"""

from __future__ import annotations

import argparse
import time
import tomllib
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from benchmarks.prose import words
from link_index.anchors.anchor_class import CLASSES, anchor_class
from link_index.anchors.target_words import TargetWords, target_words

FOLDER = Path(__file__).parent / "anchor_cases"
SPEED_ANCHORS = 50_000


class Case(NamedTuple):
    """One link as a person judged it."""

    language: str
    page: dict[str, Any]
    link_type: str
    anchor: str
    name: str
    held_out: bool


class Counted(NamedTuple):
    """Cases of a class: labelled so, called so, and both."""

    labelled: int
    called: int
    right: int

    @property
    def precision(self) -> float:
        return self.right / self.called if self.called else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.labelled if self.labelled else 1.0


def cases() -> list[Case]:
    """All labelled cases. Every second one of a page is held out."""
    found = []
    for file in sorted(FOLDER.glob("*.toml")):
        for page in tomllib.loads(file.read_text("utf-8"))["page"]:
            for number, line in enumerate(page["cases"].strip("\n").split("\n")):
                label, _, anchor = line.partition("|")
                link_type, _, name = label.strip().rpartition(":")
                found.append(Case(file.stem, page, link_type or "text", anchor.strip(), name, number % 2 == 1))
    return found


def classified(chosen: list[Case]) -> list[tuple[Case, str, str]]:
    """Each case with the class it was given, and why."""
    targets: dict[str, TargetWords] = {}
    found = []
    for case in chosen:
        url = case.page["url"]
        if url not in targets:
            targets[url] = target_words(url, case.page)
        said = anchor_class(case.anchor, case.link_type, targets[url], case.language)
        found.append((case, said.name, said.said))
    return found


def counted(found: list[tuple[Case, str, str]], name: str) -> Counted:
    return Counted(
        sum(case.name == name for case, _, _ in found),
        sum(called == name for _, called, _ in found),
        sum(case.name == called == name for case, called, _ in found),
    )


def accuracy(found: list[tuple[Case, str, str]]) -> float:
    return sum(case.name == called for case, called, _ in found) / len(found)


def speed() -> tuple[float, float]:
    """(calls a second with anchors that are all different, with ten thousand calls for a thousand anchors)."""
    anchors = _anchors(SPEED_ANCHORS)
    target = target_words("https://www.acme.example/running-shoes", {"title": "Running shoes | Acme", "language": "en"})
    for anchor in anchors:  # stems of words are known once a job has begun
        anchor_class(anchor, "text", target, "en")
    target.memo.clear()
    started = time.process_time()
    for anchor in anchors:
        anchor_class(anchor, "text", target, "en")
    different = len(anchors) / (time.process_time() - started)
    few = anchors[:1000] * 10
    target.memo.clear()
    started = time.process_time()
    for anchor in few:
        anchor_class(anchor, "text", target, "en")
    return different, len(few) / (time.process_time() - started)


def _anchors(count: int) -> list[str]:
    """Different anchors of one to five words and a bit more, some of them with words of the target."""
    chance = Random(7)
    made: dict[str, None] = {}
    while len(made) < count:
        made[words(chance, 1, 5) + chance.choice(("", "", "", " running shoes", " acme", " here"))] = None
    return list(made)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seen", action="store_true", help="the half the rules were made with, and what went wrong")
    seen = parser.parse_args().seen
    chosen = [case for case in cases() if case.held_out != seen]
    found = classified(chosen)
    if seen:
        for case, called, said in found:
            if case.name != called:
                print(f"{case.language}  {case.name} called {called}: {case.anchor!r} ({said})")
    languages = sorted({case.language for case in chosen})
    print(f"{'precision/recall':<17}" + "".join(f"{language:>11}" for language in [*languages, "all"]) + "   cases")
    for name in CLASSES:
        cells = []
        for language in [*languages, ""]:
            count = counted([row for row in found if language in ("", row[0].language)], name)
            cells.append(f"{count.precision:.2f}/{count.recall:.2f}" if count.labelled or count.called else "-")
        print(f"{name:<17}" + "".join(f"{cell:>11}" for cell in cells) + f"{counted(found, name).labelled:>8}")
    sizes = Counter(case.language for case in chosen)
    rows = [accuracy([row for row in found if row[0].language == language]) for language in languages]
    print(f"{'accuracy':<17}" + "".join(f"{share:>11.2f}" for share in [*rows, accuracy(found)]) + f"{len(chosen):>8}")
    print(f"{'cases':<17}" + "".join(f"{sizes[language]:>11}" for language in languages))
    different, repeating = speed()
    print(f"\nanchor_class, {SPEED_ANCHORS:,} different anchors: {different:>10,.0f} calls/s")
    print(f"anchor_class, 1,000 anchors ten times each: {repeating:>9,.0f} calls/s")


if __name__ == "__main__":
    main()
