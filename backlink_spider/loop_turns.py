"""Bounds what pages may cost in one turn of the event loop, so that costly ones do not add up to a long stop."""

from __future__ import annotations

import asyncio
import time
from typing import Final

SECONDS: Final = 0.05  # a hundred ordinary pages: all that come at once pass at once


class LoopTurns:
    """Pages pass until a turn took its time; the others wait for the next one, which wakes them in their order."""

    def __init__(self) -> None:
        self._over: asyncio.Event | None = None  # of the turn under way
        self._until = 0.0

    async def take(self) -> None:
        """Returns at once, or in a turn that has time left."""
        while self._over is not None and time.monotonic() >= self._until:
            await self._over.wait()
        if self._over is None:
            self._over = asyncio.Event()
            self._until = time.monotonic() + SECONDS
            asyncio.get_running_loop().call_soon(self._end)

    def _end(self) -> None:
        assert self._over is not None
        self._over.set()
        self._over = None
