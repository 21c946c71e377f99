"""What every scheduler of ours holds, whatever its frontier: crawls as the tests of each make them."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from backlinks.web_server import WebServer


class Crawls(Protocol):
    web: Any
    server: WebServer

    def run(self, *seeds: str, **settings: object) -> dict[str, Any]: ...
    def asked_for(self) -> list[str]: ...
    def stored(self) -> list[str]: ...


def assert_sent_again_after_growing_pauses(crawls: Crawls) -> None:
    crawls.web.links = {"http://a/": ["/1", "http://b/1", "http://b/2"]}
    crawls.web.statuses = {"http://a/1": [503, 503], "http://b/1": [503, 503, 503]}
    stats = crawls.run("http://a/", BACKLINKS_RETRY_BACKOFF=0.1, RETRY_TIMES=2, HTTPERROR_ALLOW_ALL=True)
    log = [exchange for exchange in crawls.server.log if exchange.url == "http://a/1"]
    first, second = (after.started - before.ended for before, after in pairwise(log))
    assert 0.2 <= first < 0.4 <= second
    assert Counter(crawls.asked_for())["http://b/1"] == 3  # and is stored with its status
    assert sorted(crawls.stored()) == ["http://a/", "http://a/1", "http://b/1", "http://b/2"]
    assert stats["frontier/retried"] == 4


def assert_tried_three_times_where_our_own_code_fails(crawls: Crawls) -> None:
    hosts = ("raises", "broken", "dropped", "refused")
    crawls.web.links = {"http://a/": [f"http://{host}/{n}" for host in hosts for n in range(2)]}
    crawls.web.links["http://a/"] += [f"http://after.{host}/" for host in hosts]
    stats = crawls.run("http://a/")
    asked = Counter(crawls.asked_for())
    assert [asked[f"http://{host}/0"] for host in hosts] == [3, 3, 1, 0]
    assert stats["frontier/given_up"] == 2 * 3  # the hosts "after." bear the names, too
    assert "http://refused/1" in crawls.stored()
    assert stats["finish_reason"] == "finished"
    assert stats["frontier/queued"] == 0
