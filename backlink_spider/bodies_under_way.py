"""Bounds the memory of all bodies that come at a time: beyond it connections wait, all but the one that has most.

A limit of each body is none of sixty at once. The one that goes on is nearest to its end, and makes room for the next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio


class BodiesUnderWay:
    """`limit` in bytes, as they are kept: decompressed."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.size = 0
        self.rooms: dict[BodyRoom, None] = {}  # in their order, which decides between two of a size
        self.waiting: dict[BodyRoom, asyncio.Transport] = {}

    def go_on(self) -> None:
        """Let those go on that there is room for; where there is none, the one that has most."""
        if self.size <= self.limit:
            going = list(self.waiting)
        else:
            going = [room for room in (max(self.rooms, key=_size),) if room in self.waiting]
        for room in going:
            transport = self.waiting.pop(room)
            if not transport.is_closing():
                transport.resume_reading()

    def room(self) -> BodyRoom:
        """For one body; to be left once nothing holds it."""
        return BodyRoom(self)


class BodyRoom:
    """What one body takes of it."""

    __slots__ = ("_bodies", "size")

    def __init__(self, bodies: BodiesUnderWay) -> None:
        self.size = 0
        self._bodies = bodies

    def take(self, size: int) -> None:
        bodies = self._bodies
        if not self.size:
            bodies.rooms[self] = None
        self.size += size
        bodies.size += size

    def wait_in_a_crowd(self, transport: asyncio.Transport) -> None:
        """Where there is too much, let this connection wait until another body is gone, unless none has more."""
        bodies = self._bodies
        if bodies.size > bodies.limit and self is not max(bodies.rooms, key=_size):
            transport.pause_reading()
            bodies.waiting[self] = transport

    def leave(self) -> None:
        bodies = self._bodies
        bodies.size -= self.size
        self.size = 0
        bodies.rooms.pop(self, None)
        bodies.waiting.pop(self, None)
        bodies.go_on()


def _size(room: BodyRoom) -> int:
    return room.size
