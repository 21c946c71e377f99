"""Pages on their way to the writer: a queue bounded in bytes, given out in batches."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from link_index.page_write import PageWrite

BATCH_BYTES = 4 * 1024 * 1024  # about 7,500 links, a hundred pages: they share the driver's work for six commands
BATCH_SECONDS = 1.0
HIGH_WATER = 16 * 1024 * 1024  # bytes queued; beyond it the crawl waits
LOW_WATER = HIGH_WATER // 2


class PageQueue:
    """Thread-safe. A batch never holds a URL twice: the second look compares with what the first one stored."""

    def __init__(self, on_room: Callable[[], None]) -> None:
        self._pages: deque[PageWrite] = deque()
        self._bytes = 0
        self._oldest = 0.0  # when the first of them came
        self._on_room = on_room
        self._is_held = False
        self._closed = False
        self._changed = threading.Condition()

    def put(self, page: PageWrite) -> bool:
        """Add a page. False: the queue is full, hold the crawl until `on_room` is called."""
        with self._changed:
            if not self._pages:
                self._oldest = time.monotonic()
            self._pages.append(page)
            self._bytes += page.size
            if self._bytes >= BATCH_BYTES or len(self._pages) == 1:
                self._changed.notify()
            self._is_held = self._is_held or self._bytes >= HIGH_WATER
            return not self._is_held

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify()

    @property
    def is_closed(self) -> bool:
        return self._closed

    @property
    def is_finished(self) -> bool:
        """Closed, and every page given out."""
        with self._changed:
            return self._closed and not self._pages

    def batch(self, seconds: float) -> list[PageWrite]:
        """The next batch: whole, or a second old, or the last. Empty if there is none within so many seconds."""
        until = time.monotonic() + seconds
        with self._changed:
            while True:
                now = time.monotonic()
                due = self._oldest + BATCH_SECONDS if self._pages else until
                if self._pages and (self._bytes >= BATCH_BYTES or self._closed or now >= due):
                    return self._take()
                if self._closed or now >= until:
                    return []
                self._changed.wait(min(due, until) - now)

    def _take(self) -> list[PageWrite]:
        batch: dict[str, PageWrite] = {}
        size = 0
        while self._pages and size < BATCH_BYTES and self._pages[0].url not in batch:
            page = self._pages.popleft()
            batch[page.url] = page
            size += page.size
        self._bytes -= size
        self._oldest = time.monotonic()
        if self._is_held and self._bytes <= LOW_WATER:
            self._is_held = False
            self._on_room()
        return list(batch.values())
