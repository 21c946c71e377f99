"""Holds the index, and the answers of the command, against what was written by hand beside each web."""

from __future__ import annotations

import json
import tomllib
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from backlinks.cli import main
from backlinks.web_folder import WebFolder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tests.end_to_end.crawls import Crawl

WEBS = Path(__file__).parents[1] / "webs"

# What a row of an expectation means where it is silent.
LINK = {
    "link_type": "text", "anchor": "", "rel": [], "dofollow": True, "nofollow": False, "ugc": False, "sponsored": False,
    "nofollow_by": [], "is_internal": False, "placement": "content", "occurrences": 1, "final_url": None, "via": [],
    "hops": [], "lost": None, "changes": [], "hidden": None,
}  # fmt: skip
STATUS = {"page": 200, "redirect": 301}
IDENTITY = ("target_url", "link_type", "anchor", "rel")


def expectation(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "expected.toml").read_text("utf-8"))


def asks(*folders: Path) -> list[Any]:
    return [
        pytest.param(ask, id=f"{folder.name} {' '.join(ask['command'])}")
        for folder in folders
        for ask in expectation(folder).get("asks", ())
    ]


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
