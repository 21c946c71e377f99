"""How long a host is left alone that is in trouble: functions of what it answered, of settings and the time."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from scrapy.settings import BaseSettings


@dataclass(frozen=True, slots=True)
class Backoff:
    """All in seconds. `base` is where it begins, 0 for no back-off; what is longer than the others is cut to them."""

    base: float
    longest: float = 60.0
    longest_retry_after: float = 300.0

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        base = settings.getfloat("BACKLINKS_RETRY_BACKOFF", 1.0)
        return cls(
            base=max(base, settings.getfloat("DOWNLOAD_DELAY")) if base else 0.0,
            longest=settings.getfloat("BACKLINKS_MAX_BACKOFF", 60.0),
            longest_retry_after=settings.getfloat("BACKLINKS_MAX_RETRY_AFTER", 300.0),
        )

    def of_retry(self, meta: Mapping[str, Any], now: float) -> float:
        """Before a URL is asked for again: `base` doubled with each retry, or what the server asked for if longer.

        `meta["retry_times"]` counts the retries, `meta["retry_after"]` is Retry-After; `now` is the Unix time.
        """
        times = meta.get("retry_times", 0)
        seconds = min(self.longest, self.base * 2.0 ** min(times, 16)) if times else 0.0
        return max(seconds, self.retry_after(str(meta.get("retry_after", "")), now))

    def grown(self, delay: float) -> float:
        """A host's delay after an answer that means trouble: twice as long, `longest` at most."""
        return max(delay, min(self.longest, 2.0 * max(self.base, delay))) if self.base else delay

    def eased(self, delay: float, own: float, usual: float) -> float:
        """A host's delay after any other answer: half as long, until it is its `own` again or the crawl's `usual`."""
        half = delay / 2.0
        return half if half > max(own, usual) else own

    def retry_after(self, value: str, now: float) -> float:
        """What Retry-After asks for (RFC 9110 section 10.2.3: seconds, or a date); 0 if it says nothing usable."""
        return max(0.0, min(_retry_after(value.strip(), now), self.longest_retry_after))


def _retry_after(value: str, now: float) -> float:
    if value.isascii() and value.isdecimal():
        return float(value)
    try:
        return parsedate_to_datetime(value).timestamp() - now
    except (ValueError, OverflowError):
        return 0.0
