"""A real crawl of a poisoned web: nothing in it is run, obeyed or lost, from the wire to each command's output."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from bson import encode
from click.testing import CliRunner
from selectolax.lexbor import LexborHTMLParser

from backlinks.cli import main
from link_index.page_write import CODEC
from link_index.shown_text import visible
from tests.poisoned_web import HOST, NUMBERS, TARGET, PoisonedWeb, as_read, as_read_whole, source, target
from tests.poisons import OBEYED, POISONS, read_back

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.end_to_end.crawls import Crawl

FORMATS = ("table", "json", "jsonl", "csv")
TEXTS = list(POISONS.values())
BY_NAME = [pytest.param(number, id=name) for number, name in enumerate(POISONS)]


@pytest.fixture(scope="module")
def crawl(new_crawl: Callable[..., Crawl], tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    made: Crawl = new_crawl(tmp_path_factory.mktemp("empty"))
    made.server.web = PoisonedWeb()  # type: ignore[assignment]
    return made


@pytest.fixture(scope="module")
def output(crawl: Crawl) -> str:
    """What the crawl printed and logged, whatever Scrapy has to say included."""
    return crawl.run(
        f"{HOST}/", "-s", "LOG_LEVEL=DEBUG", "-s", "BACKLINKS_PROGRESS_INTERVAL=0.1", "-s", "RETRY_TIMES=1"
    )


@pytest.fixture
def ask(crawl: Crawl, output: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """What a command prints, on standard output and standard error."""
    monkeypatch.setenv("MONGODB_URI", crawl.uri)
    monkeypatch.setenv("BACKLINKS_DATA_DIR", str(crawl.folder))

    def run(*words: str) -> str:
        done = CliRunner().invoke(main, list(words))
        assert done.exit_code == 0, (words, done.output, done.exception)
        assert not OBEYED.search(done.output), (words, OBEYED.findall(done.output))
        return done.stdout

    return run


def _clicked(crawl: Crawl, number: int) -> dict[str, Any]:
    return crawl.db["links"].find_one({"source_url": source(number), "target_url": target(number)}) or {}


def test_the_log_and_the_summary_steer_no_terminal(output: str) -> None:
    raw = [line for line in output.split("\n") if OBEYED.search(line)]
    assert not raw
    assert "\n2026-11-01 00:00:00 [root]" not in output
    assert "Traceback" not in output
    assert " ERROR: " not in output


def test_no_page_is_lost(crawl: Crawl, output: str) -> None:
    outcomes = {page["_id"]: page["outcome"] for page in crawl.db["pages"].find({"domain": "poisoned.example"})}
    assert {outcomes[source(number)] for number in NUMBERS} == {"page"}
    assert {outcomes[f"{HOST}/moved/{number}"] for number in NUMBERS} <= {"redirect", "failed"}
    assert {outcomes[f"{HOST}/header/{number}"] for number in NUMBERS} <= {"page", "failed"}
    assert not [*crawl.folder.glob("dead-letters/*"), *crawl.folder.glob("spool/*")]


@pytest.mark.parametrize("number", BY_NAME)
def test_every_text_is_stored_as_a_reader_sees_it(crawl: Crawl, output: str, number: int) -> None:
    link, poison = _clicked(crawl, number), TEXTS[number]
    assert link["anchor"] == as_read(poison)
    assert (link["nofollow"], link["rel"][-1]) == (True, "nofollow")
    assert link["rel"][:-1] == as_read_whole(poison.lower().replace(",", " ")).split()
    image = crawl.db["links"].find_one({"source_url": source(number), "link_type": "image"})
    assert image
    assert image["anchor"] == as_read_whole(poison)
    page = crawl.db["pages"].find_one({"_id": source(number)})
    assert page
    assert page["title"] == page["site_name"] == as_read_whole(poison)
    assert page["headings"] == [as_read(poison)]
    assert page["canonical"].isascii()
    assert page["canonical"].isprintable()


def test_every_stored_url_is_printable_ascii(crawl: Crawl, output: str) -> None:
    urls = [link[name] for link in crawl.db["links"].find() for name in ("source_url", "target_url", "target_key")]
    urls += [redirect[name] for redirect in crawl.db["redirects"].find() for name in ("_id", "to", "to_key")]
    assert len(urls) > 100
    assert all(url.isascii() and url.isprintable() for url in urls)


def test_an_attribute_of_a_megabyte_is_no_document_of_a_megabyte(crawl: Crawl, output: str) -> None:
    pages = list(crawl.db["pages"].find({"_id": {"$regex": "/long"}}).sort("_id"))
    assert [page["skipped"] for page in pages] == [{"too_long": 1}, {"too_long": 1}]
    by_target = {link["target_url"]: link for link in crawl.db["links"].find({"source_url": {"$regex": "/long"}})}
    assert set(by_target) == {f"{HOST}/long-link", f"{TARGET}/long", f"{TARGET}/image"}
    assert max(len(encode(document, codec_options=CODEC)) for document in [*pages, *by_target.values()]) < 20_000
    link = by_target[f"{TARGET}/long"]
    assert (link["rel"][0], link["rel"][-1], link["nofollow_by"]) == ("ugc", "nofollow", ["rel"])


def test_every_format_gives_every_anchor_back(ask: Callable[..., str]) -> None:
    words = ("show", "target.example", "--external", "--limit", "0")
    anchors = {target(number): as_read(TEXTS[number]) for number in NUMBERS}
    table = ask(*words)
    answers = {
        "json": [(row["target_url"], row["anchor"]) for row in json.loads(ask(*words, "--format", "json"))["rows"]],
        "jsonl": [
            (row["target_url"], row["anchor"])
            for row in map(json.loads, ask(*words, "--format", "jsonl").split("\n")[:-1])
        ],
        "csv": [
            (row["target_url"], read_back(row["anchor"]))
            for row in csv.DictReader(io.StringIO(ask(*words, "--format", "csv")))
        ],
    }
    for form, rows in answers.items():
        assert {url: anchor for url, anchor in rows if url in anchors} == anchors, form
    assert [anchor for anchor in anchors.values() if visible(anchor) not in table] == []


@pytest.mark.parametrize("number", BY_NAME)
def test_a_link_is_found_by_its_anchor(crawl: Crawl, ask: Callable[..., str], number: int) -> None:
    found = ask("show", target(number), "--external", "--anchor", as_read(TEXTS[number]), "--format", "jsonl")
    assert json.loads(found)["source_url"] == source(number)


@pytest.mark.parametrize("verb", ["show", "summary", "domains", "anchors", "anchor-profile", "pages", "redirects"])
@pytest.mark.parametrize("host", ["target.example", "poisoned.example"])
def test_every_question_is_answered(ask: Callable[..., str], verb: str, host: str) -> None:
    limit = () if verb in ("summary", "anchor-profile") else ("--limit", "0")
    assert all(ask(verb, host, "--format", form, *limit) for form in FORMATS if form != "jsonl")
    ask(verb, host, "--format", "jsonl", *limit)


@pytest.fixture(scope="module")
def scored(crawl: Crawl, output: str) -> Crawl:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("MONGODB_URI", crawl.uri)
        environment.setenv("BACKLINKS_DATA_DIR", str(crawl.folder))
        done = CliRunner().invoke(main, ["score"])
    assert done.exit_code == 0, done.output
    assert not OBEYED.search(done.output)
    return crawl


def test_every_report_and_list_is_written(scored: Crawl, ask: Callable[..., str], tmp_path: Path) -> None:
    for form in FORMATS:
        ask("opportunities", "target.example", "--format", form)
        ask("compare", "target.example", "other.example", "--format", form)
        ask("anchor-profile", "target.example", "--format", form)
    for form in ("terminal", "markdown"):
        assert ask("report", "target.example", "--format", form)
    for number in NUMBERS:
        if visible(TEXTS[number]) != TEXTS[number]:
            ask("explain", source(number), target(number))
            told = ask("explain", source(number), target(number), "--format", "json")
            assert {link["anchor"] for link in json.loads(told)} == {as_read(TEXTS[number])}
    ask("disavow", "target.example", "--spam", "0", "--value", "100")
    ask("graph", "export", str(tmp_path / "graph"))


def test_the_report_as_a_web_page_runs_nothing(scored: Crawl, ask: Callable[..., str]) -> None:
    page = LexborHTMLParser(ask("report", "target.example", "--format", "html"))
    assert not page.css("script, img, iframe, object, embed, [onmouseover], [onerror], form, base")
    assert {link.attributes["href"][:7] for link in page.css("[href]")} <= {"http://", "https:/"}
    assert page.css("table")


def test_a_terminal_is_sent_colours_and_nothing_else(crawl: Crawl, output: str) -> None:
    shown = crawl.on_terminal("show", "target.example", "--external", "--limit", "0")
    assert "nul" in shown
    assert not OBEYED.search(re.sub(r"\x1b\[[0-9;]*m|\r\n", "", shown))
