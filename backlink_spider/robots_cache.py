"""What is known of the robots.txt of each origin, for a while and within bounds.

An origin is scheme, host and port, as RFC 9309 section 2.3 has it: http and https of a host have rules of their own.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backlink_spider.robots_rules import RobotsRules

LONGEST_WAIT = 3600.0  # seconds between two tries of a robots.txt that cannot be had


@dataclass(frozen=True, slots=True)
class Robots:
    """The last look at a robots.txt. `rules` are None, and all is forbidden, where it never could be had.

    `asked_again_at` is a time of the monotonic clock, `failures` how often in a row it could not be had since;
    `answered` is whether there was an answer the last time.
    """

    rules: RobotsRules | None
    asked_again_at: float
    failures: int = 0
    answered: bool = True

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return 200 + (self.rules.size if self.rules else 0)


class RobotsCache:
    """Keeps those that were asked about last: at most so many `origins`, of at most so many bytes in all."""

    def __init__(self, origins: int, size: int) -> None:
        self.size = 0  # bytes, about
        self._most_origins, self._most_bytes = origins, size
        self._kept: OrderedDict[str, Robots] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, origin: str) -> Robots | None:
        """What is known, however old."""
        robots = self._kept.get(origin)
        if robots is not None:
            self._kept.move_to_end(origin)
        return robots

    def put(self, origin: str, robots: Robots) -> int:
        """Remember it in place of what was known; how many others had to go for it."""
        before = self._kept.pop(origin, None)
        self.size += robots.size - (before.size if before else 0)
        self._kept[origin] = robots
        dropped = 0
        while len(self._kept) > 1 and (len(self._kept) > self._most_origins or self.size > self._most_bytes):
            _, oldest = self._kept.popitem(last=False)
            self.size -= oldest.size
            dropped += 1
        return dropped


def origin_of(url: str) -> str:
    """`https://user@example.com:8080/a?b` -> `https://example.com:8080`. The URL is a normalised one."""
    end = url.find("/", 8)
    origin = url if end < 0 else url[:end]
    if "@" in origin:
        scheme, _, authority = origin.partition("://")
        origin = f"{scheme}://{authority.rpartition('@')[2]}"
    return origin


def wait_after(failures: int, first: float, retry_after: float) -> float:
    """Seconds to the next try: `first` doubled with each failure in a row, or what the server asked for if longer."""
    return max(min(first * 2.0 ** (min(failures, 32) - 1), LONGEST_WAIT), retry_after)
