"""What the index records of a run, and which run a killed one goes on with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from link_index.scoring.score_run import Plan, ScoreRun, last_run

if TYPE_CHECKING:
    from pymongo.database import Database

    from link_index.documents import Document

PLAN = Plan(
    methods={"rank": "PageRank 1"},
    parameters={"damping": 0.85},
    edge_filters={"rank": "live dofollow links"},
    seeds={"trusted": {"name": "mine", "version": "2026-11", "domains": 3, "digest": "ab"}},
)


def test_a_run_says_what_it_computed_and_when(db: Database[Document]) -> None:
    run = ScoreRun.begin(db, PLAN)
    run.note(stage="ranks", **{"counts.pages": 7})
    run.finish()
    found = last_run(db)
    assert found is not None
    assert {name: found[name] for name in ("methods", "parameters", "edge_filters", "seeds")} == PLAN.document()
    assert (found["_id"], found["counts"]) == (1, {"pages": 7})
    assert found["started"] <= found["finished"]


def test_runs_are_numbered_on(db: Database[Document]) -> None:
    assert [ScoreRun.begin(db, PLAN).number for _ in range(3)] == [1, 2, 3]


def test_an_unfinished_run_of_the_same_plan_is_gone_on_with(db: Database[Document]) -> None:
    begun = ScoreRun.begin(db, PLAN)
    again = ScoreRun.unfinished(db, PLAN)
    assert again is not None
    assert again.number == begun.number


def test_another_plan_or_a_finished_run_is_not_gone_on_with(db: Database[Document]) -> None:
    run = ScoreRun.begin(db, PLAN)
    assert ScoreRun.unfinished(db, replace(PLAN, parameters={"damping": 0.5})) is None
    run.finish()
    assert ScoreRun.unfinished(db, PLAN) is None


def test_the_scores_shown_are_those_of_the_last_run_that_came_to_its_end(db: Database[Document]) -> None:
    assert last_run(db) is None
    ScoreRun.begin(db, PLAN).finish()
    ScoreRun.begin(db, PLAN)
    finished = last_run(db)
    assert finished is not None
    assert finished["_id"] == 1
