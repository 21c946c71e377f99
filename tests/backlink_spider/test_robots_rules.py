"""Which URLs a robots.txt allows, case by case; the delay it asks for; what a hostile one costs."""

from __future__ import annotations

import time

import pytest
from protego import Protego  # type: ignore[import-untyped]

from backlink_spider.robots_rules import READ_LIMIT, read_robots
from tests.backlink_spider.robots_cases import CASES


@pytest.mark.parametrize(("text", "agent", "url", "allowed"), [pytest.param(*case[1:], id=case[0]) for case in CASES])
def test_a_robots_txt_allows(text: str | bytes, agent: str, url: str, allowed: bool) -> None:
    body = text if isinstance(text, bytes) else text.encode()
    whole = f"http://example.com{url}" if url.startswith("/") else url
    assert read_robots(body, agent).allows(whole) is allowed


def test_scrapys_parser_reads_more_than_ten_of_them_otherwise_and_so_is_not_used() -> None:
    differing = set()
    for name, text, agent, url, allowed in CASES:
        body = text if isinstance(text, bytes) else text.encode()
        whole = f"http://example.com{url}" if url.startswith("/") else url
        if Protego.parse(body.decode("utf-8-sig", "ignore")).can_fetch(whole, agent) is not allowed:
            differing.add(name)
    assert len(differing) > 10
    assert {
        "a token that begins alike",
        "an anchor matches no dollar",
        "Latin-1 in the file closes no more",
    } <= differing


def test_the_table_is_large_and_each_case_has_a_name_of_its_own() -> None:
    assert len(CASES) >= 150
    assert len({case[0] for case in CASES}) == len(CASES)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("", 0),
        ("User-agent: *\nCrawl-delay: 10\n", 10),
        ("User-agent: *\ncrawl-delay:0.5 # s\n", 0.5),
        ("User-agent: foobot\nCrawl-delay: 3\nDisallow: /a\nUser-agent: *\nCrawl-delay: 5\nAllow: /\n", 3),
        ("User-agent: *\nCrawl-delay: 5\nAllow: /\nUser-agent: foobot\nDisallow: /a\n", 0),
        ("User-agent: foobot\nCrawl-delay: 3\nUser-agent: barbot\nCrawl-delay: 9\nDisallow: /a\n", 9),
        ("User-agent: barbot\nCrawl-delay: 3\nUser-agent: foobot\nDisallow: /a\n", 0),
        ("User-agent: foobot\nCrawl-delay: 3\nAllow: /\nUser-agent: foobot\nCrawl-delay: 7\n", 7),
        ("User-agent: barbot\nCrawl-delay: 3\n", 0),
        ("User-agent: *\nCrawl-delay: -1\n", 0),
        ("User-agent: *\nCrawl-delay: soon\n", 0),
        ("User-agent: *\nCrawl-delay: inf\n", 0),
        ("User-agent: *\nCrawl-delay: nan\n", 0),
        ("User-agent: *\nCrawl-delay:\n", 0),
        ("Crawl-delay: 9\n", 0),
    ],
)
def test_a_robots_txt_asks_for_a_delay(text: str, seconds: float) -> None:
    assert read_robots(text.encode(), "FooBot").crawl_delay == seconds


@pytest.mark.parametrize(
    "line",
    [
        "Disallow: /{}\n",
        "Disallow: /*a*{}\n",
        "Allow: /*{}*a*a*a*a*a*a*a*b$\n",
        "Disallow: /" + "*a" * 60_000 + "\n",
        "User-agent: a{}\n",
        "{} {} {}\n",
    ],
)
def test_half_a_megabyte_of_rules_holds_up_the_loop_for_less_than_two_seconds(line: str) -> None:
    text = b"User-agent: *\n" + "".join(line.format(n, n, n) for n in range(max(5, 1_200_000 // len(line)))).encode()
    started = time.process_time()
    rules = read_robots(text, "FooBot")
    rules.allows("http://example.com/" + "a" * 2000)
    assert len(text) > READ_LIMIT
    assert time.process_time() - started < 2


def test_rules_tell_about_how_much_memory_they_take() -> None:
    many = b"".join(b"Disallow: /%d\n" % n for n in range(1000))
    assert read_robots(b"User-agent: other\n" + many, "FooBot").size < 1000  # what is not ours is not kept
    assert read_robots(b"User-agent: *\n" + many, "FooBot").size > 100_000
