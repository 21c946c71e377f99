"""A frontier that Redis lost, made anew from what the real sink has written into the real MongoDB."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

from backlink_spider.items import Hop
from backlink_spider.options import CrawlOptions
from backlink_spider.scope import ScopeRules
from link_index.urls import target
from tests.cluster_commands import AWAY, begin, counted, run, state
from tests.crawled import DAY_ONE, link, page
from tests.pipelines.test_crawl_record import Worker

if TYPE_CHECKING:
    import pytest
    from pymongo.database import Database

    from backlink_spider.items import Page
    from link_index.documents import Document
    from tests.redis_server import RedisServer

SEED, A, B, C = "http://seed.example/", "http://seed.example/a", "http://b.example/", "http://c.example/"
STARTED = int(DAY_ONE.timestamp() * 1000)
RULES = ScopeRules()


def crawled(
    uri: str, *pages: Page, rules: ScopeRules = RULES, seeds: tuple[str, ...] = (SEED,), reason: str = "shutdown",
    per_domain: int | None = None,
) -> None:  # fmt: skip
    """A worker of crawl `source.example-1` has fetched and stored these pages."""
    worker = Worker(uri, started=STARTED)
    options = CrawlOptions(tuple(map(target, seeds)), rules, pages=100, pages_per_domain=per_domain)
    worker.crawler.spider = SimpleNamespace(options=options)  # type: ignore[assignment]
    worker.crawl(*pages, reason=reason)


def rebuilt(server: RedisServer, uri: str, name: str = "source.example-1") -> tuple[int, str]:
    return run(server, "frontier", "rebuild", name, MONGODB_URI=uri)


def queued(server: RedisServer) -> dict[str, int]:
    """URL as it is written in the queue -> depth."""
    found = {}
    with server.client() as client:
        for key in client.scan_iter("{b*}1:q*"):
            depth, _, host = key.decode().partition("1:q")[2].partition(":")
            for entry in client.lrange(key, 0, -1):
                found[f"{host} {entry.decode()}"] = int(depth)
    return found


def test_links_that_were_not_fetched_are_queued_and_pages_that_were_are_not(
    redis_server: RedisServer, db: Database[Document], db_uri: str
) -> None:
    crawled(
        db_uri,
        page(SEED, link(A), link(B), link(C)),
        page(A, link(SEED), link(B), link("http://d.example/x"), depth=1),
        page(B, outcome="failed", status=None, reason="timeout", depth=1),
    )

    status, said = rebuilt(redis_server, db_uri)

    assert (status, said.partition(", in")[0]) == (0, "3 pages are noted as fetched, 2 URLs queued")
    assert queued(redis_server) == {"c.example -": 1, "d.example -x": 2}
    begun = state(redis_server)
    assert (begun["state"], begun["seeded"], begun["taken"], begun["pages"]) == ("running", "1", "3", "100")
    assert begun["started"] == str(STARTED)
    assert counted(redis_server, "fetched", shards=16) == 3
    record = db["crawls"].find_one({})
    assert record is not None
    assert record["run"] == 1


def test_it_may_be_repeated(redis_server: RedisServer, db_uri: str) -> None:
    crawled(db_uri, page(SEED, link(B)))
    rebuilt(redis_server, db_uri)

    status, said = rebuilt(redis_server, db_uri)

    assert (status, said.partition(", in")[0]) == (0, "1 pages are noted as fetched, 0 URLs queued")
    assert queued(redis_server) == {"b.example -": 1}
    assert counted(redis_server, "fetched", shards=16) == 1


def test_a_node_that_lost_its_shards_gets_them_back(redis_server: RedisServer, db_uri: str) -> None:
    crawled(db_uri, page(SEED, link(A), link(B), link(C)))
    rebuilt(redis_server, db_uri)
    whole = queued(redis_server)
    with redis_server.client() as client:
        for shard in range(0, 16, 2):
            for key in client.scan_iter(f"{{b{shard}}}*"):
                client.delete(key)

    assert rebuilt(redis_server, db_uri)[0] == 0
    assert queued(redis_server) == whole
    assert counted(redis_server, "fetched", shards=16) == 1


def test_what_links_may_not_lead_to_is_not_queued(redis_server: RedisServer, db_uri: str) -> None:
    crawled(
        db_uri,
        page(SEED, link(A), link(B, rel="nofollow"), link(C, link_type="canonical"), link("http://denied.example/")),
        page(A, link("http://seed.example/deep"), depth=1),
        rules=ScopeRules(depth=1, deny_domains=frozenset({"denied.example"})),
    )

    assert rebuilt(redis_server, db_uri)[0] == 0
    assert queued(redis_server) == {}


def test_nofollow_links_are_queued_where_the_crawl_follows_them(redis_server: RedisServer, db_uri: str) -> None:
    crawled(db_uri, page(SEED, link(B, rel="nofollow")), rules=ScopeRules(follow_nofollow=True))

    rebuilt(redis_server, db_uri)

    assert queued(redis_server) == {"b.example -": 1}


def test_a_link_is_queued_by_its_shortest_way(redis_server: RedisServer, db_uri: str) -> None:
    crawled(db_uri, page(A, link(B), depth=3), page(SEED, link(B)), page("http://seed.example/z", link(B), depth=2))

    rebuilt(redis_server, db_uri)

    assert queued(redis_server) == {"b.example -": 1}


def test_redirects_are_followed_with_their_hops_and_those_of_seeds_are_seeds(
    redis_server: RedisServer, db_uri: str
) -> None:
    first, second = Hop(SEED, 301, "http", "http://x.example/"), Hop("http://x.example/", 302, "http", B)
    crawled(
        db_uri,
        page(SEED, outcome="redirect", status=301, hop=first),
        page("http://x.example/", outcome="redirect", status=302, hops=(first,), hop=second),
        page("http://loop.example/", outcome="redirect", status=302, reason="redirect_loop",
             hop=Hop("http://loop.example/", 302, "http", C)),
        rules=ScopeRules(follow_external=False),
    )  # fmt: skip

    rebuilt(redis_server, db_uri)

    hops = f'[["{SEED}", 301, "http", "http://x.example/"], ["http://x.example/", 302, "http", "{B}"]]'
    assert queued(redis_server) == {f"b.example -\t{hops}": 0}
    with redis_server.client() as client:
        seeds = set(client.zrange("{backlinks:1}:seeds", 0, -1))
    assert seeds == {SEED.encode(), b"http://x.example/", B.encode()}


def test_seeds_that_were_not_fetched_are_queued_and_those_without_http_asked_over_https(
    redis_server: RedisServer, db_uri: str
) -> None:
    crawled(db_uri, page(SEED, outcome="failed", status=None, reason="connection"), seeds=(SEED, C))

    rebuilt(redis_server, db_uri)

    assert queued(redis_server) == {"seed.example /": 0, "c.example -": 0}


def test_pages_of_an_earlier_crawl_are_not_seen_and_its_links_not_followed(
    redis_server: RedisServer, db_uri: str
) -> None:
    crawled(
        db_uri,
        page(SEED, link(A), link(B)),
        page(B, link(C), on=-3),
        page(A, link(C), on=-3),
    )
    crawled(db_uri, page(A, outcome="failed", status=None, reason="dns", depth=1))

    rebuilt(redis_server, db_uri)

    assert queued(redis_server) == {"b.example -": 1}


def test_budgets_of_domains_are_counted(redis_server: RedisServer, db_uri: str) -> None:
    crawled(db_uri, page(SEED, link(A)), page(A, depth=1), page(B, depth=1), per_domain=2)

    rebuilt(redis_server, db_uri)

    with redis_server.client() as client:
        counts = {k: v for key in client.scan_iter("{b*}1:n") for k, v in client.hgetall(key).items()}
    assert counts == {b"seed.example": b"2", b"b.example": b"1"}


def test_many_pages_are_taken_in_parts(redis_server: RedisServer, db_uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backlinks.frontier_rebuild.AT_ONCE", 3)
    pages = [page(f"http://h{n}.example/", link(f"http://t{n}.example/"), depth=n % 4) for n in range(20)]
    crawled(db_uri, *pages)

    assert rebuilt(redis_server, db_uri)[1].startswith("20 pages are noted as fetched, 21 URLs queued")


def test_a_crawl_that_is_over_needs_no_frontier(redis_server: RedisServer, db_uri: str) -> None:
    crawled(db_uri, page(SEED), reason="finished")
    over = "Error: Crawl source.example-1 is over (finished): `backlinks crawl` begins it anew.\n"

    assert rebuilt(redis_server, db_uri) == (1, over)


def test_a_crawl_that_was_stopped_stays_so(redis_server: RedisServer, db_uri: str) -> None:
    begin(redis_server, name="source.example-1")
    crawled(db_uri, page(SEED))
    run(redis_server, "stop", "source.example-1")

    assert rebuilt(redis_server, db_uri)[0] == 1


def test_a_wrong_name_is_told_with_the_crawls_that_are_stored(redis_server: RedisServer, db_uri: str) -> None:
    crawled(db_uri, page(SEED))

    assert rebuilt(redis_server, db_uri, "nwes") == (
        1,
        "Error: MongoDB holds no crawl 'nwes' of many workers; it holds: source.example-1.\n",
    )


def test_a_redis_that_is_away_is_one_sentence(db_uri: str) -> None:
    status, said = run(AWAY, "frontier", "rebuild", "news", MONGODB_URI=db_uri)
    assert (status, said.count("\n"), "does not answer" in said) == (1, 1, True)
