"""What a worker says that a crawl of many workers does not take in, and its exit status."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cluster_commands import begin, run
from tests.end_to_end.test_shared_crawl import start

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.end_to_end.crawls import Crawl
    from tests.redis_server import RedisServer

OTHER = "Crawl news is running with other options (depth): give the same, or none."


@pytest.mark.parametrize(
    ("before", "arguments", "status", "told"),
    [
        ((), ("--name", "news"), 2, "There is no crawl news yet: give seeds to begin it."),
        (("pause",), ("a.example", "--name", "news", "--depth", "1"), 2, OTHER),
        (("pause",), ("--name", "news", "--workers", "1"), 0, "Crawl news has 1 worker, and needs no more."),
        (("drain",), ("--name", "news"), 0, "Crawl news is being drained: `backlinks resume news` lets workers in"),
        (("stop",), ("--name", "news"), 0, "Crawl news is over: stopped."),
    ],
)
def test_who_is_not_taken_in_says_why_in_a_sentence(
    new_crawl: Callable[..., Crawl],
    redis_server: RedisServer,
    before: tuple[str, ...],
    arguments: tuple[str, ...],
    status: int,
    told: str,
) -> None:
    if before:
        begin(redis_server, "http://a.example/")
    for verb in before:
        assert run(redis_server, verb, "news")[0] == 0

    with start(new_crawl(), redis_server, *arguments) as worker:
        output, _ = worker.communicate(timeout=60)

    assert (worker.returncode, told in output, "Traceback" in output) == (status, True, False), output
