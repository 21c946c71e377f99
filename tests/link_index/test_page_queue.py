"""The queue between crawl and writer: batches by bytes and by time, and the water marks."""

from __future__ import annotations

import time

import pytest

from link_index import page_queue
from link_index.page_queue import PageQueue
from link_index.page_write import PageWrite


def sized(number: int, size: int = 2000) -> PageWrite:
    return PageWrite({"_id": f"https://a.example/{number}"}, [b"x" * (size - 2000)], b"", [], set(), page_id=number)


@pytest.fixture
def rooms() -> list[str]:
    return []


@pytest.fixture
def queue(rooms: list[str]) -> PageQueue:
    return PageQueue(lambda: rooms.append("room"))


def test_a_batch_is_given_out_when_its_bytes_are_together(queue: PageQueue) -> None:
    pages = [sized(number, page_queue.BATCH_BYTES // 2) for number in range(3)]
    for each in pages:
        queue.put(each)

    assert queue.batch(0) == pages[:2]
    assert queue.batch(0) == []


def test_a_small_batch_is_given_out_when_it_is_old(queue: PageQueue) -> None:
    queue.put(sized(1))
    began = time.monotonic()

    assert queue.batch(0) == []
    assert len(queue.batch(10)) == 1
    assert 0.9 * page_queue.BATCH_SECONDS < time.monotonic() - began < 5 * page_queue.BATCH_SECONDS


def test_closing_gives_out_what_is_left(queue: PageQueue) -> None:
    queue.put(sized(1))
    queue.close()

    assert not queue.is_finished
    assert len(queue.batch(10)) == 1
    assert queue.is_finished
    assert queue.batch(10) == []


def test_a_batch_never_holds_a_url_twice(queue: PageQueue) -> None:
    for number in (1, 2, 1, 3):
        queue.put(sized(number))
    queue.close()

    assert [[page.page_id for page in queue.batch(0)] for _ in range(3)] == [[1, 2], [1, 3], []]


def test_a_full_queue_holds_the_crawl_until_half_is_gone(
    queue: PageQueue, rooms: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    size = page_queue.HIGH_WATER // 8
    monkeypatch.setattr(page_queue, "BATCH_BYTES", size)
    taken = [queue.put(sized(number, size)) for number in range(9)]
    assert taken == [True] * 7 + [False] * 2

    for _ in range(4):
        assert len(queue.batch(0)) == 1
        assert rooms == []
    assert not queue.put(sized(10, size))

    queue.batch(0)
    queue.batch(0)
    assert rooms == ["room"]
    assert queue.put(sized(11, size))
