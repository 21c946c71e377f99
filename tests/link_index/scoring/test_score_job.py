"""The score job on a real database: what it writes, how it goes on after a kill, what a second run changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from link_index.ranks.seed_list import seed_list
from link_index.rebuild_turn import RebuildTurn
from link_index.scoring import link_batches, link_stage, score_job
from link_index.scoring.rank_stage import RankOptions
from link_index.scoring.score_job import ScoreJob, ScoringGoesOn, Told
from link_index.scoring.score_run import last_run
from tests.known_links import NOFOLLOW, day, link
from tests.scored_web import crawled, linked, store

if TYPE_CHECKING:
    from pathlib import Path

    from pymongo.database import Database

    from link_index.documents import Document

HOME = "https://example.com/"
LINKS = [
    linked("https://hub.example/", HOME, "Example"),
    linked("https://hub.example/", "https://shop.example/kettles", "copper kettles"),
    linked("https://shop.example/kettles", HOME, "click here", **NOFOLLOW),
    linked("https://other.example/out.php?url=x", HOME, "https://example.com/"),
    link("https://gone.example/", HOME, "gone", day(2), lost_at=day(3), lost_reason="removed"),
    linked("https://example.com/about", HOME, "internal"),
    linked("https://shop.example/kettles", "https://example.com/main", "", link_type="canonical"),
]
PAGES = [
    crawled("https://hub.example/", title="Kitchen things worth having", language="en"),
    crawled("https://shop.example/kettles", title="Copper kettles", headings=["Kettles of copper"], language="en"),
    crawled("https://other.example/out.php?url=x", title="Other"),
    crawled("https://gone.example/", title="Gone"),
]


def job(db: Database[Document], tmp_path: Path, options: RankOptions | None = None, told: Any = None) -> ScoreJob:
    return ScoreJob(db, tmp_path / "scores", options or RankOptions(), told or (lambda _: None))


def scores(db: Database[Document]) -> dict[str, Document]:
    return {row["source_url"] + " " + row["target_url"]: row["scores"] for row in db.links.find() if "scores" in row}


def test_backlinks_that_a_reader_can_click_are_scored_live_or_lost(db: Database[Document], tmp_path: Path) -> None:
    store(db, LINKS, PAGES)
    run = job(db, tmp_path).run()
    found = scores(db)
    assert {name.split("/")[2]: row["anchor"] for name, row in found.items() if name.endswith(HOME)} == {
        "hub.example": "branded",
        "shop.example": "generic",
        "other.example": "naked_url",
        "gone.example": "other",
    }
    kettles = found["https://hub.example/ https://shop.example/kettles"]
    assert (kettles["anchor"], kettles["run"]) == ("exact", run["_id"])
    assert len(found) == 5  # no internal link, no canonical
    assert run["stages"]["links"] == {"scored": 5, "changed": 5}
    assert {page["_id"] for page in db.page_scores.find()} == {
        "com.example/",
        "com.example/main",
        "example.shop/kettles",
    }
    assert (
        db.domain_scores.count_documents({"run": run["_id"]}) == 5
    )  # that of the lost link, whose page was crawled, too


def test_every_score_has_a_run_that_says_method_parameters_edges_seeds_and_date(
    db: Database[Document], tmp_path: Path
) -> None:
    store(db, LINKS, PAGES)
    seeds = seed_list({"name": "ours", "version": "2026-11", "seed": [{"domain": "hub.example"}]}, "here")
    job(db, tmp_path, RankOptions(damping=0.8, trusted=seeds)).run()
    run = last_run(db)
    assert run is not None
    assert run["parameters"]["damping"] == 0.8
    assert run["seeds"] == {"trusted": seeds.document()}
    assert set(run["parameters"]["rules"]) == {"link_value", "theme", "redirect_scripts", "spam"}
    named = {name for several in run["methods"] for name in several.split(", ")}
    assert named == {"rank", "site_rank", "trust", "harmonic", "spam", "theme", "anchor", "script", "value"}
    filtered = {name for several in run["edge_filters"] for name in several.split(", ")}
    assert filtered == {*named, "spam_distance", "sitewide"}
    assert run["started"] <= run["finished"]
    assert run["stages"]["ranks"]["ranks"]["page_rank"]["error"] <= 1e-10


def test_a_second_run_over_the_same_index_writes_no_link(db: Database[Document], tmp_path: Path) -> None:
    store(db, LINKS, PAGES)
    job(db, tmp_path).run()
    before = scores(db)
    again = job(db, tmp_path).run()
    assert again["stages"]["links"] == {"scored": 5, "changed": 0}
    assert scores(db) == before
    assert [path.name for path in (tmp_path / "scores").iterdir()] == ["run-2"]


def test_other_parameters_score_every_link_anew(db: Database[Document], tmp_path: Path) -> None:
    store(db, LINKS, PAGES)
    job(db, tmp_path).run()
    again = job(db, tmp_path, RankOptions(damping=0.5)).run()
    assert again["stages"]["links"]["changed"] == 5
    assert {row["run"] for row in scores(db).values()} == {again["_id"]}


def _told_by(run: Any) -> list[Told]:
    told: list[Told] = []
    run(told.append)
    return told


class Killed(BaseException):
    """What the process did not live to see."""


@pytest.mark.parametrize("stage", ["graph", "ranks", "spam", "domains", "pages", "links"])
def test_a_run_that_was_killed_in_any_stage_goes_on_and_ends_as_an_undisturbed_one(
    db: Database[Document], tmp_path: Path, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_batches, "DOMAINS", 1)
    store(db, LINKS, PAGES)

    def kill(told: Told) -> None:
        if told.stage == stage:
            raise Killed

    with pytest.raises(Killed):
        job(db, tmp_path, told=kill).run()
    begun, *told = _told_by(lambda tell: job(db, tmp_path, told=tell).run())
    assert begun.done.startswith("going on with run 1, begun ")
    stages = [each.stage for each in told]
    run = last_run(db)
    assert run is not None
    order = ["graph", "ranks", "spam", "domains", "pages", "themes", "links"]
    assert list(dict.fromkeys(stages)) == order[order.index(stage) :]
    left = scores(db)
    job(db, tmp_path / "undisturbed", RankOptions(tolerance=1e-11)).run()
    assert {name: row | {"run": 0} for name, row in scores(db).items()} == {
        name: row | {"run": 0} for name, row in left.items()
    }
    assert run["stages"]["links"]["scored"] == 5


def test_batches_that_were_done_before_a_kill_are_not_done_again(
    db: Database[Document], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_batches, "DOMAINS", 1)  # each target domain is a batch
    store(db, LINKS, PAGES)

    def kill_in_the_second(told: Told) -> None:
        if told.stage == "links" and told.done.startswith("5"):
            raise Killed

    with pytest.raises(Killed):
        job(db, tmp_path, told=kill_in_the_second).run()
    asked: list[str] = []
    batches = link_stage.batches
    monkeypatch.setattr(link_stage, "batches", lambda db, group: asked.append(group.first) or batches(db, group))
    # Meanwhile a crawl finds links that were lost: what is left to do is what was left.
    store(db, [link("https://gone.example/", "https://a.example/", "lost", day(2), lost_at=day(9))])
    db.links.update_many({"source_url": "https://gone.example/", "target_url": HOME}, {"$unset": {"lost_at": ""}})
    job(db, tmp_path).run()
    assert asked == ["shop.example"]


def test_a_domain_with_more_links_than_a_batch_is_scored_whole_in_the_order_of_its_targets(
    db: Database[Document], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_batches, "LINKS", 3)
    targets = [f"https://example.com/{number % 4}" for number in range(10)]
    store(db, [linked(f"https://s{number}.example/", each) for number, each in enumerate(targets)])
    batches: list[list[str]] = []
    whole = link_stage.batches
    monkeypatch.setattr(
        link_stage,
        "batches",
        lambda *asked: (batches.append([row["target_url"] for row in b]) or b for b in whole(*asked)),
    )
    assert job(db, tmp_path).run()["stages"]["links"]["scored"] == 10
    assert [len(batch) for batch in batches] == [3, 3, 3, 1]
    assert [url for batch in batches for url in batch] == sorted(targets)


def test_a_link_to_what_answers_with_an_error_says_so(db: Database[Document], tmp_path: Path) -> None:
    store(db, LINKS, [*PAGES, crawled(HOME, outcome="error", status=404)])
    job(db, tmp_path).run()
    found = scores(db)
    assert {name for name, row in found.items() if row.get("target_status") == 404} == {
        name for name in found if name.endswith(f" {HOME}")
    }


def test_domains_known_for_spam_and_those_that_link_to_them_have_it_among_their_signals(
    db: Database[Document], tmp_path: Path
) -> None:
    store(db, LINKS, PAGES)
    seeds = seed_list({"name": "spam", "version": "1", "seed": [{"domain": "shop.example"}]}, "here")
    run = job(db, tmp_path, RankOptions(spam=seeds)).run()
    found = {row["_id"]: row["spam"] for row in db.domain_scores.find({"spam": {"$exists": True}})}
    assert {name: (spam["score"], [part["signal"] for part in spam["parts"]]) for name, spam in found.items()} == {
        "shop.example": (100.0, ["known_spam"]),
        "hub.example": (20.0, ["known_spam"]),
    }
    assert run["stages"]["ranks"]["seeds"] == {"spam": 1}


def test_restart_begins_anew(db: Database[Document], tmp_path: Path) -> None:
    store(db, LINKS, PAGES)

    def kill(told: Told) -> None:
        raise Killed

    with pytest.raises(Killed):
        job(db, tmp_path, told=kill).run()
    assert job(db, tmp_path).run(restart=True)["_id"] == 2


def test_only_one_process_scores_an_index_at_a_time(db: Database[Document], tmp_path: Path) -> None:
    other = RebuildTurn(db, "score")
    assert other.renew()
    with pytest.raises(ScoringGoesOn):
        job(db, tmp_path).run()
    other.give_back()
    job(db, tmp_path).run()


def test_a_run_that_lost_its_turn_stops(
    db: Database[Document], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(score_job, "RENEW_SECONDS", 0.0)
    store(db, LINKS, PAGES)

    def steal(told: Told) -> None:
        db.locks.update_one({"_id": "score"}, {"$set": {"owner": "another"}})

    with pytest.raises(ScoringGoesOn):
        job(db, tmp_path, told=steal).run()


def test_what_has_no_link_any_more_loses_its_scores(db: Database[Document], tmp_path: Path) -> None:
    store(db, LINKS, PAGES)
    job(db, tmp_path).run()
    db.links.delete_many({"source_url": "https://other.example/out.php?url=x"})
    db.pages.delete_many({"domain": "other.example"})
    db.links.update_many({"target_url": HOME}, {"$set": {"lost_at": day(5)}})
    job(db, tmp_path).run()
    assert {page["_id"] for page in db.page_scores.find()} == {"com.example/main", "example.shop/kettles"}
    assert db.domain_scores.find_one({"_id": "other.example"}) is None


def test_an_empty_index_is_scored_too(db: Database[Document], tmp_path: Path) -> None:
    assert job(db, tmp_path).run()["stages"]["links"] == {"scored": 0, "changed": 0}
