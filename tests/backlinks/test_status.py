"""The report of a crawl in a real Redis, as a table and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from backlink_spider.frontier_report import CrawlReport, LostWorker, Server, Worker
from backlinks import status_table
from backlinks.buried_pages import BuriedPage
from tests.cluster_commands import AWAY, begin, run

if TYPE_CHECKING:
    from tests.redis_server import RedisServer

STARTED = "1970-01-01T00:15:40+00:00"  # a minute before the reports below
A, B = "https://a.example/", "https://b.example/"


def test_a_crawl_is_reported(redis_server: RedisServer) -> None:
    begin(redis_server, A, B, pages=1000)

    status, said = run(redis_server, "status", "news")

    assert status == 0
    first, second, third, header, worker = said.splitlines()
    assert first.startswith("crawl news  run 1  running for 0:00:0")
    assert "  seeds 2  Redis " in first
    assert "policy noeviction, append-only file off" in first
    assert second == ("queued 2  in flight 0  set aside 0  fetched 0 of 1,000  seen 2  hosts 2 waiting, 0 leased")
    assert third == "rate 0.0 pages/s, 0.0 links/s, 0.0 errors/s  links 0  errors 0  start-urls 0  dead letters 0"
    assert header.split() == [
        "worker",
        "machine:pid",
        "job",
        "up",
        "pages/s",
        "links/s",
        "errors/s",
        "held",
        "ready",
        "buffered",
        "beat",
        "state",
    ]
    assert worker.startswith("1       here:1       -")
    assert worker.endswith("running")


def test_json_has_the_same_facts(redis_server: RedisServer) -> None:
    begin(redis_server, A, B, pages=1000)
    with redis_server.client() as client:
        client.rpush("backlinks:start_urls", "https://c.example/", "https://d.example/")

    found: dict[str, Any] = json.loads(run(redis_server, "status", "news", "--format", "json")[1])

    told = {name: found[name] for name in ("name", "run", "state", "queued", "fetched", "pages", "seeds", "start_urls")}
    assert told == {
        "name": "news", "run": 1, "state": "running", "queued": 2, "fetched": 0, "pages": 1000, "seeds": 2,
        "start_urls": 2,
    }  # fmt: skip
    assert [worker["about"]["host"] for worker in found["workers"]] == ["here"]
    assert found["workers"][0].keys() >= {"session", "beat_age", "is_silent", "is_seeding", "is_draining", "lease_ends"}
    assert found["servers"][0]["policy"] == "noeviction"
    assert found["started"] <= found["now"]


def test_without_a_name_the_crawls_are_listed(redis_server: RedisServer) -> None:
    assert run(redis_server, "status") == (
        0,
        "There are no crawls in Redis: `backlinks crawl` or `backlinks seed` makes one.\n",
    )
    begin(redis_server, A)
    begin(redis_server, name="docs")
    run(redis_server, "stop", "docs")

    _, docs, news = run(redis_server, "status")[1].splitlines()
    assert docs.split()[:4] == ["docs", "2", "finished", "(stopped)"]
    assert news.split() == ["news", "1", "running", "1", "0.0", "1", "0", "0", "0"]
    assert [each["name"] for each in json.loads(run(redis_server, "status", "--format", "json")[1])] == ["docs", "news"]


def test_dead_letters_are_listed_without_what_a_terminal_would_obey(redis_server: RedisServer) -> None:
    begin(redis_server)
    with redis_server.client() as client:
        client.lpush(
            "{b0}1:dead", b"1795000000000 3 3 killed a.example /x\x1b[2J", b"1795000001000 0 0 errors b.example \xff"
        )

    _, unreadable, poison = run(redis_server, "status", "news", "--dead-letters")[1].splitlines()
    assert poison.split() == ["2026-11-18", "11:06:40", "killed", "3", "3", "https://a.example/x<U+001B>[2J"]
    assert unreadable.endswith("(unreadable)")
    rows = json.loads(run(redis_server, "status", "news", "--dead-letters", "--format", "json")[1])
    assert rows[1] == {
        "url": "https://a.example/x\x1b[2J",
        "at": 1795000000.0,
        "why": "killed",
        "losses": 3,
        "deaths": 3,
    }
    assert "(backlinks status news --dead-letters)" in run(redis_server, "status", "news")[1]


def test_a_crawl_that_redis_lost_is_told_with_its_remedy(redis_server: RedisServer) -> None:
    begin(redis_server)
    with redis_server.client() as client:
        client.delete("{backlinks:1}")

    assert run(redis_server, "status", "news") == (
        1,
        "Error: Redis holds no frontier of crawl news any more: run `backlinks frontier rebuild news`.\n",
    )
    assert "lost: backlinks frontier rebuild news" in run(redis_server, "status")[1]


def test_a_wrong_name_or_redis_is_one_sentence(redis_server: RedisServer) -> None:
    begin(redis_server)
    for option in ([], ["--dead-letters"], ["--format", "json"]):
        status, said = run(redis_server, "status", "nwes", *option)
        assert (status, said) == (2, "Error: There is no crawl 'nwes' in Redis; there are: news.\n")
        status, said = run(AWAY, "status", "news", *option)
        assert (status, said.count("\n"), "does not answer" in said, "s3cret" in said) == (1, 1, True, False)


def worker(session: int, **about: Any) -> Worker:
    told = {
        "host": "crawl-1",
        "pid": 2211,
        "started": STARTED,
        "rate": 204.13,
        "link_rate": 9100.24,
        "error_rate": 1.5,
        "held": 64,
        "ready": 41,
        "buffered": 1200,
    }
    return Worker(session, 0.4, False, False, False, told | {"state": "running"} | about)


def found(**fields: Any) -> CrawlReport:
    server = Server("7.0.15", 3_100_000_000, 8_000_000_000, "noeviction", True, 10)
    values: dict[str, Any] = {
        "name": "news", "run": 4, "state": "running", "reason": "", "label": "2026-11-24", "now": 1000.0,
        "started": 940.0, "finished": None, "options": {}, "pages": 0, "taken": 0, "seeds": 1204, "workers": [],
        "lost": [], "servers": [server],
    }  # fmt: skip
    return CrawlReport(**values | fields)


def test_the_table_tells_of_label_time_and_redis() -> None:
    assert status_table.crawl(found()).splitlines()[0] == (
        "crawl news  run 4  label 2026-11-24  running for 0:01:00  seeds 1,204"
        "  Redis 7.0.15, 3.1 of 8.0 GB, policy noeviction"
    )
    ended = found(state="finished", reason="limit_pages", finished=970.0)
    assert "finished (limit_pages) after 0:00:30" in status_table.crawl(ended)
    assert "no workers" in status_table.crawl(found())


def test_keys_of_several_servers_are_told_since_they_may_spread_badly() -> None:
    server = found().servers[0]
    assert "keys a server 10 / 10" in status_table.crawl(found(servers=[server, server]))


@pytest.mark.parametrize(
    ("changed", "state"),
    [
        ({}, "running"),
        ({"is_silent": True, "lease_ends": 19.2}, "silent: leases end in 19 s"),
        ({"is_silent": True}, "silent"),
        ({"is_draining": True}, "running, to drain"),
        ({"is_seeding": True}, "running, queueing seeds"),
        ({"about": {"state": "running", "waiting": True}}, "running, waits for the database"),
        ({"about": {"state": "running", "orphan": True}}, "running, its scrapyd is gone"),
        ({"about": {}}, "-"),
    ],
)
def test_the_state_of_a_worker_is_told(changed: dict[str, Any], state: str) -> None:
    each = worker(17)
    for name, value in changed.items():
        setattr(each, name, value)
    assert status_table.crawl(found(workers=[each])).splitlines()[-1].endswith(f" s  {state}")


def test_workers_stand_below_each_other_and_their_rates_add_up() -> None:
    workers = [worker(17, job="8f3a"), worker(203, host="a\x1b[2J")]
    *_, rate, header, first, second = status_table.crawl(found(workers=workers)).splitlines()
    assert rate.startswith("rate 408.3 pages/s, 18,200.5 links/s, 3.0 errors/s")
    assert (
        first
        == "17      crawl-1:2211       8f3a  0:01:00  204.1    9,100.2  1.5       64    41     1,200     0.4 s  running"
    )
    assert "a<U+001B>[2J:2211" in second
    assert header.index("beat") == first.index("0.4 s") == second.index("0.4 s")


def test_json_has_the_rates_of_the_crawl_without_those_of_silent_workers() -> None:
    silent = worker(3)
    silent.is_silent = True
    told = found(workers=[worker(17), worker(18), silent, worker(19, rate="many", link_rate=None)]).as_json()
    assert [told[name] for name in ("rate", "link_rate", "error_rate")] == [408.3, 18200.5, 4.5]


def test_workers_that_were_lost_lately_are_named() -> None:
    lost = [LostWorker(18, 242.0, {"host": "crawl-2", "pid": 870}), LostWorker(3, 4000.0, {})]
    assert status_table.crawl(found(lost=lost)).splitlines()[-1] == (
        "lost in the last hour: 18 (crawl-2:870) 0:04:02 ago"
    )


def test_no_dead_letters_is_said() -> None:
    assert status_table.dead_letters([]) == "No page was given up."
    page = BuriedPage(0, b"", 0.0, 0, 0, "errors", A, None)
    assert status_table.dead_letters([page]).splitlines()[1].endswith(A)
