"""Crawls all webs that one crawl can hold, and holds the index, the answers and the manners against what they say."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from tests.end_to_end.expectations import WEBS, answer, asked, asks, assert_same, expectation

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.end_to_end.crawls import Crawl

OPTIONS = ["--no-follow-external", "--follow-nofollow"]  # every link of these webs, and nothing beyond them


def scenarios() -> list[Path]:
    """The webs that one crawl can hold together: those that ask for no options of their own and change no pages."""
    return [
        path.parent
        for path in sorted(WEBS.glob("*/expected.toml"))
        if path.parent.name != "recrawl" and "crawls" not in expectation(path.parent)
    ]


@pytest.fixture(scope="module")
def crawled(new_crawl: Callable[..., Crawl], tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    """All scenarios after one crawl, from a file of seeds."""
    crawl = new_crawl(*scenarios())
    seeds = tmp_path_factory.mktemp("seeds") / "seeds.txt"
    lines = (seed for folder in scenarios() for seed in [f"# {folder.name}", *expectation(folder)["seeds"]])
    seeds.write_text("\n".join(lines), "utf-8")
    crawl.run(str(seeds), *OPTIONS)
    return crawl


@pytest.mark.parametrize("folder", scenarios(), ids=lambda folder: folder.name)
def test_the_index_holds_what_the_web_says(crawled: Crawl, folder: Path) -> None:
    assert_same(crawled, folder, expectation(folder))


@pytest.mark.parametrize("ask", asks(*scenarios()))
def test_a_question_is_answered(crawled: Crawl, ask: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    answer(crawled, ask, monkeypatch)


def test_the_pages_of_an_answer_are_its_rows_in_order(crawled: Crawl, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = asked(crawled, ["show", "asked.example", "--sort", "oldest"], monkeypatch)["rows"]
    paged: list[Any] = []
    more: list[str] = []
    while True:
        page = asked(crawled, ["show", "asked.example", "--sort", "oldest", "--limit", "4", *more], monkeypatch)
        paged += page["rows"]
        if not page["cursor"]:
            break
        more = ["--cursor", page["cursor"]]
    assert [row["_id"] for row in paged] == [row["_id"] for row in whole]
    assert len(paged) == 14


def test_a_link_was_first_seen_when_its_page_was_fetched(crawled: Crawl) -> None:
    fetched = {page["_id"]: page["fetched_at"] for page in crawled.db.pages.find({}, {"fetched_at": 1})}
    assert all(link["first_seen"] == fetched[link["source_url"]] for link in crawled.db.links.find())


def test_a_link_tells_its_pages_outbound_counts(crawled: Crawl) -> None:
    counts = {page["_id"]: page["outbound"] for page in crawled.db.pages.find({"outbound": {"$exists": True}})}
    for link in crawled.db.links.find():
        outbound = counts[link["source_url"]]
        assert (link["source_external_links"], link["source_internal_links"]) == (
            outbound["external"],
            outbound["internal"],
        )


def test_a_host_is_asked_one_thing_at_a_time_and_for_robots_txt_first(crawled: Crawl) -> None:
    by_host = defaultdict(list)
    for exchange in sorted(crawled.server.log, key=lambda exchange: exchange.started):
        by_host[exchange.host].append(exchange)
    for exchanges in by_host.values():
        assert exchanges[0].url.endswith("/robots.txt")
        assert all(earlier.ended <= later.started for earlier, later in pairwise(exchanges))


def test_every_request_says_who_asks_and_goes_to_a_host_of_the_web(crawled: Crawl) -> None:
    assert all(exchange.user_agent.startswith("OpenBacklinkBot/") for exchange in crawled.server.log)
    assert all("(+http" in exchange.user_agent for exchange in crawled.server.log)
    assert not [exchange.url for exchange in crawled.server.log if exchange.status == 502]


def test_a_page_is_asked_for_once_unless_it_is_worth_another_try(crawled: Crawl) -> None:
    more = {url: n for folder in scenarios() for url, n in expectation(folder).get("requests", {}).items()}
    assert {url: n for url, n in Counter(crawled.pages_asked_for()).items() if n > 1} == {
        url: n for url, n in more.items() if n > 1
    }
    assert all(crawled.pages_asked_for().count(url) == n for url, n in more.items())


def test_a_crawl_delay_is_kept(crawled: Crawl) -> None:
    for host, delay in expectation(WEBS / "robots")["crawl_delay"].items():
        pages = [exchange for exchange in crawled.server.log if exchange.host == host]
        assert len(pages) == 5  # robots.txt among them
        assert all(later.started - earlier.ended >= delay * 0.95 for earlier, later in pairwise(pages))
