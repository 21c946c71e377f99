"""An alarm in the event loop."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from scrapy.utils.asyncio import call_later

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy.utils.asyncio import CallLaterResult

NEVER = float("inf")
RESOLUTION = 0.001  # seconds, of uvloop's timers


class Alarm:
    """Calls once, at the earliest of the times (of time.monotonic) it was set to, and not before."""

    def __init__(self, call: Callable[[], None]) -> None:
        self._call = call
        self._rings_at = NEVER
        self._timer: CallLaterResult | None = None

    def set(self, at: float) -> None:
        if at < self._rings_at:
            self.cancel()
            self._rings_at = at
            self._timer = call_later(max(at - time.monotonic(), 0.0) + RESOLUTION, self._ring)

    def cancel(self) -> None:
        self._rings_at = NEVER
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _ring(self) -> None:
        self._rings_at, self._timer = NEVER, None
        self._call()
