"""A doubtful page is noted in a real Redis before its body is handed on, one at a time."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from scrapy import Request, signals
from scrapy.exceptions import DropItem
from scrapy.http import TextResponse
from scrapy.utils.test import get_crawler

from backlink_spider import shard_calls
from backlink_spider.crawl_register import Joined
from backlink_spider.errors import LeaseLost
from backlink_spider.frontier_keys import flight
from backlink_spider.middlewares.suspect import SuspectMiddleware
from backlink_spider.redis_delivery import Delivery
from backlink_spider.redis_dupefilter import SeenFilter
from backlink_spider.redis_frontier import RedisFrontier
from backlink_spider.redis_holdings import Holdings
from backlink_spider.shard_leases import ShardLeases
from link_index.urls import target
from tests.redis_frontier_steps import ASK, group, scripts_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.redis_server import RedisServer

JOINED = Joined(run=1, shards=1, session=1, created=True, options={})
PLACE = JOINED.place(0)


class Worker:
    """The middleware over a frontier that has leased two pages; `nudge` delivers what the exchange would."""

    unanswered = 0.0

    def __init__(self, holdings: Holdings, delivery: Delivery) -> None:
        self._holdings, self._delivery = holdings, delivery
        self._tasks: set[asyncio.Task[None]] = set()
        self.frontier = RedisFrontier(holdings, self)  # type: ignore[arg-type]
        self.crawler = get_crawler()
        self.crawler.engine = SimpleNamespace(scheduler=self)  # type: ignore[assignment]
        self.middleware = SuspectMiddleware.from_crawler(self.crawler)

    def nudge(self, within: float = 0.0) -> None:
        self._tasks.add(asyncio.create_task(self._delivery.confess(self._holdings.outbox.news)))

    def nudge_for_pages(self) -> None:
        """Two pages are enough."""

    def response(self) -> TextResponse:
        """Of the next page, which is doubtful."""
        lease = self.frontier.pop()
        assert lease is not None
        request = Request(lease.url, meta={"page_id": lease.page_id, "doubtful": True})
        return TextResponse(lease.url, request=request)

    def handed_on(self, response: TextResponse) -> Any:
        assert response.request is not None
        return self.middleware.process_response(response.request, response)


@asynccontextmanager
async def working(server: RedisServer) -> AsyncIterator[Worker]:
    async with scripts_of(server) as scripts:
        await scripts.run([shard_calls.found(PLACE)])
        groups = [group([target(f"http://{host}.example/")], 0) for host in "ab"]
        await scripts.run([shard_calls.push(PLACE, groups, "new", 0)])
        shards = ShardLeases(1, lease=60.0, timeout=5.0, delay=0.0, per_domain=0)
        now = asyncio.get_running_loop().time
        holdings = Holdings(shards, SeenFilter(), delay=0.0, now=now, released=lambda _: None)
        (reply,) = await scripts.run([shard_calls.lease(PLACE, ASK)])
        leased = shard_calls.leased(reply)
        shards.heard(shards.all[0], shards.clock(), leased)
        for grant in leased.grants:
            holdings.take(0, grant)
        yield Worker(holdings, Delivery(scripts, holdings, JOINED, lambda *_: None, 0))


def suspected(server: RedisServer) -> bytes | None:
    with server.client() as client:
        serial: bytes | None = client.hget(flight(0, 1), "s")
        return serial


def test_a_page_that_nobody_doubts_passes_at_once(redis_server: RedisServer) -> None:
    async def case() -> None:
        async with working(redis_server) as worker:
            response = worker.response()
            assert response.request is not None
            del response.request.meta["doubtful"]
            assert worker.handed_on(response) is response
            assert suspected(redis_server) is None

    asyncio.run(case())


def test_redis_knows_of_a_doubtful_page_before_it_is_handed_on(redis_server: RedisServer) -> None:
    async def case() -> None:
        async with working(redis_server) as worker:
            response = worker.response()
            assert response.request is not None
            lease = worker.frontier.lease(response.request.meta["page_id"])
            assert lease is not None
            assert await worker.handed_on(response) is response
            assert suspected(redis_server) == str(lease.serial).encode()

    asyncio.run(case())


def test_a_page_that_is_no_longer_held_is_not_handed_on(redis_server: RedisServer) -> None:
    async def case() -> None:
        async with working(redis_server) as worker:
            gone, left = worker.response(), worker.response()
            with redis_server.client() as client:
                assert gone.request is not None
                lease = worker.frontier.lease(gone.request.meta["page_id"])
                assert lease is not None
                client.hdel(flight(0, 1), str(lease.serial))
            with pytest.raises(LeaseLost):
                await worker.handed_on(gone)
            assert await worker.handed_on(left) is left, "it holds up no other"

    asyncio.run(case())


@pytest.mark.parametrize("end", ["item_scraped", "item_error", "item_dropped", "spider_error"])
def test_the_next_doubtful_page_waits_until_this_one_has_survived(redis_server: RedisServer, end: str) -> None:
    async def case() -> None:
        async with working(redis_server) as worker:
            first, second = worker.response(), worker.response()
            assert first.request is not None
            page_id = first.request.meta["page_id"]
            await worker.handed_on(first)
            waiting = asyncio.ensure_future(worker.handed_on(second))
            await asyncio.sleep(0.1)
            assert not waiting.done()
            told = {"response": first, "spider": None, "exception": DropItem("as asked"), "failure": None}
            item = SimpleNamespace(page_id=page_id)
            worker.crawler.signals.send_catch_log(getattr(signals, end), **told, item=item)
            async with asyncio.timeout(5):
                assert await waiting is second

    asyncio.run(case())
