"""What a crawl says at its end."""

from __future__ import annotations

from typing import Any

import pytest

from backlinks.crawl_summary import counts, most_linked


def test_a_crawl_that_did_nothing_says_so_in_one_line() -> None:
    assert list(counts({})) == ["  0 pages fetched"]
    assert list(counts({"item_scraped_count": 3, "pages/refused": 0, "links/found": 0, "sink/pages": 0})) == [
        "  0 pages fetched"
    ]


def test_pages_are_told_by_outcome() -> None:
    stats = {"pages/page": 1200, "pages/redirect": 2, "pages/error": 1, "pages/other": 0, "pages/refused": 9}
    assert list(counts(stats)) == ["  1,203 pages fetched: 1,200 HTML pages, 2 redirects, 1 error statuses"]


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("redirect/redirect_dead", "redirects without a usable target"),
        ("redirect/redirect_loop", "redirects in a loop"),
        ("redirect/redirect_too_long", "too long a chain (REDIRECT_MAX_TIMES)"),
        ("failed/dns", "the host name is not known"),
        ("failed/connection", "no connection"),
        ("redirect/redirect_url_too_long", "too long a URL (BACKLINKS_MAX_URL_LENGTH)"),
        ("failed/timeout", "no whole answer in time (DOWNLOAD_TIMEOUT)"),
        ("failed/too_large", "too large (DOWNLOAD_MAXSIZE)"),
        ("failed/too_large_decompressed", "once decompressed (DOWNLOAD_MAXSIZE)"),
        ("failed/headers", "(BACKLINKS_MAX_HEADERS, BACKLINKS_MAX_HEADER_SIZE)"),
        ("failed/encoding", "cannot be decompressed"),
        ("failed/incomplete", "the answer broke off"),
        ("failed/protocol", "the answer is no HTTP"),
        ("failed/program", "a mistake of this program"),
        ("refused/robots", "robots.txt forbids it"),
        ("refused/robots_unreachable", "robots.txt cannot be had now"),
        ("refused/address", "BACKLINKS_ALLOWED_NETWORKS"),
        ("refused/port", "BACKLINKS_ALLOWED_PORTS"),
        ("refused/trap:facets", "not fetched: examples of a trap (facets)"),
        ("refused/of_later", "refused/of_later"),
    ],
)
def test_every_reason_is_told_with_its_count(reason: str, told: str) -> None:
    _, line = counts({f"pages/{reason}": 1234})
    assert line.startswith("    1,234 ")
    assert told in line


def test_links_are_told_with_the_share_of_dofollow() -> None:
    stats = {"links/found": 2000, "links/dofollow": 1500, "links/external": 1001, "links/nofollow": 500}
    assert list(counts(stats))[1:] == ["  2,000 links found, 75% dofollow, 1,001 to other domains"]
    assert list(counts({"links/found": 1}))[1:] == ["  1 links found, 0% dofollow, 0 to other domains"]


@pytest.mark.parametrize(
    ("stats", "line"),
    [
        (
            {"sink/away": 0, "sink/away_times": 2, "sink/away_seconds": 31, "sink/waiting": 1},
            "  MongoDB could not store: 2 times, 31 s in all",
        ),
        (
            {"sink/spool_full": 1, "sink/spool_full_times": 1, "sink/spool_full_seconds": 7},
            "  Nor could the spool, the crawl waited: 1 times, 7 s in all, and it is so still",
        ),
        (
            {"disk/low": 0, "disk/low_times": 1, "disk/low_seconds": 9},
            "  The crawl waited for room on the disk (BACKLINKS_DISK_RESERVE): 1 times, 9 s in all",
        ),
        ({"sink/pages_stored": 3, "sink/links_new": 1400, "sink/zero": 0}, "  Stored: 1,400 links new, 3 pages stored"),
        ({"frontier/refused/pages": 5}, "  Found and not fetched: 5 beyond --pages"),
        ({"frontier/refused/pages_per_domain": 5}, "  Found and not fetched: 5 beyond --pages-per-domain"),
        ({"frontier/refused/pages_per_host": 5}, "  Found and not fetched: 5 beyond --pages-per-host"),
        ({"scope/refused/depth": 5}, "  Found and not fetched: 5 beyond --depth"),
        ({"scope/refused/external": 5}, "  Found and not fetched: 5 to other domains (--no-follow-external)"),
        ({"scope/refused/subdomain": 5}, "  Found and not fetched: 5 to sub-domains (--no-subdomains)"),
        (
            {"scope/refused/not_allowed_domain": 5},
            "  Found and not fetched: 5 to domains not allowed (--allow-domain)",
        ),
        ({"scope/refused/denied_domain": 5}, "  Found and not fetched: 5 to denied domains (--deny-domain)"),
        ({"scope/refused/nofollow": 5}, "  Found and not fetched: 5 nofollow links (--follow-nofollow)"),
        (
            {"scope/refused/nofollow": 1, "frontier/refused/pages": 2000},
            "  Found and not fetched: 2,000 beyond --pages, 1 nofollow links (--follow-nofollow)",
        ),
        ({"links/skipped/mailto": 2, "links/skipped/tel": 1}, "  Links that are no http(s) links: 2 mailto, 1 tel"),
        (
            {"links/skipped/too_long": 1},
            "  Links counted and not stored: 1 of too long a URL (BACKLINKS_MAX_URL_LENGTH)",
        ),
        (
            {"links/skipped/over_limit": 2, "links/skipped/over_text": 3},
            (
                "  Links counted and not stored: 2 beyond the limit of links of a page (BACKLINKS_MAX_LINKS_PER_PAGE), "
                "3 beyond the limit of text of a page (BACKLINKS_MAX_TEXT_PER_PAGE)"
            ),
        ),
        (
            {"cut/anchors": 4, "cut/nesting": 1, "cut/title": 2},
            (
                "  Cut at a limit: 4 anchors (BACKLINKS_MAX_ANCHOR_LENGTH), 2 titles (BACKLINKS_MAX_ANCHOR_LENGTH), "
                "1 pages of elements too deep inside each other (BACKLINKS_MAX_NESTING)"
            ),
        ),
        (
            {"cut/cost": 1, "cut/attributes": 1},
            (
                "  Cut at a limit: 1 pages with tags of thousands of attributes, 1 pages too costly to parse "
                "(BACKLINKS_MAX_PARSE_MEMORY, BACKLINKS_MAX_PARSE_TIME)"
            ),
        ),
        (
            {"traps/refused/facets": 1200, "traps/refused/session_id": 3, "traps/found": 1},
            "  Kept out of traps, by rule (docs/safety.md): 1,200 facets, 3 session id",
        ),
        ({"frontier/given_up": 2}, "  2 pages given up after repeated errors of this program, which the log shows"),
        (
            {"backoff/503": 1200, "backoff/timeout": 1},
            "  Hosts left alone longer: 1,200 times they were overloaded (503), 1 times they did not answer in time",
        ),
        (
            {"robotstxt/crawl_delay_clamped": 3},
            "  3 robots.txt ask for a longer crawl-delay than BACKLINKS_MAX_CRAWL_DELAY",
        ),
    ],
)
def test_what_was_stored_refused_and_left_out_has_a_line_each(stats: dict[str, int], line: str) -> None:
    assert list(counts(stats))[1:] == [line]


def test_the_most_linked_domains_are_named() -> None:
    rows: list[dict[str, Any]] = [
        {"_id": "a.example", "live": 12_000, "ref_domains": 1500},
        {"_id": "b.example", "live": 1, "ref_domains": 1},
    ]
    (line,) = most_linked(rows)
    told, _, named = line.partition(": ")
    assert told == "  Most linked domains of the index"
    assert named == "a.example (12,000 links from 1,500 domains), b.example (1 links from 1 domains)"
    assert list(most_linked([])) == []
