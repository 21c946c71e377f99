"""The job that scores an index, stage after stage; each is kept on disk, so that a killed run goes on where it was."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from link_index.errors import LinkIndexError
from link_index.graph.extraction import extract
from link_index.graph.web_arrays import WebArrays
from link_index.rebuild_turn import RebuildTurn
from link_index.rules.rule_file import rules
from link_index.scoring import score_documents
from link_index.scoring.known_spam import with_known_spam
from link_index.scoring.link_stage import LinkStage
from link_index.scoring.plan import plan_of
from link_index.scoring.rank_stage import STAGE as RANKS
from link_index.scoring.rank_stage import EarlierRanks, RankStage
from link_index.scoring.run_scorer import scorer_of
from link_index.scoring.score_run import ScoreRun, last_run
from link_index.scoring.score_writes import ensure_indexes, remove_older, replace_all
from link_index.scoring.stage_folder import StageFolder, remove_others
from link_index.scoring.word_counts import word_counts
from link_index.spam.domain_spam import domain_spam
from link_index.theme.idf_table import IdfTable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pymongo.database import Database

    from link_index.documents import Document
    from link_index.scoring.rank_stage import RankOptions
    from link_index.scoring.score_run import Plan

RENEW_SECONDS = 30.0
WAIT_SECONDS = 3.0  # for the turn of another process, which may be about to end
_BUSY = "Another process scores this index; one that was killed on another machine gives way after two minutes."
GRAPH, SPAM, DOMAINS, PAGES, THEMES, LINKS = "graph", "spam", "domains", "pages", "themes", "links"


class ScoringGoesOn(LinkIndexError):
    """Another process scores this index."""


class Told(NamedTuple):
    """How far a run is: its stage, what was done in it, and what share of it that is, where that is known."""

    stage: str
    done: str
    share: float | None = None


class ScoreJob:
    """One run, a new one or one that was interrupted."""

    def __init__(self, db: Database[Document], scores: Path, options: RankOptions, told: Callable[[Told], Any]) -> None:
        self._db, self._scores, self._options, self._say = db, scores, options, told
        self._turn = RebuildTurn(db, "score")
        self._renewed = 0.0

    def run(self, *, restart: bool = False) -> Document:
        """Score everything; the run's document. `restart` begins anew where another run was interrupted.

        Raises ScoringGoesOn if another process has the turn.
        """
        if not self._turn.take(time.monotonic() + WAIT_SECONDS):
            raise ScoringGoesOn(_BUSY)
        self._renewed = time.monotonic()
        try:
            return self._scored(restart=restart)
        finally:
            self._turn.give_back()

    def _scored(self, *, restart: bool) -> Document:
        ensure_indexes(self._db)
        plan = plan_of(self._options)
        run = self._unfinished(plan) if not restart else None
        run = run or ScoreRun.begin(self._db, plan)
        _Run(self._db, run, StageFolder(self._scores, run.number), self._options, self._told).stages(self._earlier())
        run.finish()
        remove_others(self._scores, run.number)
        finished = last_run(self._db)
        assert finished is not None
        return finished

    def _unfinished(self, plan: Plan) -> ScoreRun | None:
        """The run to go on with; it says so, as it is over the links that it read then."""
        run = ScoreRun.unfinished(self._db, plan)
        if run:
            began = f"{run.document['started']:%Y-%m-%d %H:%M} UTC"
            self._say(Told(GRAPH, f"going on with run {run.number}, begun {began}; --restart begins anew"))
        return run

    def _earlier(self) -> EarlierRanks | None:
        """The ranks of the last whole run, if this machine has them."""
        last = last_run(self._db)
        folder = StageFolder(self._scores, last["_id"]) if last else None
        if folder is None or folder.told(GRAPH) is None or folder.told(RANKS) is None:
            return None
        return EarlierRanks(WebArrays(folder.stage(GRAPH)), folder)

    def _told(self, told: Told) -> None:
        if time.monotonic() - self._renewed > RENEW_SECONDS:
            self._keep_the_turn()
        self._say(told)

    def _keep_the_turn(self) -> None:
        if not self._turn.renew():
            raise ScoringGoesOn(_BUSY)
        self._renewed = time.monotonic()


class _Run:
    """The stages of a run, those that are done already left out."""

    def __init__(
        self,
        db: Database[Document],
        run: ScoreRun,
        folder: StageFolder,
        options: RankOptions,
        told: Callable[[Told], Any],
    ) -> None:
        self._db, self._run, self._folder, self._options, self._told = db, run, folder, options, told

    def stages(self, earlier: EarlierRanks | None) -> None:
        self._stage(GRAPH, self._extract)
        web = WebArrays(self._folder.stage(GRAPH))
        self._stage(RANKS, lambda: self._rank(web, earlier))
        self._stage(SPAM, lambda: self._find_spam(web))
        self._stage(DOMAINS, lambda: self._write_domains(web))
        self._stage(PAGES, lambda: self._write_pages(web))
        self._stage(THEMES, self._count_words)
        self._stage(LINKS, lambda: self._score_links(web))

    def _stage(self, name: str, work: Callable[[], dict[str, Any]]) -> None:
        if self._folder.told(name) is None:
            self._run.note(stage=name)
            told = self._folder.done(name, work())
            self._run.note(**{f"stages.{name}": told})

    def _extract(self) -> dict[str, Any]:
        web = extract(
            self._db,
            self._folder.stage(GRAPH),
            lambda read: self._told(Told(GRAPH, f"{read:,} links and pages read")),
        )
        return {"pages": web.pages, "domains": web.domains, "edges": web.edges, "crawled": int(web.crawled.sum())}

    def _rank(self, web: WebArrays, earlier: EarlierRanks | None) -> dict[str, Any]:
        stage = RankStage(web, self._options, self._folder, earlier, lambda done: self._told(Told(RANKS, done)))
        return stage.run()

    def _find_spam(self, web: WebArrays) -> dict[str, Any]:
        """Scores by domain, a line each: parts quote names of the web, so they are kept as JSON."""
        found = 0
        with (self._folder.stage(SPAM) / "found.jsonl").open("w", encoding="utf-8") as file:
            signals = domain_spam(self._db, web, told=lambda done: self._told(Told(SPAM, done)))
            known = with_known_spam(signals, self._spam_distances(web), rules("spam")["known_spam"])
            for domain, score, parts in known:
                file.write(json.dumps([domain, {"score": score, "parts": parts}]) + "\n")
                found += 1
        return {"domains": found}

    def _spam_distances(self, web: WebArrays) -> dict[str, int]:
        """Hops to the nearest domain known for spam, of those that are next to one."""
        distances = self._folder.load(RANKS, "domain_spam_distance")
        if distances is None:
            return {}
        near = np.flatnonzero((distances >= 0) & (distances <= 1))
        return dict(zip(web.names_of(near), distances[near].tolist(), strict=True))

    def _spam(self) -> dict[str, Document]:
        with (self._folder.stage(SPAM) / "found.jsonl").open(encoding="utf-8") as file:
            return dict(map(json.loads, file))

    def _write_domains(self, web: WebArrays) -> dict[str, Any]:
        ranks = score_documents.domain_ranks(self._folder)
        documents = score_documents.domain_documents(web, ranks, self._spam(), self._run.number)
        written = replace_all(self._db, "domain_scores", documents, self._counter(DOMAINS, web.domains))
        remove_older(self._db, "domain_scores", self._run.number)
        return {"written": written}

    def _write_pages(self, web: WebArrays) -> dict[str, Any]:
        ranks = score_documents.page_ranks(self._folder)
        documents = score_documents.page_documents(web, ranks, self._run.number)
        written = replace_all(
            self._db, "page_scores", documents, self._counter(PAGES, score_documents.linked_pages(web))
        )
        remove_older(self._db, "page_scores", self._run.number)
        return {"written": written}

    def _count_words(self) -> dict[str, Any]:
        counts, pages = word_counts(self._db, lambda read: self._told(Told(THEMES, f"{read:,} pages read")))
        self._folder.save(THEMES, {"word_domains": counts.counts})
        return {"pages": pages}

    def _score_links(self, web: WebArrays) -> dict[str, Any]:
        counts = self._folder.load(THEMES, "word_domains")
        assert counts is not None
        scorer = scorer_of(self._db, web, self._run, self._folder, self._spam(), IdfTable(counts))
        stage = LinkStage(self._db, web, self._run, self._folder, scorer)
        return stage.run(lambda done, share: self._told(Told(LINKS, done, share)))

    def _counter(self, stage: str, total: int) -> Callable[[int], None]:
        return lambda written: self._told(Told(stage, f"{written:,} written", written / max(total, 1)))
