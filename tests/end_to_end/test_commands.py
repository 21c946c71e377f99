"""The commands around a crawl: both ways to start one, what it says, how it fails, and the demo."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from link_index import embedded

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.end_to_end.crawls import Crawl

QUESTIONS = Path(__file__).parents[1] / "webs" / "questions"
SEEDS = [
    "asked.example",  # a bare domain
    "http://paper.example/review",
    "http://forum.example/thread",
    "http://diary.example/post",
    "http://directory.example/list",
    "http://old-asked.example/offer",
]


@pytest.fixture(scope="module")
def crawl(new_crawl: Callable[..., Crawl]) -> Crawl:
    made: Crawl = new_crawl(QUESTIONS)
    return made


@pytest.fixture(scope="module")
def output(crawl: Crawl) -> str:
    return crawl.run(
        *SEEDS,
        "--no-follow-external",
        "--follow-nofollow",
        "-s",
        "BACKLINKS_PROGRESS_INTERVAL=0.1",
        "-s",
        "DOWNLOAD_DELAY=0.2",
    )


def test_progress_is_plain_lines_where_there_is_no_terminal(output: str) -> None:
    assert re.search(r"^\d+ pages  \d+ links  0 errors  \d+ queued  \d+\.\d pages/s  0:00:0\d$", output, re.MULTILINE)


@pytest.mark.parametrize(
    "told",
    [
        "11 pages fetched: 9 HTML pages, 2 redirects",
        "15 links found, 67% dofollow, 11 to other domains",
        "15 links new",
        "asked.example (10 links from 4 domains)",
        "backlinks show asked.example",
    ],
)
def test_the_summary_tells_what_the_crawl_did(output: str, told: str) -> None:
    assert told in output


def test_the_summary_gives_the_line_that_opens_the_shell(crawl: Crawl, output: str) -> None:
    assert f"mongosh {crawl.uri}" in output


def test_a_host_rests_between_two_requests(crawl: Crawl, output: str) -> None:
    exchanges = [exchange for exchange in crawl.server.log if exchange.host == "asked.example"]
    pages = [exchange for exchange in exchanges if not exchange.url.endswith("/robots.txt")]
    assert len(pages) == 4
    assert all(later.started - earlier.ended >= 0.19 for earlier, later in pairwise(pages))


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_every_format_tells_the_same_backlinks(crawl: Crawl, output: str, form: str) -> None:
    process = run(["show", "http://asked.example/pricing", "--external", "--format", form], crawl.environment)
    assert process.returncode == 0
    assert Counter(re.findall(r"http://\w+\.example/(?:review|thread)", process.stdout)) == {
        "http://paper.example/review": 2,
        "http://forum.example/thread": 2,
    }


def test_scrapy_crawl_is_the_same_job(crawl: Crawl, output: str, new_crawl: Callable[..., Crawl]) -> None:
    other: Crawl = new_crawl(QUESTIONS)
    arguments = ["-a", f"seeds={','.join(SEEDS)}", "-a", "follow_external=0", "-a", "follow_nofollow=1"]
    other.run("backlinks", *arguments, command="scrapy")
    assert links(other) == links(crawl)


def test_a_host_on_loopback_is_crawled_where_its_network_is_allowed(
    new_crawl: Callable[..., Crawl], tmp_path: Path
) -> None:
    (tmp_path / "web.toml").write_text('["127.0.0.1"]\nbody = "<a href=\'http://target.example/\'>t</a>"\n')
    crawl: Crawl = new_crawl(tmp_path)
    crawl.proxied = False
    seed = f"{crawl.server.proxy}/"
    with crawl.start(seed, "--depth", "0") as process:
        refused, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "not fetched" in refused
    assert not crawl.server.log
    crawl.run(seed, "--depth", "0", "-s", "BACKLINKS_ALLOWED_NETWORKS=127.0.0.0/8")
    assert [link["target_url"] for link in crawl.db.links.find()] == ["http://target.example/"]


FAILURES = [
    (["crawl"], 2, "Missing argument 'SEED...'"),
    (["crawl", "exmple"], 2, "'exmple' is neither a domain nor an http(s) URL nor a file that exists"),
    (["crawl", "ftp://files.example/"], 2, "'ftp://files.example/' is neither"),
    (["crawl", "a.example", "--depth", "deep"], 2, "'deep' is not a valid integer"),
    (["crawl", "a.example", "--no-such-option"], 2, "No such option"),
    (["crawl", "a.example", "-s", "DOWNLOAD_DELAY"], 2, "-s takes NAME=VALUE"),
    (["crawl", "a.example", "-s", "BACKLINKS_ALLOWED_NETWORKS=localhost"], 2, "takes networks such as 10.0.0.0/8"),
    (["crawl", "a.example", "-s", "BACKLINKS_ALLOWED_PORTS=80-90"], 2, "takes ports such as 80 or 443, not '80-90'"),
    (
        ["crawl", "a.example", "-s", "MONGODB_URI=mongodb://127.0.0.1:1/x?serverSelectionTimeoutMS=100"],
        1,
        "127.0.0.1:1",
    ),
    (["show", "mailto:a@b.example"], 2, "scheme"),
    (["show", "a.example", "--dofollow", "--ugc"], 2, "--dofollow"),
    (["show", "a.example", "--cursor", "x"], 2, "cursor"),
]


@pytest.mark.parametrize(("command", "status", "told"), FAILURES, ids=[" ".join(command) for command, *_ in FAILURES])
def test_a_mistake_is_told_in_a_sentence(crawl: Crawl, command: list[str], status: int, told: str) -> None:
    process = run(command, crawl.environment)
    assert process.returncode == status
    assert told in process.stderr
    assert "Traceback" not in process.stderr
    assert process.stdout == ""


def test_the_demo_needs_no_network_and_asks_its_own_index(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "demo"
    environment = {"BACKLINKS_DATA_DIR": str(folder.parent), "MONGODB_URI": "mongodb://127.0.0.1:1/never-asked"}
    try:
        process = run(["demo"], os.environ | environment)
    finally:
        embedded.stop(folder / "db")
    assert process.returncode == 0, process.stderr
    for told in (
        "301 http://boilwell.example/copper 308 http://brightkettle.example/copper-kettle",
        "nofollow, ugc (rel)",
        "sponsored (rel)",
        "nofollow (x_robots_tag)",
        "page_gone",
        "Some days later",
        f"export BACKLINKS_DATA_DIR={folder}",
    ):
        assert told in process.stdout
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    shown = readme[readme.index("$ backlinks explain") :].partition("```")[0]
    assert re.sub(r"\d{4}-\d\d-\d\d", "DAY", shown) in re.sub(r"\d{4}-\d\d-\d\d", "DAY", process.stdout)


def run(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    program = [Path(sys.executable).with_name("backlinks"), *command]
    return subprocess.run(program, env=environment, capture_output=True, text=True, timeout=200, check=False)


def links(crawl: Crawl) -> dict[Any, dict[str, Any]]:
    return {link.pop("_id"): link for link in crawl.db.links.find({}, {"first_seen": 0})}
