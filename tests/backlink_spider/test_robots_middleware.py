"""Crawls that ask for robots.txt: what each status, redirect and failure of it means for the pages of its origin."""

from __future__ import annotations

import gzip
import time
from itertools import pairwise
from typing import Any

import pytest

from backlinks.web_folder import HANG_UP, Answer
from tests.user_crawl import SCRAPYS_OWN, SEED, Crawled, Web, crawl

CLOSED = "User-agent: *\nDisallow: /\n"
EARLY = 0.005  # seconds: the server's clock starts when it has read a request, which may be later for one than the next


def robots(text: str | bytes = "", status: int = 200, **headers: str) -> Answer:
    body = text if isinstance(text, bytes) else text.encode()
    return Answer(status, tuple((name.replace("_", "-"), value) for name, value in headers.items()), body)


def obedient(web: Web, **settings: Any) -> Crawled:
    """A crawl that obeys robots.txt, ends by itself and logs no error."""
    crawled = crawl(web=web, ROBOTSTXT_OBEY=True, **{"BACKLINKS_ROBOTS_RETRY": 0.02, "RETRY_TIMES": 1, **settings})
    assert crawled.of("closed", "logged", "loop") == [("closed", "finished")]
    assert crawled.left == []
    return crawled


def outcomes(crawled: Crawled) -> dict[str, tuple[str, str | int]]:
    return {url: (outcome, why) for _, url, outcome, why in crawled.of("page")}


def asked(crawled: Crawled, url: str) -> list[Any]:
    return [exchange for exchange in crawled.log if exchange.url == url]


ALLOWED, FORBIDDEN, UNREACHABLE = ("page", 200), ("refused", "robots"), ("refused", "robots_unreachable")
STATUSES: list[tuple[str, Answer, tuple[str, str | int]]] = [
    ("200", robots(CLOSED), FORBIDDEN),
    ("200 that is empty", robots(), ALLOWED),
    ("203", robots(CLOSED, 203), FORBIDDEN),
    ("204", robots("", 204), ALLOWED),
    ("301 without a target", robots(CLOSED, 301), ALLOWED),
    ("301 to no http", robots(CLOSED, 301, Location="ftp://h.example/robots.txt"), ALLOWED),
    ("304 that nobody asked for", robots("", 304), ALLOWED),
    ("400", robots(CLOSED, 400), ALLOWED),
    ("401", robots(CLOSED, 401), ALLOWED),
    ("403", robots(CLOSED, 403), ALLOWED),
    ("404", robots(CLOSED, 404), ALLOWED),
    ("410", robots(CLOSED, 410), ALLOWED),
    ("418", robots(CLOSED, 418), ALLOWED),
    ("429", robots("", 429), UNREACHABLE),
    ("451", robots(CLOSED, 451), ALLOWED),
    ("500", robots("", 500), UNREACHABLE),
    ("502", robots("", 502), UNREACHABLE),
    ("503", robots("", 503), UNREACHABLE),
    ("599", robots("", 599), UNREACHABLE),
    ("999", robots("", 999), UNREACHABLE),
    ("no answer", Answer(HANG_UP), UNREACHABLE),
    ("no answer in time", Answer(200, (), b"", delay=0.6), UNREACHABLE),
    ("a body that is not what it says", robots(b"no gzip", Content_Encoding="gzip"), UNREACHABLE),
]


@pytest.fixture(scope="module")
def of_all_statuses() -> tuple[Crawled, list[str]]:
    """And all URLs that were asked for, answered or not."""
    web = Web(links={SEED: [f"http://h{n}.example/" for n in range(len(STATUSES))]})
    web.answers = {f"http://h{n}.example/robots.txt": [answer] for n, (_, answer, _) in enumerate(STATUSES)}
    return obedient(web, DOWNLOAD_TIMEOUT=0.4), web.arrived


@pytest.mark.parametrize("number", range(len(STATUSES)), ids=[name for name, *_ in STATUSES])
def test_a_status_or_a_failure_allows_or_forbids(of_all_statuses: tuple[Crawled, list[str]], number: int) -> None:
    crawled, arrived = of_all_statuses
    page = f"http://h{number}.example/"
    outcome = STATUSES[number][2]
    assert outcomes(crawled)[page] == outcome
    assert arrived.count(page) == (outcome == ALLOWED)
    assert arrived.count(f"{page}robots.txt") == (2 if outcome == UNREACHABLE else 1)


def test_what_robots_txt_did_is_counted(of_all_statuses: tuple[Crawled, list[str]]) -> None:
    stats = of_all_statuses[0].stats
    unreachable = sum(outcome == UNREACHABLE for _, _, outcome in STATUSES)
    assert stats["pages/refused/robots_unreachable"] == unreachable
    assert stats["robotstxt/unreachable"] == 2 * unreachable
    assert stats["pages/refused/robots"] == stats["robotstxt/forbidden"] == 2
    assert (stats["robotstxt/answers/404"], stats["robotstxt/answers/503"]) == (1, 2)


def test_a_page_waits_for_a_robots_txt_that_comes_back() -> None:
    answers = [robots("", 503), robots("", 429), robots("User-agent: *\nDisallow: /closed\n")]
    web = Web(links={SEED: ["/open", "/closed"]}, answers={f"{SEED}robots.txt": answers})
    crawled = obedient(web, RETRY_TIMES=2, BACKLINKS_ROBOTS_RETRY=0.1)
    assert outcomes(crawled) == {SEED: ALLOWED, f"{SEED}open": ALLOWED, f"{SEED}closed": FORBIDDEN}
    first, second = (after.started - before.ended for before, after in pairwise(asked(crawled, f"{SEED}robots.txt")))
    assert 0.1 - EARLY <= first < 0.2 - EARLY <= second
    assert "frontier/retried" not in crawled.stats


@pytest.mark.parametrize("own", [{}, SCRAPYS_OWN], ids=["the project's downloader", "Scrapy's"])
def test_the_page_that_a_robots_txt_was_asked_for_comes_before_the_others_of_its_host(own: dict[str, Any]) -> None:
    pages = [f"http://{host}.example/{n}" for n in range(4) for host in "bcde"]
    crawled = obedient(Web(links={SEED: pages}), BACKLINKS_ROBOTS_RETRY=0.1, **own)
    for host in "bcde":
        of_host = [exchange.url for exchange in crawled.log if exchange.host == f"{host}.example"]
        assert of_host == [f"http://{host}.example/{path}" for path in ("robots.txt", *range(4))]


def test_a_host_whose_robots_txt_stays_away_is_given_up_and_asked_again_later() -> None:
    pages = [f"http://b.example/{n}" for n in range(8)]
    web = Web(links={SEED: pages}, answers={"http://b.example/robots.txt": [robots("", 500), robots()]})
    crawled = obedient(web, RETRY_TIMES=0, BACKLINKS_ROBOTS_RETRY=0.2, DOWNLOAD_DELAY=0.06)
    told = [outcomes(crawled)[page] for page in pages]
    refused = told.count(UNREACHABLE)
    assert told == [UNREACHABLE] * refused + [ALLOWED] * (8 - refused)
    assert 2 <= refused <= 5
    assert len(asked(crawled, "http://b.example/robots.txt")) == 2


@pytest.mark.parametrize(
    ("retry_after", "longest", "waits"),
    [("1", 300.0, 1.0), ("3600", 0.3, 0.3), ("Fri, 31 Dec 2100 23:59:59 GMT", 0.3, 0.3), ("soon", 300.0, 0.02)],
)
def test_retry_after_of_a_robots_txt_is_obeyed_within_bounds(retry_after: str, longest: float, waits: float) -> None:
    answers = {f"{SEED}robots.txt": [robots("", 429, Retry_After=retry_after), robots()]}
    crawled = obedient(Web(answers=answers), BACKLINKS_MAX_RETRY_AFTER=longest)
    assert outcomes(crawled) == {SEED: ALLOWED}
    first, second = asked(crawled, f"{SEED}robots.txt")
    assert waits - EARLY <= second.started - first.ended < waits + 0.5


def redirects(hops: int) -> dict[str, list[Answer]]:
    """From the seed's robots.txt over as many hosts to rules that close it."""
    urls = [f"{SEED}robots.txt", *(f"http://r{n}.example/rules" for n in range(1, hops + 1))]
    answers = {url: [robots("", 302, Location=to)] for url, to in pairwise(urls)}
    return {**answers, urls[-1]: [robots("User-agent: *\nDisallow: /a\n")]}


@pytest.mark.parametrize(("hops", "outcome"), [(1, FORBIDDEN), (5, FORBIDDEN), (6, ALLOWED)])
def test_five_redirects_are_followed_across_hosts_and_no_sixth(hops: int, outcome: tuple[str, str]) -> None:
    crawled = obedient(Web(links={SEED: ["/a"]}, answers=redirects(hops)))
    assert outcomes(crawled)[f"{SEED}a"] == outcome
    assert len(asked(crawled, "http://r6.example/rules")) == 0


def test_a_redirect_to_a_host_that_is_not_public_makes_a_robots_txt_unreachable() -> None:
    # https has no proxy here: it goes straight to the address, which is refused.
    answers = {f"{SEED}robots.txt": [robots("", 301, Location="https://169.254.169.254/robots.txt")]}
    assert outcomes(obedient(Web(answers=answers))) == {SEED: UNREACHABLE}


@pytest.mark.parametrize(
    ("settings", "url", "outcome"),
    [
        ({}, "https://127.0.0.1:9/", ("refused", "address")),
        ({"BACKLINKS_ALLOWED_NETWORKS": "127.0.0.0/8"}, "https://127.0.0.1:9/", ("failed", "connection")),
        ({}, "https://nobody.invalid/", ("failed", "dns")),
    ],
)
def test_a_host_that_is_not_reached_at_all_fails_for_that_and_its_page_is_not_asked_for(
    settings: dict[str, str], url: str, outcome: tuple[str, str]
) -> None:
    crawled = obedient(Web(links={SEED: [url]}), **settings)
    assert outcomes(crawled)[url] == outcome
    assert "robotstxt/unreachable" not in crawled.stats


@pytest.mark.parametrize("declared", [True, False])
def test_of_a_robots_txt_500_kib_are_read_whatever_its_length(declared: bool) -> None:
    text = f"User-agent: *\nDisallow: /a\n{'#' * 600_000}\nDisallow: /b\n{'#' * 2_000_000}\n"
    answers = {f"{SEED}robots.txt": [robots(text)]}
    web = Web(links={SEED: ["/a", "/b"]}, answers=answers)
    crawled = obedient(web, DOWNLOAD_MAXSIZE=1_000_000 if declared else 10_000_000)
    assert outcomes(crawled) == {SEED: ALLOWED, f"{SEED}a": FORBIDDEN, f"{SEED}b": ALLOWED}


def test_a_compressed_robots_txt_that_nobody_asked_for_is_no_bomb() -> None:
    text = b"User-agent: *\nDisallow: /a\n" + b"#" * 50_000_000
    answers = {f"{SEED}robots.txt": [robots(gzip.compress(text), Content_Encoding="gzip")]}
    crawled = obedient(Web(links={SEED: ["/a"]}, answers=answers), DOWNLOAD_MAXSIZE=1_000_000)
    assert outcomes(crawled) == {SEED: ALLOWED, f"{SEED}a": FORBIDDEN}


def test_each_scheme_host_and_port_has_rules_of_its_own() -> None:
    origins = ["http://a.example", "http://a.example:8080", "http://b.example"]
    web = Web(links={SEED: [f"{origin}/{n}" for origin in origins for n in range(3)]})
    web.answers = {
        f"{origin}/robots.txt": [robots(f"User-agent: *\nDisallow: /{n}")] for n, origin in enumerate(origins)
    }
    crawled = obedient(web)
    refused = {url for url, outcome in outcomes(crawled).items() if outcome == FORBIDDEN}
    assert refused == {f"{origin}/{n}" for n, origin in enumerate(origins)}
    assert [len(asked(crawled, f"{origin}/robots.txt")) for origin in origins] == [1, 1, 1]


def test_a_robots_txt_is_asked_for_again_when_it_is_old_and_holds_on_while_it_cannot_be_had() -> None:
    rules = robots("User-agent: *\nDisallow: /9\n")
    web = Web(
        links={SEED: [f"/{n}" for n in range(10)]}, answers={f"{SEED}robots.txt": [rules, rules, robots("", 503)]}
    )
    crawled = obedient(web, BACKLINKS_ROBOTS_MAX_AGE=0.1, DOWNLOAD_DELAY=0.06)
    assert outcomes(crawled) == {
        SEED: ALLOWED,
        **{f"{SEED}{n}": ALLOWED for n in range(9)},
        f"{SEED}9": FORBIDDEN,
    }
    assert len(asked(crawled, f"{SEED}robots.txt")) >= 3


def test_of_more_origins_than_are_remembered_the_one_used_longest_ago_is_asked_again() -> None:
    web = Web(links={SEED: ["http://b.example/"], "http://b.example/": [f"{SEED}a"]})
    crawled = obedient(web, BACKLINKS_ROBOTS_CACHE_ORIGINS=1)
    assert [len(asked(crawled, f"http://{host}.example/robots.txt")) for host in "ab"] == [2, 1]
    assert crawled.stats["robotstxt/dropped"] == 2


def test_a_crawl_delay_is_kept_from_the_first_page_on_and_clamped() -> None:
    answers = {f"{SEED}robots.txt": [robots("User-agent: *\nCrawl-delay: 3600\n")]}
    crawled = obedient(Web(links={SEED: ["/1", "/2"]}, answers=answers), BACKLINKS_MAX_CRAWL_DELAY=0.15)
    assert min(after.started - before.ended for before, after in pairwise(crawled.log)) >= 0.15 - EARLY
    assert len(crawled.log) == 4
    assert crawled.stats["robotstxt/crawl_delay_clamped"] == 1


def test_robots_txt_its_redirects_and_pages_keep_to_the_delay_as_the_server_sees_it() -> None:
    web = Web(links={SEED: ["/1", "http://a.example:8080/2", "/3"]}, delay=0.05)
    slow = {"delay": 0.05}
    web.answers = {
        f"{SEED}robots.txt": [Answer(301, (("Location", "/rules"),), **slow)],
        f"{SEED}rules": [Answer(301, (("Location", "http://a.example/more"),), **slow)],
        f"{SEED}more": [Answer(200, (), b"", **slow)],
    }
    crawled = obedient(web, DOWNLOAD_DELAY=0.1)
    assert len(crawled.log) == 3 + 3 + 1 + 1
    assert min(after.started - before.ended for before, after in pairwise(crawled.log)) >= 0.1 - EARLY


def test_a_robots_txt_of_another_host_comes_in_the_turn_of_that_host() -> None:
    """Which is being asked for a page of its own all the time."""
    web = Web(links={SEED: [*(f"/{n}" for n in range(6)), "http://b.example/"]}, delay=0.03)
    web.answers = {"http://b.example/robots.txt": [robots("", 301, Location=f"{SEED}rules")]}
    web.answers[f"{SEED}robots.txt"] = [robots("User-agent: *\nCrawl-delay: 0.2\n")]
    crawled = obedient(web)
    of_a = sorted((exchange for exchange in crawled.log if exchange.host == "a.example"), key=lambda e: e.started)
    assert f"{SEED}rules" in [exchange.url for exchange in of_a]
    assert min(after.started - before.ended for before, after in pairwise(of_a)) >= 0.2 - EARLY


def test_a_page_is_judged_at_next_to_no_cost() -> None:
    """Half a millisecond for a page would be felt; a large robots.txt of rules without stars costs microseconds."""
    from backlink_spider.robots_rules import read_robots

    rules = read_robots(b"User-agent: *\n" + b"".join(b"Disallow: /%x/\n" % n for n in range(20_000)), "FooBot")
    started = time.process_time()
    for n in range(200):
        rules.allows(f"http://example.com/page/{n}")
    assert (time.process_time() - started) / 200 < 0.0005
