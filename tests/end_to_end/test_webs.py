"""Crawls the webs of tests/webs by the real command and holds the index against the answers written beside them."""

from __future__ import annotations

import json
import tomllib
from collections import Counter, defaultdict
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from backlinks.cli import main
from backlinks.web_folder import WebFolder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from conftest import Crawl

WEBS = Path(__file__).parents[1] / "webs"
RECRAWL = WEBS / "recrawl"
OPTIONS = ["--no-follow-external", "--follow-nofollow"]  # every link of these webs, and nothing beyond them

# What a row of an expectation means where it is silent.
LINK = {
    "link_type": "text", "anchor": "", "rel": [], "dofollow": True, "nofollow": False, "ugc": False, "sponsored": False,
    "nofollow_by": [], "is_internal": False, "placement": "content", "occurrences": 1, "final_url": None, "via": [],
    "hops": [], "lost": None, "changes": [],
}  # fmt: skip
STATUS = {"page": 200, "redirect": 301}
IDENTITY = ("target_url", "link_type", "anchor", "rel")


def expectation(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "expected.toml").read_text("utf-8"))


def scenarios() -> list[Path]:
    """The webs that one crawl can hold together: those that ask for no options of their own and change no pages."""
    return [
        path.parent
        for path in sorted(WEBS.glob("*/expected.toml"))
        if path.parent != RECRAWL and "crawls" not in expectation(path.parent)
    ]


def asks(*folders: Path) -> list[Any]:
    return [
        pytest.param(ask, id=f"{folder.name} {' '.join(ask['command'])}")
        for folder in folders
        for ask in expectation(folder).get("asks", ())
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
        pages = [exchange for exchange in crawled.server.log if exchange.host == host][1:]  # after robots.txt
        assert len(pages) == 4
        assert all(later.started - earlier.ended >= delay * 0.95 for earlier, later in pairwise(pages))


CRAWLS = [
    pytest.param(folder, crawl, id=f"{folder.name} {' '.join(crawl['options']) or 'defaults'}")
    for folder in (WEBS / "scope", WEBS / "fairness")
    for crawl in expectation(folder)["crawls"]
]


@pytest.mark.parametrize(("folder", "options"), CRAWLS)
def test_a_crawl_keeps_to_its_scope(new_crawl: Callable[..., Crawl], folder: Path, options: dict[str, Any]) -> None:
    crawl = new_crawl(folder)
    crawl.run(*expectation(folder)["seeds"], *options["options"])
    pages = crawl.pages_asked_for()
    if "fetched" in options:
        assert sorted(pages) == sorted(options["fetched"])
    for domain, number in options.get("per_domain", {}).items():
        assert sum((urlsplit(url).hostname or "").endswith(domain) for url in pages) == number
    if "per_domain" in options:
        assert len(pages) == sum(options["per_domain"].values())


@pytest.fixture(scope="module")
def recrawled(new_crawl: Callable[..., Crawl]) -> Iterator[Callable[[int], Crawl]]:
    """The web that changes, after so many looks at it; looks are taken when they are asked for, in order."""
    states = [[RECRAWL], [RECRAWL, RECRAWL / "second"], [RECRAWL, RECRAWL / "second", RECRAWL / "third"]]
    crawl = new_crawl(*states[0])
    looks = 0

    def after(number: int) -> Crawl:
        nonlocal looks
        while looks < number:
            crawl.server.web = WebFolder(*states[looks])
            crawl.run(*expectation(RECRAWL)["seeds"], "--no-follow-external")
            looks += 1
        assert looks == number, "the looks must be asked for in order"
        return crawl

    return after


def test_a_first_look_finds_links_that_never_changed(recrawled: Callable[[int], Crawl]) -> None:
    assert_same(recrawled(1), RECRAWL, expectation(RECRAWL))


def test_a_second_look_marks_what_is_new_changed_and_lost(recrawled: Callable[[int], Crawl]) -> None:
    assert_same(recrawled(2), RECRAWL, expectation(RECRAWL / "second"))


@pytest.mark.parametrize("ask", asks(RECRAWL / "second"))
def test_a_question_about_lost_links_is_answered(
    recrawled: Callable[[int], Crawl], ask: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(recrawled(2), ask, monkeypatch)


def test_a_link_that_is_back_is_no_longer_lost(recrawled: Callable[[int], Crawl]) -> None:
    second, third = expectation(RECRAWL / "second"), expectation(RECRAWL / "third")
    assert_same(recrawled(3), RECRAWL, second | {"pages": second["pages"] | third["pages"]})


def assert_same(crawl: Crawl, folder: Path, expected: Mapping[str, Any]) -> None:
    told = list(differences(crawl, folder, expected))
    if told:
        pytest.fail("\n".join(["the index differs from what was written by hand:", *told]), pytrace=False)


def differences(crawl: Crawl, folder: Path, expected: Mapping[str, Any]) -> Iterator[str]:
    """A line for each thing in which the index and an expectation differ, over the hosts of a web."""
    hosts = WebFolder(folder, *folder.glob("second")).hosts
    pages = {page["_id"]: page for page in crawl.db.pages.find() if urlsplit(page["_id"]).hostname in hosts}
    yield from _missing_or_extra("page", pages, expected["pages"])
    redirects = {hop["_id"]: hop for hop in crawl.db.redirects.find() if urlsplit(hop["_id"]).hostname in hosts}
    hops = {hop["_id"]: hop for hop in expected.get("redirects", ())}
    yield from _missing_or_extra("redirect", redirects, hops)
    for url, hop in hops.items():
        yield from _fields(f"redirect {url}", redirects.get(url, hop), hop)
    links = defaultdict(list)
    for link in crawl.db.links.find():
        links[link["source_url"]].append(link)
    for url, page in expected["pages"].items():
        outcome = page.get("outcome", "page")
        fields = {"outcome": outcome, "status": STATUS.get(outcome)} | page
        fields.pop("links", None)
        if "hops" in fields:
            fields["hops"] = _hops(fields["hops"])
        yield from _fields(f"page {url}", pages.get(url, fields), fields)
        yield from _link_differences(url, links[url], page.get("links", ()))


def _link_differences(url: str, found: list[dict[str, Any]], rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    left = list(found)
    for row in rows:
        wanted = LINK | row
        matches = [link for link in left if all(link[name] == wanted[name] for name in IDENTITY)]
        if not matches:
            yield f"{url}: missing {[wanted[name] for name in IDENTITY]}"
            continue
        left.remove(matches[0])
        yield from _fields(f"{url} -> {row['target_url']} {wanted['anchor']!r}", *_comparable(matches[0], wanted))
    for link in left:
        yield f"{url}: not expected {[link[name] for name in IDENTITY]}"


def _comparable(link: dict[str, Any], wanted: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A link and its row in the same terms."""
    link = link | {
        "lost": link.get("lost_reason"),
        "changes": [
            [change["field"], _told(change["old"]), _told(change["new"])] for change in link.get("changes", ())
        ],
        "text_before_ends": link["text_before"][-len(wanted.get("text_before_ends", "")) :],
        "text_after_starts": link["text_after"][: len(wanted.get("text_after_starts", ""))],
    }
    assert ("lost_at" in link) == (link["lost"] is not None)
    return link, wanted | {"hops": _hops(wanted["hops"])}


def _told(value: Any) -> Any:
    """A value as an expectation can write it down beforehand."""
    return "a date" if isinstance(value, datetime) else "" if value is None else value


def _hops(rows: Iterable[list[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(("url", "status", "kind"), row, strict=True)) for row in rows]


def _missing_or_extra(what: str, found: Iterable[str], expected: Iterable[str]) -> Iterator[str]:
    yield from (f"missing {what} {name}" for name in sorted(set(expected) - set(found)))
    yield from (f"{what} not expected {name}" for name in sorted(set(found) - set(expected)))


def _fields(what: str, found: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[str]:
    """Where the fields differ that were wanted; absent and empty are the same, and a table is held to its own keys."""
    for name, value in wanted.items():
        seen = found.get(name)
        if isinstance(value, dict) and isinstance(seen, dict) and name == "last_failure":
            seen = {key: seen.get(key) for key in value}
        if (seen or None) != (value or None):
            yield f"{what}: {name} is {seen!r}, expected {value!r}"


def asked(crawl: Crawl, command: list[str], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The answer of the real command, as JSON."""
    monkeypatch.setenv("MONGODB_URI", crawl.uri)
    result = CliRunner().invoke(main, [*command, "--format", "json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def answer(crawl: Crawl, ask: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask a question of an expectation and hold the answer against it."""
    told = asked(crawl, ask["command"], monkeypatch)
    left = list(told["rows"])
    for place, wanted in enumerate(ask["rows"]):
        matches = [row for row in left if not list(_fields("", row, wanted))]
        assert matches, f"no row {wanted} in {told['rows']}"
        if ask.get("ordered"):
            assert told["rows"][place] == matches[0]
        left.remove(matches[0])
    assert not left
    assert told["total"] == ask.get("total", len(ask["rows"]))
    assert told["target"]["read_as"] == ask.get("read_as", told["target"]["read_as"])
    assert all(any(words in note for note in told["notes"]) for words in ask.get("says", ()))
