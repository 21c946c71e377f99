"""The labelled pairs of referring pages and targets, half of them held out from the choice of thresholds.

`pairs/<language>.txt`: a line of a referring page (`theme > title | heading / heading | text near the link`), then one
of its target (`theme < title | heading / heading`), under what they are to each other: `[related]`; `[short]`, related
in a few words; `[sense]`, a word in common that means something else; `[lookalike]`, pages that are made alike and
about something else. Unrelated are the pages of different pairs.
The titles alone of `[sense]` make a kind of their own. `fresh_pairs` are a few more.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).with_name("pairs")
FRESH = Path(__file__).with_name("fresh_pairs")  # written once all rules stood, which have not been changed for them
LANGUAGES = tuple(sorted(path.stem for path in FOLDER.glob("*.txt")))


class Page(NamedTuple):
    """`near` is the text around the link, of a referring page alone."""

    theme: str
    title: str
    headings: list[str]
    near: str

    def title_alone(self) -> Page:
        return self._replace(headings=[], near="")


class Case(NamedTuple):
    """`kind`: related, short (related), unrelated, short_unrelated, sense, short_sense, lookalike."""

    kind: str
    language: str
    source: Page
    target: Page
    held_out: bool

    @property
    def is_related(self) -> bool:
        return self.kind in ("related", "short")


def cases(language: str, folder: Path = FOLDER) -> list[Case]:
    """Every second pair of a kind is held out; unrelated pairs are made within each half."""
    return [
        case for kind, pairs in _pairs(folder / f"{language}.txt").items() for case in _of_kind(kind, language, pairs)
    ]


def _of_kind(kind: str, language: str, pairs: list[tuple[Page, Page]]) -> Iterator[Case]:
    for half in (0, 1):
        chosen = pairs[half::2]
        for number, (source, target) in enumerate(chosen):
            yield Case(kind, language, source, target, bool(half))
            if kind == "sense":
                yield Case("short_sense", language, source.title_alone(), target.title_alone(), bool(half))
            for step in (1, 3) if kind != "lookalike" else ():
                other = chosen[(number + step) % len(chosen)][1]
                if other.theme != source.theme:
                    unrelated = "short_unrelated" if kind == "short" else "unrelated"
                    yield Case(unrelated, language, source, other, bool(half))


def _pairs(file: Path) -> dict[str, list[tuple[Page, Page]]]:
    found: dict[str, list[tuple[Page, Page]]] = {}
    kind, source = "", Page("", "", [], "")
    for line in file.read_text("utf-8").splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
            found[kind] = []
        elif " > " in line:
            source = _page(*line.split(" > ", 1))
        else:
            found[kind].append((source, _page(*line.split(" < ", 1))))
    return found


def _page(theme: str, text: str) -> Page:
    title, headings, near, *_ = [*(part.strip() for part in text.split("|")), "", ""]
    return Page(theme.rstrip("0123456789"), title, [each for each in headings.split(" / ") if each], near)
