"""Bounds what pages may cost in one turn of the event loop, so that costly ones do not add up to a long stop."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import Final

SECONDS: Final = 0.05  # a hundred ordinary pages: all that come at once pass at once


class LoopTurns:
    """Pages pass in the order they came, until a turn took its time; the next ones wait for the next turn."""

    def __init__(self) -> None:
        self._over: asyncio.Event | None = None  # of the turn under way
        self._until = 0.0
        self._line: deque[object] = deque()  # who waits

    async def take(self) -> None:
        """Returns at once, or in a turn that has time left."""
        if self._line or self._is_spent():
            await self._wait()
        self._turn()

    async def _wait(self) -> None:
        place = object()
        self._line.append(place)
        try:
            while self._line[0] is not place or self._is_spent():
                await self._turn().wait()
        finally:
            self._line.remove(place)

    def _is_spent(self) -> bool:
        return self._over is not None and time.monotonic() >= self._until

    def _turn(self) -> asyncio.Event:
        """The turn under way, or a new one."""
        if self._over is None:
            self._over = asyncio.Event()
            self._until = time.monotonic() + SECONDS
            asyncio.get_running_loop().call_soon(self._end)
        return self._over

    def _end(self) -> None:
        assert self._over is not None
        self._over.set()
        self._over = None
