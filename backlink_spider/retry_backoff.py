"""How long a host is left alone before a failed request is sent again: a function of the request's meta."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_BACKOFF = 60.0  # seconds
LONGEST_RETRY_AFTER = 300.0  # a server that names more is asked again after this


def backoff(meta: Mapping[str, Any], base: float, now: float) -> float:
    """Seconds: `base` doubled with each retry, or what the server's Retry-After names if that is longer.

    `meta["retry_after"]` is the header's value, seconds or an HTTP date (RFC 9110, 10.2.3); `now` is the Unix time.
    """
    times = meta.get("retry_times", 0)
    seconds = min(LONGEST_BACKOFF, base * 2.0 ** min(times, 16)) if times else 0.0
    return max(seconds, min(_retry_after(str(meta.get("retry_after", "")).strip(), now), LONGEST_RETRY_AFTER))


def _retry_after(value: str, now: float) -> float:
    if value.isascii() and value.isdecimal():
        return float(value)
    try:
        return parsedate_to_datetime(value).timestamp() - now
    except (ValueError, OverflowError):
        return 0.0
