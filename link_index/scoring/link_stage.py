"""The stage that scores links: batch after batch, written where a score changed, with a mark after each batch."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from link_index.scoring.link_batches import TargetDomains, batches, target_domains
from link_index.scoring.score_run import same_runs
from link_index.scoring.score_writes import write_link_scores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pymongo.database import Database

    from link_index.documents import Document
    from link_index.graph.web_arrays import WebArrays
    from link_index.scoring.link_scorer import LinkScorer
    from link_index.scoring.score_run import ScoreRun
    from link_index.scoring.stage_folder import StageFolder

STAGE = "links"


class LinkStage:
    """Goes through the target domains in one order, so that a number says how far it came."""

    def __init__(
        self, db: Database[Document], web: WebArrays, run: ScoreRun, folder: StageFolder, scorer: LinkScorer
    ) -> None:
        self._db, self._web, self._run, self._folder, self._scorer = db, web, run, folder, scorer
        self._same_runs = same_runs(db, run)

    def run(self, told: Callable[[str, float], Any]) -> dict[str, Any]:
        """Score all; how many links were looked at, and how many had scores that changed."""
        groups = self._groups()
        mark = self._mark()
        known = max(sum(group.links for group in groups), 1)
        done = sum(group.links for group in groups[: mark["groups"]])
        for group in groups[mark["groups"] :]:
            seen = 0
            for links in batches(self._db, group):
                seen += len(links)
                mark["scored"] += len(links)
                mark["changed"] += write_link_scores(self._db, self._changed(links))
                told(f"{mark['scored']:,} links scored, {mark['changed']:,} changed", min((done + seen) / known, 1.0))
            done += group.links
            mark["groups"] += 1
            self._keep("mark", mark)
        return {"scored": mark["scored"], "changed": mark["changed"]}

    def _groups(self) -> list[TargetDomains]:
        """Kept, since a crawl may change which domains have lost links while a run is interrupted."""
        kept = self._kept("groups")
        if kept is None:
            groups = target_domains(self._db, self._web)
            self._keep("groups", groups)
            return groups
        return [TargetDomains(*group) for group in kept]

    def _changed(self, links: list[Document]) -> Iterator[tuple[Any, Document]]:
        """New scores where they differ; those that a run of the same plan made, and that still hold, stay."""
        for link, scores in zip(links, self._scorer.scores(links), strict=True):
            old = dict(link.get("scores", {}))
            if old.pop("run", None) not in self._same_runs or old != scores:
                yield link["_id"], {"run": self._run.number, **scores}

    def _mark(self) -> dict[str, int]:
        mark: dict[str, int] = self._kept("mark") or {"groups": 0, "scored": 0, "changed": 0}
        return mark

    def _kept(self, name: str) -> Any:
        try:
            return json.loads((self._folder.stage(STAGE) / f"{name}.json").read_text("utf-8"))
        except FileNotFoundError:
            return None

    def _keep(self, name: str, what: Any) -> None:
        new = self._folder.stage(STAGE) / f"{name}.new"
        new.write_text(json.dumps(what), "utf-8")
        new.replace(new.with_suffix(".json"))
