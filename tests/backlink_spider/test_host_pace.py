"""How a host's delay grows and eases, on the frontier of a file and on the one in Redis, and in a crawl as the server
sees it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from scrapy import Request

from backlink_spider.host_pace import HostPace
from backlink_spider.redis_dupefilter import SeenFilter
from backlink_spider.redis_frontier import RedisFrontier
from backlink_spider.redis_holdings import Holdings
from backlink_spider.redis_outbox import HostNews
from backlink_spider.retry_backoff import Backoff
from backlink_spider.shard_calls import Grant
from backlink_spider.shard_leases import ShardLeases
from backlinks.web_folder import Answer
from tests.frontier_steps import Clock, targets
from tests.user_crawl import SEED, Crawled, Web, crawl

if TYPE_CHECKING:
    from collections.abc import Callable

    from backlink_spider.frontier import Frontier
    from backlink_spider.frontier_contract import AnyFrontier

USUAL = 1.0
EARLY = 0.005  # seconds: the server's clock starts when it has read a request, which may be later for one than the next


class Rounds:
    """In place of the exchange with Redis: no round comes."""

    unanswered = 0.0
    budget_spent = False

    def nudge(self, within: float = 0.0) -> None: ...

    def nudge_for_pages(self) -> None: ...


@pytest.fixture(params=["file", "redis"])
def frontier(request: pytest.FixtureRequest, clock: Clock, opened: Callable[..., Frontier]) -> AnyFrontier:
    """With two pages of the host a, the first of which is being fetched."""
    if request.param == "file":
        on_file = opened(delay=USUAL)
        on_file.push(targets("a/1", "a/2"), 0)
        return on_file
    shards = ShardLeases(1, lease=9000.0, timeout=15.0, delay=USUAL, per_domain=0, clock=clock.monotonic)
    shards.all[0].valid_until = clock.now + 9000
    holdings = Holdings(shards, SeenFilter(), delay=USUAL, now=clock.monotonic, released=lambda hosts: hosts)
    holdings.take(0, Grant("a", 0, int(USUAL * 1000), 7, {}, [b"-1", b"-2"]))
    return RedisFrontier(holdings, Rounds())  # type: ignore[arg-type]


class Asked:
    """A page of the host a that is being fetched, and the pace of its host."""

    def __init__(self, frontier: AnyFrontier, clock: Clock) -> None:
        self.frontier, self.clock = frontier, clock
        self.counted: list[str] = []
        lease = frontier.pop()
        assert lease
        self.lease = lease
        backoff = Backoff(USUAL, longest=10.0, longest_retry_after=30.0)
        self.pace = HostPace(
            frontier, backoff, USUAL, attempt=lambda call, *args: call(*args), count=self.counted.append
        )

    def request(self, crawl_delay: float = 0.0) -> Request:
        meta: dict[str, Any] = {"page_id": self.lease.page_id}
        return Request("http://a/1", meta=meta | ({"crawl_delay": crawl_delay} if crawl_delay else {}))

    def rest(self) -> float:
        """Seconds until the host's next page may be fetched, once this one has ended."""
        self.frontier.ended(self.lease)
        return self.frontier.next_due() - self.clock.now


@pytest.fixture
def asked(frontier: AnyFrontier, clock: Clock) -> Asked:
    return Asked(frontier, clock)


@pytest.mark.parametrize(("troubles", "rest"), [(0, 1), (1, 2), (2, 4), (3, 8), (4, 10), (9, 10)])
def test_each_trouble_doubles_the_rest_of_the_whole_host(asked: Asked, troubles: int, rest: float) -> None:
    for _ in range(troubles):
        asked.pace.slow_down(asked.request(), "503")
    assert asked.rest() == rest
    assert asked.counted == ["backoff/503"] * troubles


@pytest.mark.parametrize(("good_answers", "rest"), [(1, 4), (2, 2), (3, 1), (9, 1)])
def test_each_other_answer_halves_it_again(asked: Asked, good_answers: int, rest: float) -> None:
    for _ in range(3):
        asked.pace.slow_down(asked.request(), "429")
    for _ in range(good_answers):
        asked.pace.went_well(asked.request())
    asked.clock.now += 8  # the first rest is over whatever comes
    assert asked.rest() == rest


def test_a_crawl_delay_stays_when_the_troubles_are_over(asked: Asked) -> None:
    asked.pace.raise_delay(asked.request(), 3.0)
    asked.pace.slow_down(asked.request(3.0), "429")
    asked.pace.raise_delay(asked.request(), 3.0)
    assert asked.lease.host.delay == 6
    for _ in range(5):
        asked.pace.went_well(asked.request(3.0))
    assert asked.lease.host.delay == 3


@pytest.mark.parametrize(
    ("retry_after", "rest"), [("20", 20), ("3600", 30), ("1", 2), ("", 2), ("Tue, 14 Nov 2000 00:00:00 GMT", 2)]
)
def test_retry_after_is_waited_for_once_within_bounds(asked: Asked, retry_after: str, rest: float) -> None:
    asked.pace.slow_down(asked.request(), "503", retry_after)
    assert asked.rest() == rest
    assert asked.lease.host.delay == 2


def test_what_is_no_page_in_flight_changes_nothing(asked: Asked) -> None:
    asked.pace.slow_down(Request("http://a/robots.txt"), "429", "30")
    asked.pace.went_well(Request("http://a/robots.txt"))
    asked.frontier.done([asked.lease.page_id])
    asked.pace.slow_down(asked.request(), "429")
    assert (asked.rest(), asked.counted) == (1, [])


def test_a_crawl_that_goes_on_remembers_the_delay(opened: Callable[..., Frontier], clock: Clock) -> None:
    frontier = opened(delay=USUAL)
    frontier.push(targets("a/1", "a/2"), 0)
    asked = Asked(frontier, clock)
    asked.pace.slow_down(asked.request(), "503")
    frontier.flush()
    again = opened(delay=USUAL)
    assert Asked(again, clock).rest() == 2


@pytest.mark.parametrize("frontier", ["redis"], indirect=True)
def test_other_workers_are_told_of_the_delay(asked: Asked) -> None:
    asked.pace.slow_down(asked.request(), "503")
    asked.pace.slow_down(asked.request(), "503")
    news = asked.frontier.holdings.outbox.news.hosts[0]  # type: ignore[attr-defined]
    assert news == [HostNews("a", 7, None, 2.0), HostNews("a", 7, None, 4.0)]


def pauses(crawled: Crawled) -> list[float]:
    return [after.started - before.ended for before, after in pairwise(crawled.log)]


def test_a_server_in_trouble_sees_pauses_grow_between_all_its_pages_and_shrink_again() -> None:
    """Three pages answer 503 once and are asked for again; the others of the host wait as they do."""
    answers = [Answer(503), Answer(429), Answer(200, (("Content-Type", "text/html"),))]
    web = Web(links={SEED: [f"/{n}" for n in range(6)]}, answers={f"{SEED}0": answers})
    crawled = crawl(web=web, BACKLINKS_RETRY_BACKOFF=0.05, RETRY_TIMES=2)
    assert crawled.asked_for() == [SEED, *[f"{SEED}0"] * 3, *(f"{SEED}{n}" for n in range(1, 6))]
    told = pauses(crawled)
    assert told[1] >= 0.1 - EARLY  # after the 503
    assert told[2] >= 0.2 - EARLY  # after the 429
    assert told[3] >= 0.1 - EARLY  # after a good answer: half of 0.2
    assert told[4] >= 0.05 - EARLY
    assert max(told[6:]) < 0.05
    assert (crawled.stats["backoff/503"], crawled.stats["backoff/429"]) == (1, 1)


def test_a_time_out_slows_the_host_and_retry_after_holds_for_its_other_pages() -> None:
    web = Web(links={SEED: ["/slow", "/busy", "/other"]})
    web.answers = {
        f"{SEED}slow": [Answer(200, (), b"", 0.5)],
        f"{SEED}busy": [Answer(429, (("Retry-After", "1"),))],
    }
    crawled = crawl(web=web, DOWNLOAD_TIMEOUT=0.2, BACKLINKS_RETRY_BACKOFF=0.05, RETRY_TIMES=0)
    arrived = {exchange.url: exchange for exchange in crawled.log}
    assert arrived[f"{SEED}other"].started - arrived[f"{SEED}busy"].ended >= 1.0 - EARLY
    assert (crawled.stats["backoff/timeout"], crawled.stats["backoff/429"]) == (1, 1)
    assert crawled.of("logged", "loop") == []
