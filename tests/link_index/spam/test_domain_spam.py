"""The score of a domain is the sum of its parts, and who has no part has no score."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from link_index.graph.extraction import extract
from link_index.rules.rule_file import rules
from link_index.spam.domain_spam import SIGNALS, domain_spam, scored
from tests.known_links import day, link
from tests.link_index.spam.small_webs import VOTE, mutual, named, small_web

if TYPE_CHECKING:
    from pathlib import Path

    from pymongo.database import Database

FARM = named("farm", 9)


def test_a_score_is_the_sum_of_its_parts_the_largest_first() -> None:
    everywhere = [(name, f"192.0.2.{number}") for number, name in enumerate(FARM)]
    elsewhere = [(site, f"10.{number // 200}.{number % 200}.1") for number, site in enumerate(named("site", 400))]
    web = small_web(mutual(FARM), addresses=[*everywhere, *elsewhere])
    told: list[str] = []
    found = list(scored(web, told=told.append))
    assert [domain for domain, _, _ in found] == FARM
    for _, score, parts in found:
        assert [part["signal"] for part in parts] == ["shared_network", "link_farm"]
        assert score == round(sum(part["points"] for part in parts), 1)
        assert all(part["said"] for part in parts)
    assert told == list(SIGNALS)


def test_a_score_ends_at_a_hundred() -> None:
    values = rules("spam")
    values["link_farm"]["points"] = 250.0
    assert {score for _, score, _ in scored(small_web(mutual(FARM)), values)} == {100.0}


def test_an_innocent_web_has_no_scores() -> None:
    assert list(scored(small_web([("a", "b"), ("b", "a"), ("a", "c")]))) == []
    assert list(scored(small_web(dict.fromkeys([("a", "b")], VOTE), others=50))) == []


def test_the_spam_of_an_index_is_found_by_name(db: Database[dict[str, Any]], tmp_path: Path) -> None:
    names = [f"{name}.example" for name in FARM]
    db.links.insert_many([link(f"https://{a}/", f"https://{b}/", "friends", day(2)) for a, b in mutual(names)])
    pages = [{"_id": f"https://{name}/", "key": f"example.{name[:-8]}/", "domain": name} for name in names]
    db.pages.insert_many([page | {"outcome": "page", "ip": "192.0.2.1"} for page in pages])
    values = rules("spam")
    values["many_outlinks"]["links"] = 8
    found = {domain: (score, parts) for domain, score, parts in domain_spam(db, extract(db, tmp_path / "web"), values)}
    assert set(found) == set(names)
    assert json.loads(json.dumps(found)).keys() == found.keys()  # no number of numpy's
    score, parts = found["farm000.example"]
    assert score == sum(part["points"] for part in parts)
    assert [part["signal"] for part in parts] == ["link_farm", "many_outlinks"]
    assert set(parts[0]["some"]) == set(names[1:])
    assert parts[1]["page"] == "example.farm000/"
