"""What a report tells of the known index, every figure counted by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from link_index.reports import profile_reading
from link_index.reports.profile_reading import Profile, read_profile
from link_index.reports.report_sections import report
from link_index.targets import read_target
from tests.known_links import day, fill, link
from tests.known_scores import fill_scored

if TYPE_CHECKING:
    from pymongo.database import Database

    from link_index.reports.sheet import Section

TARGET = read_target("example.com")


def sections(profile: Profile) -> dict[str, Section]:
    return {section.title: section for section in report(TARGET, profile).sections}


DIMENSIONS = {
    "value": [("30 to 40", 3, 3), ("0 to 10", 2, 2), ("10 to 20", 2, 2), ("20 to 30", 2, 2), ("60 to 70", 1, 1)],
    "theme": [("0.3 to 0.4", 2, 2), ("0.8 to 0.9", 2, 1), ("0.0 to 0.1", 1, 1), ("0.1 to 0.2", 1, 1),
              ("0.2 to 0.3", 1, 1), ("0.4 to 0.5", 1, 1), ("0.5 to 0.6", 1, 1), ("not comparable", 1, 1)],
    "anchor": [("other", 4, 3), ("exact", 2, 2), ("empty", 1, 1), ("generic", 1, 1), ("image", 1, 1),
               ("partial", 1, 1)],
    "language": [("en", 5, 2), ("none declared", 4, 3), ("de", 1, 1)],
    "type": [("text", 8, 5), ("image", 2, 2)],
    "placement": [("content", 8, 4), ("aside", 1, 1), ("header", 1, 1)],
    "way": [("hard", 8, 4), ("HTTP redirect", 2, 2)],
}  # fmt: skip


@pytest.fixture
def scored(db: Database[dict[str, Any]]) -> Database[dict[str, Any]]:
    fill_scored(db)
    for url, language in {"https://a.org/1": "en-GB", "https://b.net/x": "EN", "https://a.org/2": "de"}.items():
        db.pages.update_one({"_id": url}, {"$set": {"language": language}}, upsert=True)
    db["page_scores"].insert_one({"_id": "org.a/1", "domain": "a.org", "run": 7, "rank": 30.0, "site_rank": 44.4})
    return db


def test_live_links_of_other_domains_are_counted_by_class(
    scored: Database[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(profile_reading, "_BATCH", 3)  # more than one of them
    told: list[int] = []
    profile = read_profile(scored, TARGET, told.append)
    assert {dimension: profile.shares.rows(dimension) for dimension in DIMENSIONS} == DIMENSIONS
    assert told == [3, 6, 9, 12]  # lost ones are read for the timeline


def test_found_and_lost_links_are_counted_by_day(scored: Database[dict[str, Any]]) -> None:
    profile = read_profile(scored, TARGET)
    assert {moment.day: links for moment, links in profile.found.items()} == {1: 4, 2: 2, 3: 2, 4: 2, 5: 1, 6: 1}
    assert {moment.day: links for moment, links in profile.lost.items()} == {10: 1, 12: 1}


def test_pages_are_named_by_their_best_link_and_domains_by_rank(scored: Database[dict[str, Any]]) -> None:
    profile = read_profile(scored, TARGET)
    assert [(row["source_url"], row["value"], row["rank"]) for row in profile.pages] == [
        ("https://a.org/1", 62.4, 44.4),
        ("https://c.co.uk/p", 38.0, 0.0),
        ("https://f.dev/", 36.1, 0.0),
        ("https://a.org/2", 30.5, 0.0),
        ("https://b.net/x", 22.0, 0.0),
        ("https://evil.test/", 3.2, 0.0),
    ]
    assert [row["source_domain"] for row in profile.domains] == ["a.org", "c.co.uk", "b.net", "f.dev", "evil.test"]
    assert [row["source_domain"] for row in profile.spam] == ["evil.test", "b.net", "a.org"]


def test_the_best_pages_are_kept_of_many(scored: Database[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profile_reading, "BEST", 2)
    many = [link(f"https://many.example/{n}", "https://example.com/", "x", day(6)) for n in range(500)]
    scored.links.insert_many(row | {"scores": {"value": n / 10}} for n, row in enumerate(many))
    profile = read_profile(scored, TARGET)
    assert [row["value"] for row in profile.pages] == [62.4, 49.9]


def test_the_sections_say_what_was_counted(scored: Database[dict[str, Any]]) -> None:
    found = sections(read_profile(scored, TARGET))
    assert found["Totals"].sentences == (
        "10 live links of other domains, from 6 pages of 5 domains.",
        "Dofollow are 70.0% of these links, and 100.0% of the domains have one.",
    )
    anchors = found["Anchors"]
    assert anchors.table is not None
    assert anchors.table.rows[1] == ("exact", "2", "20.0%", "2")
    values = found["Value of links"].table
    assert values is not None
    assert [row[0] for row in values.rows] == [f"{low} to {low + 10}" for low in range(0, 100, 10)]
    run = found["How the scores were computed"]
    assert run.sentences == ("Run 7 of the score job, finished on 2025-11-20 01:00 UTC.",)
    assert run.table is not None
    assert ("edges: rank", "live dofollow links of other domains") in run.table.rows


def test_a_warning_of_the_anchor_rules_names_a_link_that_causes_it(scored: Database[dict[str, Any]]) -> None:
    many = [link(f"https://d{n}.example/", "https://example.com/pricing", "Buy", day(n + 1)) for n in range(15)]
    scored.links.insert_many(row | {"scores": {"value": 5.0, "anchor": "exact"}} for row in many)
    section = sections(read_profile(scored, TARGET))["Over-optimisation of anchors"]
    assert section.table is not None
    rows = {row[0]: row for row in section.table.rows}
    assert rows["exact_share"][1:3] == ("warning", "85% of the referring domains (17 of 20) use an exact anchor")
    assert rows["exact_share"][3].startswith("https://")
    assert rows["sitewide"][1] == "silent"
    assert rows["sitewide"][3] == ""


def test_a_chart_says_nothing_that_its_table_does_not(scored: Database[dict[str, Any]]) -> None:
    for section in report(TARGET, read_profile(scored, TARGET)).sections:
        for name, numbers in section.chart.series if section.chart else ():
            assert section.table is not None
            assert section.chart is not None
            column = section.table.headings.index(name)
            rows = section.table.rows[: len(numbers)]
            assert [row[0] for row in rows] == list(section.chart.labels)
            assert [row[column] for row in rows] == [f"{number:,}" for number in numbers]


def test_without_scores_what_they_judge_is_left_out_and_that_is_said(db: Database[dict[str, Any]]) -> None:
    fill(db)
    told = report(TARGET, read_profile(db, TARGET))
    assert "`backlinks score`" in told.sentences[-1]
    titles = [section.title for section in told.sections]
    assert titles == ["Totals", "New and lost links", "Best referring domains", "Languages", "Link types", "Placement",
                      "Hard and redirected links"]  # fmt: skip
    [domains] = [section for section in told.sections if section.title == "Best referring domains"]
    assert domains.table is not None
    assert [row[0] for row in domains.table.rows] == ["a.org", "b.net", "c.co.uk", "evil.test", "f.dev"]


def test_a_target_that_nobody_links_to_has_a_report_too(db: Database[dict[str, Any]]) -> None:
    fill_scored(db)
    target = read_target("nobody.example")
    told = report(target, read_profile(db, target))
    assert told.sections[0].sentences == ("0 live links of other domains, from 0 pages of 0 domains.",)
