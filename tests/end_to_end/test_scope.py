"""Which pages are asked for with which options, by the server's own log."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.end_to_end.expectations import WEBS, expectation

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.end_to_end.crawls import Crawl

CRAWLS = [
    (folder, wanted) for folder in (WEBS / "scope", WEBS / "fairness") for wanted in expectation(folder)["crawls"]
]


@pytest.fixture(scope="module")
def scoped(new_crawl: Callable[..., Crawl]) -> Iterator[list[tuple[Crawl, subprocess.Popen[str]]]]:
    """The crawls of CRAWLS, all started at once: most of each is waiting."""
    crawls = [(new_crawl(folder), [*expectation(folder)["seeds"], *wanted["options"]]) for folder, wanted in CRAWLS]
    started = [(crawl, crawl.start(*arguments)) for crawl, arguments in crawls]
    yield started
    for _, process in started:
        process.communicate(timeout=120)


@pytest.mark.parametrize(
    "number", range(len(CRAWLS)), ids=[" ".join([f.name, *wanted["options"]]) for f, wanted in CRAWLS]
)
def test_a_crawl_keeps_to_its_scope(scoped: list[tuple[Crawl, subprocess.Popen[str]]], number: int) -> None:
    crawl, process = scoped[number]
    wanted = CRAWLS[number][1]
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0, output
    pages = crawl.pages_asked_for()
    if "fetched" in wanted:
        assert sorted(pages) == sorted(wanted["fetched"])
    for domain, times in wanted.get("per_domain", {}).items():
        assert sum((urlsplit(url).hostname or "").endswith(domain) for url in pages) == times
    if "per_domain" in wanted:
        assert len(pages) == sum(wanted["per_domain"].values())


def test_what_the_last_seed_adds_to_the_scope_counts_for_links_of_the_first(
    new_crawl: Callable[..., Crawl], tmp_path: Path
) -> None:
    """The first seed links to a page that moved with the last one's domain, which is in scope by that seed alone."""
    crawl = new_crawl(WEBS / "redirects")
    seeds = tmp_path / "seeds.txt"
    between = (f"http://redirects.example/nowhere/{number}" for number in range(300))
    seeds.write_text("\n".join(["http://redirects.example/", *between, "http://old.example/"]), "utf-8")
    crawl.run(str(seeds), "--no-follow-external", "--depth", "1")
    assert "http://new.example/page" in crawl.pages_asked_for()
