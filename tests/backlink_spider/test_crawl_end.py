"""Whether a crawl in a real Redis is over: when nothing is left, nothing in flight, and nobody brings more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from backlink_spider import crawl_end, shard_calls
from backlink_spider.crawl_end import SPREAD, CrawlEnd
from backlink_spider.frontier_keys import shard_of
from backlink_spider.shard_calls import Place
from backlinks.frontier_push import Found, push
from link_index.urls import target
from tests.cluster_commands import begin, state, with_scripts
from tests.redis_frontier_steps import ASK

if TYPE_CHECKING:
    import pytest

    from backlink_spider.crawl_register import CrawlRegister
    from backlink_spider.redis_scripts import Scripts
    from tests.redis_server import RedisServer

URL = target("http://a.example/")


class Crawl:
    """A crawl of four shards, looked at by a worker of its own."""

    def __init__(self, server: RedisServer, *urls: str, pages: int = 0) -> None:
        self.server, self._begun = server, begin(server, *urls, pages=pages)
        self.inbox_is_empty = True

    def is_over(self, *, budget_spent: bool = False, idle: float = 0.0) -> bool:
        async def look(scripts: Scripts) -> bool:
            end = CrawlEnd(self._of(scripts), idle, self._ask_inbox)
            return await end.look(budget_spent=budget_spent)

        found: bool = with_scripts(self.server, look)
        return found

    def lease(self) -> None:
        """Have a worker fetch the page."""
        self._run(shard_calls.lease(self._place, ASK))

    def settle(self) -> None:
        """Have it done with it."""
        self._run(shard_calls.settle(self._place, [int(row) for row in self._flight() if row.isdigit()], False, []))

    @property
    def reason(self) -> str:
        return state(self.server).get("reason", "")

    @property
    def _place(self) -> Place:
        return Place(shard_of(URL.domain, 4), 1, 1)

    def _flight(self) -> list[bytes]:
        with self.server.client() as client:
            rows: list[bytes] = client.hkeys(f"{{b{self._place.shard}}}f:1")
        return rows

    def _run(self, call: Any) -> None:
        with_scripts(self.server, lambda scripts: scripts.run([call]))

    def _of(self, scripts: Scripts) -> CrawlRegister:
        self._begun._scripts = scripts
        return self._begun

    async def _ask_inbox(self) -> bool:
        return self.inbox_is_empty


def test_a_crawl_ends_when_its_last_page_is_done(redis_server: RedisServer) -> None:
    crawl = Crawl(redis_server, URL.url)
    assert not crawl.is_over()
    crawl.lease()
    assert not crawl.is_over(), "a page in flight may have links"
    crawl.settle()
    assert crawl.is_over()
    assert crawl.reason == "finished"


def test_a_crawl_with_seeds_that_wait_goes_on(redis_server: RedisServer) -> None:
    crawl = Crawl(redis_server)
    crawl.inbox_is_empty = False
    assert not crawl.is_over()
    crawl.inbox_is_empty = True
    assert crawl.is_over()


def test_a_url_pushed_between_two_looks_holds_the_end_up(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawl = Crawl(redis_server)

    class Meanwhile:
        @staticmethod
        async def sleep(seconds: float) -> None:
            assert seconds > 0
            await push(crawl._begun._scripts, crawl._begun, [Found(URL, 0)])

    with monkeypatch.context() as patch:
        patch.setattr(crawl_end, "asyncio", Meanwhile)
        assert not crawl.is_over()
    assert crawl.reason == ""


def test_a_spent_budget_ends_a_crawl_once_nothing_is_in_flight(redis_server: RedisServer) -> None:
    crawl = Crawl(redis_server, URL.url, "http://b.example/", pages=1)
    crawl.lease()
    with redis_server.client() as client:
        client.hset("{backlinks:1}", "taken", 1)
    assert not crawl.is_over(budget_spent=True)
    crawl.settle()
    assert not crawl.is_over(budget_spent=False), "a URL is left"
    assert crawl.is_over(budget_spent=True)
    assert crawl.reason == "limit_pages"


def test_a_crawl_that_is_to_stay_open_does(redis_server: RedisServer) -> None:
    crawl = Crawl(redis_server)
    assert not crawl.is_over(idle=-1)
    assert not crawl.is_over(idle=60)
    assert crawl.is_over(idle=0)


def test_an_idle_worker_looks_now_and_then_and_a_busy_one_never() -> None:
    end = CrawlEnd(None, 0, None)  # type: ignore[arg-type]  # neither is asked
    assert not end.due(100.0, is_idle=False)
    assert not any(end.due(100.0, is_idle=True) and end.due(100.0, is_idle=True) for _ in range(9))
    assert end.due(100.0 + SPREAD, is_idle=True)
    assert not end.due(100.0 + SPREAD * 1.4, is_idle=True)
    assert end.due(100.0 + SPREAD * 2, is_idle=True)
    assert not end.due(103.0, is_idle=False)
    assert not end.due(103.0 - SPREAD, is_idle=True), "it waits anew"
