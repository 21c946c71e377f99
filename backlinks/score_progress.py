"""Progress of the score job: one line that renews itself on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from backlinks.standard_streams import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from link_index.scoring.score_job import Told

SAY_SECONDS = 5.0  # between plain lines
REFRESH = 0.2  # seconds between two looks of a terminal
_STAGES = {
    "graph": "reading links",
    "ranks": "ranking",
    "spam": "looking for spam",
    "themes": "counting words",
    "domains": "writing domains",
    "pages": "writing pages",
    "links": "scoring links",
}


def line(told: Told, seconds: float) -> str:
    """The stage, what was done in it, what share of it that is, and the time so far."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    share = "" if told.share is None else f"  {told.share:.0%}"
    return f"{_STAGES[told.stage]}: {told.done}{share}  {hours}:{minute:02}:{second:02}"


@contextmanager
def progress() -> Iterator[Callable[[Told], None]]:
    """Takes what a job tells, and shows it on standard error."""
    began = time.monotonic()
    shown, stage = 0.0, ""
    if not sys.stderr.isatty():

        def tell(told: Told) -> None:
            nonlocal shown, stage
            if told.stage != stage or time.monotonic() - shown >= SAY_SECONDS:
                shown, stage = time.monotonic(), told.stage
                say(line(told, time.monotonic() - began), sys.stderr)

        yield tell
        return

    from rich.console import Console
    from rich.live import Live

    with Live(console=Console(stderr=True), auto_refresh=False, transient=True) as live:

        def show(told: Told) -> None:
            nonlocal shown
            if time.monotonic() - shown >= REFRESH:
                shown = time.monotonic()
                live.update(line(told, shown - began), refresh=True)

        yield show
