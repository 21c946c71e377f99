"""One run of the score job as the index records it: method, parameters, edges, seeds and date of every score."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pymongo.database import Database

    from link_index.documents import Document

Named = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is to compute: two runs of one plan over one index give equal scores."""

    methods: dict[str, str] = field(default_factory=dict)  # score -> method and version
    parameters: Named = field(default_factory=dict)
    edge_filters: dict[str, str] = field(default_factory=dict)  # score -> the links it flows over
    seeds: dict[str, Named] = field(default_factory=dict)  # trusted, spam -> name, version, domains, digest

    def document(self) -> Document:
        return asdict(self)


class ScoreRun:
    """A document of `score_runs`, kept up to date while the run goes on."""

    def __init__(self, db: Database[Document], document: Document) -> None:
        self._runs = db["score_runs"]
        self.number: int = document["_id"]
        self.document = document

    @classmethod
    def begin(cls, db: Database[Document], plan: Plan) -> ScoreRun:
        """A new run, numbered on from the last. The caller has the turn: no other process numbers one."""
        last = next(iter(db["score_runs"].find({}, {"_id": 1}).sort("_id", -1).limit(1)), {"_id": 0})
        document = {"_id": last["_id"] + 1, "started": datetime.now(UTC), "stage": "begun", **plan.document()}
        db["score_runs"].insert_one(document)
        return cls(db, document)

    @classmethod
    def unfinished(cls, db: Database[Document], plan: Plan) -> ScoreRun | None:
        """The last run if it did not come to its end and had the same plan."""
        last = last_run(db, finished=False)
        same = last is not None and all(last.get(name) == value for name, value in plan.document().items())
        return cls(db, last) if last and same and "finished" not in last else None

    def note(self, **fields: Any) -> None:
        """Record fields, `counts.links` and the like too."""
        self._runs.update_one({"_id": self.number}, {"$set": fields})

    def finish(self) -> None:
        self.note(finished=datetime.now(UTC), stage="finished")


def last_run(db: Database[Document], *, finished: bool = True) -> Document | None:
    """The newest run; by default the newest that came to its end, whose scores the index shows."""
    which = {"finished": {"$gt": datetime.fromtimestamp(0, UTC)}} if finished else {}
    return next(iter(db["score_runs"].find(which).sort("_id", -1).limit(1)), None)


def same_runs(db: Database[Document], run: ScoreRun) -> set[int]:
    """The numbers of all runs that computed the same as this one, by the same rules: their scores are of its kind."""
    plan = [name for name in ("methods", "parameters", "edge_filters", "seeds") if name in run.document]
    return {
        found["_id"]
        for found in db["score_runs"].find({})
        if all(found.get(name) == run.document[name] for name in plan)
    }
