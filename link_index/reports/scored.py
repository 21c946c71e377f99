"""What the score job left for reports: the scores of domains, and a sentence where there are none."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from link_index.scoring.score_run import last_run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pymongo.database import Database

    from link_index.documents import Document
    from link_index.questions import Row

NO_SCORES = "No scores yet, so nothing here is judged: `backlinks score` computes them."

_BATCH = 500  # domains looked up in one go
_SHOWN = {"rank": 1, "trust": 1, "spam": 1}


def is_scored(db: Database[Document]) -> bool:
    """Whether a run of the score job came to its end."""
    return last_run(db) is not None


def with_domain_scores(db: Database[Document], rows: Iterable[Row]) -> Iterator[Row]:
    """Rows that have a `source_domain`, each with its `rank`, `trust`, `spam` (0 to 100) and `spam_parts`.

    None where a domain was not scored; one without signals has a spam of 0. Reads on no further than a batch of rows.
    """
    left = iter(rows)
    for batch in iter(lambda: list(islice(left, _BATCH)), []):
        names = list({row["source_domain"] for row in batch})
        known = {row["_id"]: row for row in db["domain_scores"].find({"_id": {"$in": names}}, _SHOWN)}
        yield from (row | _scores(known.get(row["source_domain"], {})) for row in batch)


def parts_said(parts: Iterable[Document]) -> str:
    """Parts of a spam score in a few words: `shared_ip 20, burst 12`."""
    return ", ".join(f"{part.get('signal', '')} {part.get('points', 0):g}" for part in parts)


def _scores(known: Document) -> Row:
    spam = known.get("spam") or {}
    return {
        "rank": known.get("rank"),
        "trust": known.get("trust"),
        "spam": spam.get("score", 0.0) if known else None,
        "spam_parts": spam.get("parts", []),
    }
