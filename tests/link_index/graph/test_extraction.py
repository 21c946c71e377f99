"""The web of a small index, extracted from a real database and checked by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from link_index.graph import rolls
from link_index.graph.extraction import extract
from link_index.graph.web_arrays import DOFOLLOW, EXTERNAL, HIDDEN, WebArrays
from link_index.urls import target
from tests.known_links import NOFOLLOW, day, link

if TYPE_CHECKING:
    from pathlib import Path

    from pymongo.database import Database

A, B, C, HOME = "https://a.example/", "https://a.example/b", "https://c.example/", "https://example.com/"
LINKS = [
    link(A, HOME, "first", day(3)),
    link(A, HOME, "again, and older", day(2), k=1, **NOFOLLOW),
    link(A, B, "internal", day(5)),
    link(B, HOME, "hidden", day(4), hidden="display"),
    link(C, HOME, "one seen", day(4)),
    link(C, HOME, "one hidden", day(4), k=1, hidden="size"),
    link(C, B, "a frame is no vote", day(4), link_type="iframe"),
    link(C, A, "lost", day(1), lost_at=day(9), lost_reason="removed"),
    link(HOME, "https://bücher.example/ß", "nofollow", day(6), **NOFOLLOW),
]
PAGES = [A, B, C, "https://alone.example/"]


def store(db: Database[dict[str, Any]]) -> None:
    db.links.insert_many(LINKS)
    pages = [{"_id": url, "key": target(url).key, "domain": target(url).domain, "outcome": "page"} for url in PAGES]
    moved = {"_id": "https://moved.example/", "key": "example.moved/", "domain": "moved.example", "outcome": "redirect"}
    db.pages.insert_many([*pages, moved])


def edges(web: WebArrays) -> dict[tuple[str, str], tuple[int, int]]:
    keys = web.page_keys(0, web.pages)
    columns = (web.source.tolist(), web.target.tolist(), web.flags.tolist(), web.first_seen.tolist())
    return {(keys[a], keys[b]): (flags, seen) for a, b, flags, seen in zip(*columns, strict=True)}


def days(number: int) -> int:
    return int(day(number).timestamp()) // 86_400


A_KEY, B_KEY, C_KEY, HOME_KEY = "example.a/", "example.a/b", "example.c/", "com.example/"
BOOK_KEY = target("https://bücher.example/ß").key
EXPECTED = {
    (A_KEY, HOME_KEY): (EXTERNAL | DOFOLLOW, days(2)),
    (A_KEY, B_KEY): (DOFOLLOW, days(5)),
    (B_KEY, HOME_KEY): (EXTERNAL | DOFOLLOW | HIDDEN, days(4)),
    (C_KEY, HOME_KEY): (EXTERNAL | DOFOLLOW, days(4)),
    (C_KEY, B_KEY): (EXTERNAL, days(4)),
    (HOME_KEY, BOOK_KEY): (EXTERNAL, days(6)),
}


@pytest.mark.parametrize("roll", [1, 2, 100_000])
def test_live_links_are_edges_with_the_labels_of_all_their_links(
    db: Database[dict[str, Any]], tmp_path: Path, roll: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rolls, "ROLL", roll)
    store(db)
    told: list[int] = []
    web = extract(db, tmp_path / "web", told.append)
    assert edges(web) == EXPECTED
    assert told[-1] == len(LINKS) - 1 + len(PAGES)


def test_edges_are_in_order_of_target_then_source(db: Database[dict[str, Any]], tmp_path: Path) -> None:
    store(db)
    web = extract(db, tmp_path / "web")
    pairs = list(zip(web.target.tolist(), web.source.tolist(), strict=True))
    assert pairs == sorted(pairs)


def test_pages_are_those_linked_and_those_crawled_each_of_its_domain(
    db: Database[dict[str, Any]], tmp_path: Path
) -> None:
    store(db)
    web = extract(db, tmp_path / "web")
    names = web.domain_names()
    domains = {key: names[number] for key, number in zip(web.page_keys(0, web.pages), web.page_domain, strict=True)}
    assert domains == {
        A_KEY: "a.example",
        B_KEY: "a.example",
        C_KEY: "c.example",
        HOME_KEY: "example.com",
        BOOK_KEY: "bücher.example",
        "example.alone/": "alone.example",
    }
    asked = [*domains, "example.moved/", "com.nowhere/"]
    assert web.index_of(asked).tolist() == [*range(web.pages), -1, -1]
    crawled = {key for key, is_crawled in zip(domains, web.crawled.tolist(), strict=True) if is_crawled}
    assert crawled == {A_KEY, B_KEY, C_KEY, "example.alone/"}


def test_domains_vote_with_the_number_of_their_pages_that_link(db: Database[dict[str, Any]], tmp_path: Path) -> None:
    store(db)
    db.links.insert_one(link(A, "https://example.com/two", "the same page to another of the domain", day(4)))
    web = extract(db, tmp_path / "web")
    names = web.domain_names()
    sources, targets, pages = web.domain_edges()
    found = {(names[a], names[b]): n for a, b, n in zip(sources, targets, pages.tolist(), strict=True)}
    assert found == {("a.example", "example.com"): 2, ("c.example", "example.com"): 1}


def test_an_empty_index_is_an_empty_web_and_what_lay_in_the_folder_is_gone(
    db: Database[dict[str, Any]], tmp_path: Path
) -> None:
    store(db)
    extract(db, tmp_path / "web")
    db.links.drop()
    db.pages.drop()
    web = extract(db, tmp_path / "web")
    assert (web.pages, web.domains, web.edges, web.domain_names()) == (0, 0, 0, [])
    assert web.index_of(["com.example/"]).tolist() == [-1]
    assert [len(part) for part in web.domain_edges()] == [0, 0, 0]


def test_names_that_collide_under_one_seed_are_told_apart_by_the_next(
    db: Database[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(db)
    whole = rolls.xxh3_64_intdigest
    monkeypatch.setattr(rolls, "ROLL", 1)  # so that equal hashes meet in different rolls
    monkeypatch.setattr(rolls, "xxh3_64_intdigest", lambda name, seed: whole(name, seed) if seed else len(name))
    assert edges(extract(db, tmp_path / "web")) == EXPECTED
