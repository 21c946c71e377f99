"""What workers of one crawl tell each other of traps, by a real Redis."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from backlink_spider import shard_calls
from backlink_spider.frontier_file import FrontierLost
from backlink_spider.frontier_traps import WorkerTraps
from backlink_spider.redis_outbox import HostNews
from backlink_spider.trap_memory import MOST_HOSTS, HostMemory, Shape
from backlink_spider.trap_rules import TrapRules
from backlink_spider.trap_watch import TrapBudgets, TrapWatch
from link_index.urls import target
from tests.crawled import link, page
from tests.redis_worker import Worker, join, with_workers

if TYPE_CHECKING:
    from backlink_spider.redis_scripts import Scripts
    from tests.redis_frontier_steps import Shard
    from tests.redis_server import RedisServer

SITE = "http://growing.example/trap/"
MONTHS = "<h1>Month {n}</h1><p>There are no events in this month.</p>"
KNOWN = '[{"trap/d":[150,60,70,60,3,9,"path"]},{},{}]'


class Reader:
    """A worker that reads what it fetches for traps."""

    def __init__(self, worker: Worker) -> None:
        self.worker, self.counts = worker, Counter[str]()
        self.watch = TrapWatch(TrapRules(latest_year=2031), TrapBudgets(), worker.holdings.traps, self._count)

    def _count(self, name: str) -> None:
        self.counts[name] += 1

    def rule(self, url: str) -> str | None:
        return self.watch.rule(target(url), redirected=False)

    def read(self, url: str, body: str, *links: str, depth: int = 1) -> None:
        self.watch.read(page(url, *map(link, links), page_id=1, depth=depth), body.encode())

    async def tell(self) -> None:
        await self.worker.delivery.traps()

    async def turn(self, n: int) -> bool:
        """Lease the next page of the chain, read it if it is in no trap, queue what follows, and give the host back."""
        (url,) = await self.worker.lease()
        host = self.worker.fetch().host
        is_free = self.rule(url) is None
        if is_free:
            self.read(url, MONTHS.format(n=n), f"{SITE}{n + 1}", depth=n)
        holdings = self.worker.holdings
        holdings.hosts.rest(host)
        holdings.hosts.finished()
        await self.worker.push(f"{SITE}{n + 1}")
        await self.tell()
        holdings.outbox.host(host.shard, HostNews(host.name, host.token, 0.0))
        await self.worker.delivery.settle(holdings.outbox.take())
        return is_free


@pytest.mark.parametrize("workers", [1, 4, 20])
def test_workers_that_take_turns_page_by_page_fetch_no_more_of_a_trap_than_one_may(
    redis_server: RedisServer, workers: int
) -> None:
    async def case(scripts: Scripts) -> None:
        readers = [Reader(await join(scripts)) for _ in range(workers)]
        await readers[0].worker.push(f"{SITE}0")
        fetched = 0
        while await readers[fetched % workers].turn(fetched):
            fetched += 1
        assert 100 <= fetched <= 300
        assert sum(reader.counts["traps/found"] for reader in readers) == 1

    with_workers(redis_server, case)


def test_who_gets_a_host_knows_its_trap_before_the_first_page(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        one, other = Reader(await join(scripts)), Reader(await join(scripts))
        for n in range(300):
            one.read(f"{SITE}{n}", MONTHS.format(n=n), f"{SITE}{n + 1}", depth=n)
        await one.tell()
        await one.worker.push(f"{SITE}1000", "http://growing.example/about")
        assert other.rule(f"{SITE}1000") is None
        await other.worker.lease()
        assert other.rule(f"{SITE}1000") == one.rule(f"{SITE}1000") == "path"
        assert other.rule("http://growing.example/about") is None

    with_workers(redis_server, case)


def test_a_subdomain_that_had_something_to_say_to_one_worker_is_refused_by_none(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        one, other = Reader(await join(scripts)), Reader(await join(scripts))
        for n in range(10):
            words = " ".join(f"w{n}{letter * n}rd{letter}" for letter in "abcdefghijklmnopqrst")
            one.read(f"http://user{n}.blogs.example/", f"<p>{words}", f"http://user{n + 1}.blogs.example/")
        await one.tell()
        for n in range(200):
            links = [f"http://x{n}{letter}.blogs.example/" for letter in "abc"]
            other.read(f"http://x{n}.blogs.example/", "<p>No such user.", *links, depth=n)
        await other.tell()
        assert other.rule("http://never.blogs.example/") == "subdomains"
        assert other.rule("http://user9.blogs.example/") is None
        await other.worker.push("http://x1.blogs.example/")
        await one.worker.lease()
        assert one.rule("http://never.blogs.example/") == "subdomains"

    with_workers(redis_server, case)


def test_a_host_of_few_pages_takes_no_memory_of_redis(redis_server: RedisServer) -> None:
    async def case(scripts: Scripts) -> None:
        reader = Reader(await join(scripts))
        for n in range(3):
            reader.read(f"{SITE}{n}", "x")
        await reader.tell()
        with redis_server.client() as client:
            assert client.keys("*:t") == []
            reader.read(f"{SITE}3", "x")
            await reader.tell()
            assert len(client.keys("*:t")) == 1

    with_workers(redis_server, case)


def test_what_is_a_trap_is_told_until_it_is_answered() -> None:
    traps, memory = WorkerTraps(), HostMemory({"trap/d": Shape(fetched=9, rule="path")})
    traps.listen(lambda _, text: memory.learn(text))
    traps.changed("growing.example", "growing.example", memory)
    (first,), (again,) = traps.news(), traps.news()
    assert first.text == '[{"trap/d":[9,0,0,0,-1,-1,"path"]},{},{}]'
    assert again.text == '[{"trap/d":[0,0,0,0,-1,-1,"path"]},{},{}]', "but no count, which could have arrived"
    traps.learned("growing.example", '[{"trap/d":[20,0,0,0,-1,-1,"path"]},{},{}]')
    assert (memory.shapes["trap/d"].fetched, memory.news(), traps.news()) == (20, None, [])


def test_what_was_read_while_news_were_on_their_way_is_neither_lost_nor_told_twice() -> None:
    shape = Shape(fetched=30, dull=5, score=5, led=5, top=2, bottom=4)
    assert shape.news() == [30, 5, 5, 5, 2, 4, ""]
    shape.fetched, shape.dull, shape.score, shape.led = 32, 7, 7, 7
    shape.learn((90, 15, 15, 15), 1, 4, "")
    assert shape.counts == (92, 17, 17, 17)
    assert shape.news() == [2, 2, 2, 2, 1, 4, ""]


def test_what_others_found_while_nothing_was_told_is_added() -> None:
    shape = Shape(fetched=3, skip=31)
    shape.learn((90, 15, 15, 15), 1, 4, "")
    assert (shape.counts, shape.skip) == ((93, 15, 15, 15), 0), "a shape that is dull is looked at"


@pytest.fixture
def told(shard: Shard) -> Shard:
    shard.run(shard_calls.traps(shard.place(), [("a.example", KNOWN), ("*.a.example", '[{},{},{"x.a.example":0}]')]))
    return shard


@pytest.mark.parametrize(
    ("news", "known"),
    [
        ('[{"trap/d":[10,5,5,5,1,12,""]},{},{}]', '[{"trap/d":[160,65,75,65,1,12,"path"]},{},{}]'),
        ('[{"trap/d":[1,-90,-90,-90,-1,-1,""]},{},{}]', '[{"trap/d":[151,0,0,0,3,9,"path"]},{},{}]'),
        ('[{"trap/d":[9,-7,-7,-7,8,8,""]},{},{}]', '[{"trap/d":[159,53,63,53,8,8,"path"]},{},{}]'),
        ('[{"trap/d":[1,0,0,0,-1,-1,"facets"]},{},{}]', '[{"trap/d":[151,60,70,60,3,9,"path"]},{},{}]'),
    ],
    ids=[
        "added, as deep as any",
        "nothing below 0",
        "depths are those since the last that said something",
        "the first name of a trap stays",
    ],
)
def test_news_are_added_to_what_is_known(told: Shard, news: str, known: str) -> None:
    (reply,) = told.run(shard_calls.traps(told.place(), [("a.example", news)]))
    assert HostMemory.loads(reply.decode()) == HostMemory.loads(known)


def test_the_first_word_on_a_subdomain_stays(told: Shard) -> None:
    (reply,) = told.run(shard_calls.traps(told.place(), [("*.a.example", '[{},{},{"x.a.example":1,"y.a.example":1}]')]))
    assert HostMemory.loads(reply.decode()).hosts == {"x.a.example": 0, "y.a.example": 1}


def test_a_host_is_leased_with_what_is_known_of_it_and_of_its_domain(told: Shard) -> None:
    told.push("http://a.example/", "http://x.a.example/", "http://b.example/")
    told.push("http://y.a.example/")
    traps = {grant.host: sorted(grant.traps) for grant in told.lease().grants}
    assert traps == {"a.example": ["a.example"], "x.a.example": ["*.a.example"], "y.a.example": [], "b.example": []}


def test_more_shapes_and_subdomains_than_are_told_apart_are_not_kept(told: Shard) -> None:
    shapes = ",".join(f'"{n}/d":[1,0,0,0,-1,-1,""]' for n in range(900))
    hosts = ",".join(f'"{n}.a.example":1' for n in range(900))
    (reply,) = told.run(shard_calls.traps(told.place(), [("a.example", f"[{{{shapes}}},{{}},{{{hosts}}}]")]))
    known = HostMemory.loads(reply.decode())
    assert (len(known.shapes), len(known.hosts)) == (128, MOST_HOSTS)


def test_of_a_run_that_is_no_more_nothing_is_kept(shard: Shard) -> None:
    with pytest.raises(FrontierLost):
        shard.run(shard_calls.traps(shard.place(run=9), [("a.example", KNOWN)]))
