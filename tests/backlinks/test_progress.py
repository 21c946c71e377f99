"""The line a person sees while a crawl runs."""

from __future__ import annotations

import pytest

from backlinks.progress import failures, fetched, progress_line

STATS = {
    "pages/page": 1000, "pages/other": 200, "pages/redirect": 30, "pages/error": 4, "pages/failed": 50,
    "pages/refused": 600, "pages/failed/dns": 50, "spider_exceptions/count": 7, "links/found": 75_000,
}  # fmt: skip


def test_pages_are_all_responses() -> None:
    assert fetched(STATS) == 1234
    assert fetched({}) == 0


def test_errors_are_error_statuses_missing_responses_and_our_own_mistakes() -> None:
    assert failures(STATS) == 4 + 50 + 7
    assert failures({}) == 0


@pytest.mark.parametrize(
    ("seconds", "clock"),
    [(0, "0:00:00"), (59.9, "0:00:59"), (61, "0:01:01"), (3599, "0:59:59"), (3661, "1:01:01"), (360_000, "100:00:00")],
)
def test_the_time_is_hours_minutes_and_seconds(seconds: float, clock: str) -> None:
    assert progress_line({}, 0, 0.0, seconds).endswith(f"  {clock}")


def test_the_line_tells_pages_links_errors_queue_rate_and_time() -> None:
    assert progress_line(STATS, 98_765, 1234.56, 60) == (
        "1,234 pages  75,000 links  61 errors  98,765 queued  1,234.6 pages/s  0:01:00"
    )
    assert progress_line({}, 0, 0.0, 0) == "0 pages  0 links  0 errors  0 queued  0.0 pages/s  0:00:00"


@pytest.mark.parametrize(
    ("stats", "halt", "told"),
    [
        ({}, "", "0:01:00"),
        ({}, "paused", "0:01:00  (paused)"),
        ({}, "waiting for Redis", "0:01:00  (waiting for Redis)"),
        ({"sink/waiting": 1}, "paused", "0:01:00  (waiting for the database)"),
        ({"disk/low": 1, "sink/spool_full": 1}, "", "0:01:00  (waiting for room on the disk)"),
        ({"sink/away": 1}, "", "0:01:00  (the database is away: pages wait in the spool)"),
        ({"sink/away": 1, "sink/waiting": 1}, "", "0:01:00  (waiting for the database)"),
        (
            {"sink/away": 1, "sink/spool_full": 1, "sink/waiting": 1},
            "",
            "0:01:00  (waiting: the database is away and the spool is full)",
        ),
    ],
)
def test_the_line_says_why_nothing_is_fetched(stats: dict[str, int], halt: str, told: str) -> None:
    assert progress_line(stats, 0, 0.0, 60, halt).endswith(f"  {told}")
