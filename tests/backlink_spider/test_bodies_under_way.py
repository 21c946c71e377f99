"""All bodies together are bounded: servers on loopback send more than there is room for, at once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from backlink_spider.bodies_under_way import BodiesUnderWay
from backlink_spider.http_request import http_request
from tests.http_exchanges import Act, client, serve

pytestmark = pytest.mark.usefixtures("nothing_is_logged")
Run = Any
MIB = 1024 * 1024
BODY = bytes(4 * MIB)
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY


def test_more_than_there_is_room_for_comes_one_after_another(run: Run) -> None:
    async def case() -> None:
        bodies, peak = BodiesUnderWay(6 * MIB), 0
        async with serve([WHOLE]) as served, client() as one:

            async def ask() -> int:
                nonlocal peak
                request = http_request(served.url)
                request.room = room = bodies.room()
                try:
                    reply = await one.ask(request, 20)
                    peak = max(peak, bodies.size)
                    return len(reply.body)
                finally:
                    room.leave()

            assert await asyncio.gather(*(ask() for _ in range(12))) == [len(BODY)] * 12
        assert peak < 6 * MIB + 12 * MIB // 4 + len(BODY)  # each had a read before it waited
        assert bodies.size == 0
        assert not bodies.rooms
        assert not bodies.waiting

    run(case())


def test_who_waits_still_has_to_come_in_time_and_keeps_nobody(run: Run) -> None:
    async def case() -> None:
        bodies = BodiesUnderWay(MIB)
        holding = bodies.room()
        holding.take(10 * MIB)
        async with serve([WHOLE]) as served, client() as one:
            late = http_request(served.url)
            late.room = bodies.room()
            with pytest.raises(Exception, match="took too long"):
                await one.ask(late, 0.3)
            late.room.leave()
            holding.leave()
            request = http_request(served.url)
            request.room = bodies.room()
            assert len((await one.ask(request, 20)).body) == len(BODY)

    run(case())


def test_a_small_page_does_not_wait(run: Run) -> None:
    async def case() -> None:
        bodies = BodiesUnderWay(MIB)
        bodies.room().take(10 * MIB)
        async with serve([b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", (Act.HOLD,)]) as served, client() as one:
            request = http_request(served.url)
            request.room = bodies.room()
            assert (await one.ask(request, 1)).body == b"ok"

    run(case())
