"""Turns of the event loop are bounded in what pages cost in them."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from backlink_spider.loop_turns import SECONDS, LoopTurns

Run = Any


@pytest.mark.parametrize(("seconds", "turns_taken"), [(0.0, 1), (SECONDS + 0.01, 20)])
def test_what_comes_at_once_passes_in_one_turn_or_one_a_turn_if_it_is_costly(
    run: Run, seconds: float, turns_taken: int
) -> None:
    async def case() -> None:
        turns, passed, beats = LoopTurns(), [], 0

        async def one(number: int) -> None:
            await turns.take()
            passed.append((number, beats))
            time.sleep(seconds)  # noqa: ASYNC251 (as the reading of a page does)

        tasks = [asyncio.create_task(one(number)) for number in range(20)]
        while not all(task.done() for task in tasks):
            beats += 1
            await asyncio.sleep(0)
        assert [number for number, _ in passed] == list(range(20))
        assert len({beat for _, beat in passed}) == turns_taken

    run(case())


def test_who_comes_at_the_beginning_of_a_turn_stays_behind_who_waited_for_it(run: Run) -> None:
    async def case() -> None:
        turns, passed = LoopTurns(), []
        tasks: list[asyncio.Task[None]] = []

        async def one(name: str) -> None:
            await turns.take()
            passed.append(name)

        async def costly() -> None:
            await one("first")
            time.sleep(SECONDS)  # noqa: ASYNC251 (the turn has no time left)
            tasks.append(asyncio.create_task(one("third")))  # runs after the turn's end, before who waited for that

        tasks += [asyncio.create_task(costly()), asyncio.create_task(one("second"))]
        while tasks:
            await tasks.pop(0)
        assert passed == ["first", "second", "third"]

    run(case())


def test_a_timer_is_not_late_by_more_than_one_of_many_that_block(run: Run) -> None:
    async def case() -> None:
        turns, late = LoopTurns(), 0.0

        async def blocks() -> None:
            await turns.take()
            time.sleep(0.02)  # noqa: ASYNC251 (as the reading of a costly page does)

        tasks = [asyncio.create_task(blocks()) for _ in range(20)]
        while not all(task.done() for task in tasks):
            before = time.monotonic()
            await asyncio.sleep(0.001)
            late = max(late, time.monotonic() - before)
        assert late < 0.2

    run(case())


def test_one_that_is_cancelled_while_it_waits_keeps_nobody(run: Run) -> None:
    async def case() -> None:
        turns = LoopTurns()
        await turns.take()
        time.sleep(SECONDS)  # noqa: ASYNC251 (the turn has no time left)
        tasks = [asyncio.create_task(turns.take()) for _ in range(3)]
        await asyncio.sleep(0)
        tasks[0].cancel()
        await asyncio.wait_for(asyncio.gather(*tasks[1:]), 1)
        await asyncio.wait_for(turns.take(), 1)

    run(case())
