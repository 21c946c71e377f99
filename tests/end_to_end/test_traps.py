"""Crawls sites that have URLs without an end among their pages: few of the one are fetched, and all of the other."""

from __future__ import annotations

import signal
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.trap_web import FOLDER, SITES, TrapWeb, is_trap, site_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.end_to_end.crawls import Crawl

MOST = 300  # pages of a trap
COMMAND = [*(f"http://{site}/" for site in SITES), "--no-follow-external"]


@pytest.fixture(scope="module")
def crawled(new_crawl: Callable[..., Crawl]) -> tuple[Crawl, str]:
    crawl = new_crawl(FOLDER)
    crawl.server.web = TrapWeb()  # type: ignore[assignment]
    return crawl, crawl.run(*COMMAND)


def in_traps(crawl: Crawl) -> Counter[str]:
    return Counter(site_of(url) for url in crawl.pages_asked_for() if is_trap(url))


@pytest.mark.parametrize("site", [site for site in SITES if site != "forum.example"])
def test_no_more_than_three_hundred_pages_of_a_trap_are_fetched(crawled: tuple[Crawl, str], site: str) -> None:
    assert 5 <= in_traps(crawled[0])[site] <= MOST


@pytest.mark.parametrize("site", SITES)
def test_every_ordinary_page_beside_a_trap_is_fetched(crawled: tuple[Crawl, str], site: str) -> None:
    crawl, _ = crawled
    asked = {url for url in crawl.pages_asked_for() if site_of(url) == site}
    pages = {f"http://{site}/", f"http://{site}/about", *(f"http://{site}/products/{n}" for n in range(1, 9))}
    assert pages <= asked


def test_a_page_is_fetched_once_whatever_session_ids_its_links_have(crawled: tuple[Crawl, str]) -> None:
    crawl, _ = crawled
    asked = [url for url in crawl.pages_asked_for() if site_of(url) == "forum.example"]
    assert len(asked) == 10
    told = crawl.db.pages.find({"reason": "trap:session_id"})
    assert all("sid=" in page["_id"] and page["outcome"] == "refused" for page in told)
    assert any("sid=" in link["target_url"] for link in crawl.db.links.find({"source_domain": "forum.example"}))


@pytest.mark.parametrize(
    ("site", "rule"),
    [
        ("calendar.example", "calendar"),
        ("weeks.example", "query"),
        ("visits.example", "session"),
        ("growing.example", "path"),
        ("repeating.example", "repeated_segments"),
        ("facets.example", "facets"),
        ("filters.example", "path"),
        ("wildcard.example", "subdomains"),
    ],
)
def test_some_of_what_was_refused_is_in_the_index_with_the_name_of_the_rule(
    crawled: tuple[Crawl, str], site: str, rule: str
) -> None:
    crawl, _ = crawled
    told = [page for page in crawl.db.pages.find({"domain": site}) if page.get("reason") == f"trap:{rule}"]
    assert 1 <= len(told) <= 10
    assert all(page["outcome"] == "refused" and page["status"] is None for page in told)
    assert not {page["_id"] for page in told} & set(crawl.pages_asked_for())


def test_the_summary_says_how_much_was_kept_out_by_which_rule(crawled: tuple[Crawl, str]) -> None:
    crawl, output = crawled
    (line,) = (line for line in output.splitlines() if "Kept out of traps, by rule" in line)
    for rule in ("calendar", "facets", "path", "query", "repeated segments", "session", "session id", "subdomains"):
        assert f" {rule}" in line
    assert "examples of a trap (facets)" in output
    assert "finished: nothing is left to fetch" in output
    assert "Traceback" not in output
    counts = crawl.db.crawls.find_one({})["counts"]
    assert counts["traps/refused/facets"] > counts["pages/refused/trap:facets"]


def test_a_crawl_that_is_killed_again_and_again_remembers_its_traps(new_crawl: Callable[..., Crawl]) -> None:
    crawl = new_crawl(FOLDER)
    crawl.server.web = TrapWeb()  # type: ignore[assignment]
    command = ["http://growing.example/", "--no-follow-external"]
    for number, how in enumerate((signal.SIGINT, signal.SIGKILL), 1):
        with crawl.start(*command) as process:
            crawl.until(lambda: sum(in_traps(crawl).values()) >= 60 * number)  # noqa: B023
            process.send_signal(how)
            process.communicate(timeout=60)
    crawl.run(*command)
    assert all(50 < pages <= MOST for pages in in_traps(crawl).values())


def test_with_the_rules_off_whatever_is_linked_is_fetched(new_crawl: Callable[..., Crawl]) -> None:
    crawl = new_crawl(FOLDER)
    crawl.server.web = TrapWeb()  # type: ignore[assignment]
    output = crawl.run("http://growing.example/", "-s", "BACKLINKS_TRAP_RULES=False", "--pages", "400")
    assert in_traps(crawl)["growing.example"] > MOST
    assert "traps" not in output
