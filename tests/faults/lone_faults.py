"""Kills a lone crawl and its database at moments drawn from a seed, until the crawl has come to its end."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.lone_crawl import LoneCrawl

STEP = 0.01  # seconds between two looks
LATE = 1.2  # seconds; a process lives that long at most after its kill is due
AT_THE_END = 0.5  # seconds after the last page was asked for: the last batch, the sweep, the counts by domain


class Kill(NamedTuple):
    """Of `crawler` or `database`, so many seconds after this share of the web was asked for."""

    share: float
    what: str
    seconds: float


def kills(crawler: int, database: int, seed: int) -> list[Kill]:
    """In the order they are due. One in eight falls on the crawl's last moments."""
    chance = random.Random(seed)
    what = ["crawler"] * crawler + ["database"] * database
    chance.shuffle(what)
    late = max(1, len(what) // 8)
    early = [Kill(chance.uniform(0.0, 0.95), each, chance.uniform(0.0, LATE)) for each in what[late:]]
    return sorted(early) + [Kill(1.0, each, chance.uniform(0.0, AT_THE_END)) for each in what[:late]]


@dataclass
class LoneFaults:
    """`pages` are the URLs that the whole web has; `say` is told every kill. After `run`, `done` counts them."""

    crawl: LoneCrawl
    pages: int
    plan: list[Kill]
    say: Callable[[str], None] = print
    done: Counter[str] = field(default_factory=Counter)

    def run(self, seconds: float) -> None:
        """Raises TimeoutError if the crawl has not ended after so long, RuntimeError if it ends badly."""
        self._began = time.monotonic()
        self._without_database = False  # it was killed since the crawl was started
        left = self.plan[::-1]
        due = 0.0
        self.crawl.start()
        while self.crawl.status != 0:
            now = time.monotonic()
            if now > self._began + seconds:
                raise TimeoutError(f"The crawl did not end within {seconds:.0f} s:\n{self.crawl.log()[-3000:]}")
            self._look_after_crawl()
            if left and not due and len(self.crawl.asked_for()) >= left[-1].share * self.pages:
                due = now + left[-1].seconds
            if left and due and now >= due and self._kill(left[-1]):
                left.pop()
                due = 0.0
            time.sleep(STEP)

    def _look_after_crawl(self) -> None:
        """Start it again if it was killed, or if its database was killed while it started."""
        status = self.crawl.status
        if status is None:
            return
        could_not_start = status == 1 and self._without_database
        if status != -signal.SIGKILL and not could_not_start:
            raise RuntimeError(f"The crawl ended with status {status}:\n{self.crawl.log()[-3000:]}")
        self._without_database = False
        self.crawl.start()

    def _kill(self, kill: Kill) -> bool:
        if kill.what == "crawler":
            if self.crawl.status is not None:
                return False
            self.crawl.kill()
        elif not self.crawl.kill_database():
            return False
        else:
            self._without_database = True
        self.done[kill.what] += 1
        asked = len(self.crawl.asked_for())
        number = sum(self.done.values())
        self.say(
            f"{time.monotonic() - self._began:7.1f} s  kill {number} of {len(self.plan)}: the {kill.what},"
            f" {asked:,} of {self.pages:,} pages asked for"
        )
        return True
