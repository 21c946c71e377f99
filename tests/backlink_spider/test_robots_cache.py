"""What is remembered of robots.txt files, within bounds, and how long one that cannot be had is left alone."""

from __future__ import annotations

import pytest

from backlink_spider.robots_cache import Robots, RobotsCache, origin_of, wait_after
from backlink_spider.robots_rules import read_robots

SMALL = Robots(read_robots(b"", "FooBot"), 0.0)
LARGE = Robots(read_robots(b"User-agent: *\n" + b"".join(b"Disallow: /%d\n" % n for n in range(100)), "FooBot"), 0.0)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("http://example.com/a/b?c=http://other.example/", "http://example.com"),
        ("https://example.com/", "https://example.com"),
        ("http://example.com:8080/a", "http://example.com:8080"),
        ("http://user:word@example.com/a@b", "http://example.com"),
        ("http://[::1]:81/a", "http://[::1]:81"),
        ("http://example.com", "http://example.com"),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, origin: str) -> None:
    assert origin_of(url) == origin


def test_the_origins_used_last_are_kept() -> None:
    cache = RobotsCache(origins=2, size=10**6)
    assert [cache.put("http://a", SMALL), cache.put("http://b", SMALL)] == [0, 0]
    assert cache.get("http://a") is SMALL
    assert cache.put("http://c", SMALL) == 1
    assert [cache.get(f"http://{host}") for host in "abc"] == [SMALL, None, SMALL]


def test_all_together_take_no_more_bytes_than_they_may() -> None:
    cache = RobotsCache(origins=100, size=LARGE.size + 2 * SMALL.size)
    for origin in ("http://a", "http://b", "http://c"):
        cache.put(origin, SMALL)
    assert cache.put("http://d", LARGE) == 1
    assert (len(cache), cache.size) == (3, LARGE.size + 2 * SMALL.size)
    assert cache.put("http://d", SMALL) == 0
    assert cache.size == 3 * SMALL.size


def test_one_that_is_too_large_for_all_is_kept_alone() -> None:
    cache = RobotsCache(origins=100, size=SMALL.size)
    cache.put("http://a", SMALL)
    assert cache.put("http://b", LARGE) == 1
    assert cache.get("http://b") is LARGE


@pytest.mark.parametrize(
    ("failures", "retry_after", "seconds"),
    [(1, 0.0, 30), (2, 0.0, 60), (4, 0.0, 240), (8, 0.0, 3600), (10_000, 0.0, 3600), (1, 100.0, 100), (3, 100.0, 120)],
)
def test_one_that_cannot_be_had_is_left_alone_longer_each_time(
    failures: int, retry_after: float, seconds: float
) -> None:
    assert wait_after(failures, 30.0, retry_after) == seconds
