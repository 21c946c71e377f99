"""Lets one page pass in each turn of the event loop, so that pages which cost much do not add up to a long stop."""

from __future__ import annotations

import asyncio
from collections import deque


class LoopTurns:
    """What comes while a turn is taken waits for one of its own, first come, first served."""

    def __init__(self) -> None:
        self._taken = False
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def take(self) -> None:
        """Returns at once, or when those before had a turn each."""
        loop = asyncio.get_running_loop()
        if self._taken:
            turn: asyncio.Future[None] = loop.create_future()
            self._waiting.append(turn)
            await turn
        else:
            self._taken = True
            loop.call_soon(self._end_turn)

    def _end_turn(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():  # who waited may have been cancelled
                turn.set_result(None)
                asyncio.get_running_loop().call_soon(self._end_turn)
                return
        self._taken = False
