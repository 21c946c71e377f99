"""What keeps pages from being stored: said once in the log, not for every page that meets it, and timed."""

from __future__ import annotations

import logging
import time
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)

AWAY = "away"  # MongoDB cannot store: it does not answer, takes too long, is read-only or full
SPOOL_FULL = "spool_full"  # nor can the spool: its cap is reached, or its disk is full


class Outages:
    """Kept by the writer's thread; `counts` may be read by any. `on_change` is called when one begins and ends."""

    def __init__(self, on_change: Callable[[], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._on_change = on_change
        self._clock = clock
        self._since: dict[str, float] = {}  # of those that are not over
        self._times: dict[str, int] = {}
        self._seconds: dict[str, float] = {}

    def began(self, what: str, said: str) -> None:
        if what in self._since:
            return
        self._since[what] = self._clock()
        self._times[what] = self._times.get(what, 0) + 1
        logger.warning(said)
        self._on_change()

    def over(self, what: str, said: str) -> None:
        if what not in self._since:
            return
        seconds = self._clock() - self._since.pop(what)
        self._seconds[what] = self._seconds.get(what, 0.0) + seconds
        logger.warning("%s It took %.0f s.", said, seconds)
        self._on_change()

    def counts(self) -> dict[str, int]:
        """Of each kind there was: whether it is so now (1 or 0), how often it began, and seconds, rounded up."""
        now, since = self._clock(), self._since.copy()
        counts: dict[str, int] = {}
        for what, times in self._times.copy().items():
            seconds = self._seconds.get(what, 0.0) + (now - since[what] if what in since else 0.0)
            counts |= {what: int(what in since), f"{what}_times": times, f"{what}_seconds": ceil(seconds)}
        return counts
