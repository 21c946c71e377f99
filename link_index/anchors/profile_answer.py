"""The answer of `backlinks anchor-profile`: rows for the classes, and all the rest of the profile beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from link_index.anchors.anchor_profile import MAX_USES, anchor_profile
from link_index.anchors.classified_links import classified_links
from link_index.anchors.over_optimisation import conclusion, judgements
from link_index.questions import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pymongo.database import Database

    from link_index.anchors.anchor_profile import AnchorProfile, AnchorUse, Rotation
    from link_index.anchors.over_optimisation import Judgement
    from link_index.documents import Document
    from link_index.questions import Question

TOP_ANCHORS = 50
MOST_CAUSES = 100  # links that are named for a warning
MOST_MONTHS = 36
_DIGITS = 4


def profile_answer(db: Database[Document], asked: Question) -> Answer:
    """The classes as rows; `more` holds totals, rotation, top anchors, months and what each rule says."""
    profile = anchor_profile(classified_links(db, asked))
    rows = [_rounded(share._asdict()) for share in profile.classes]
    return Answer(rows, total=len(rows), more=_more(profile), notes=_notes(profile))


def _more(profile: AnchorProfile) -> dict[str, Any]:
    found = judgements(profile)
    return {
        "links": profile.links,
        "referring_domains": profile.referring_domains,
        "rotation": _rotation(profile.rotation),
        "keyword_rotation": _rotation(profile.keyword_rotation),
        "top_anchors": [_rounded(share._asdict()) for share in profile.top_anchors[:TOP_ANCHORS]],
        "months": [_rounded(month._asdict()) for month in profile.months[-MOST_MONTHS:]],
        "conclusion": conclusion(found),
        "rules": [_rule(judgement) for judgement in found],
    }


def _notes(profile: AnchorProfile) -> list[str]:
    if not profile.beyond_cap:
        return []
    told_apart = f"at most {MAX_USES:,} pairs of anchor and domain are told apart"
    return [f"{profile.beyond_cap:,} links are counted by class alone: {told_apart}; domains and anchors are too few."]


def _rotation(varied: Rotation) -> dict[str, Any]:
    return _rounded(varied._asdict())


def _rule(judgement: Judgement) -> dict[str, Any]:
    return _rounded(judgement._asdict()) | {
        "causes": _links(judgement.causes[:MOST_CAUSES]),
        "causes_total": len(judgement.causes),
    }


def _links(uses: Iterable[AnchorUse]) -> list[dict[str, Any]]:
    return [
        {
            "source_url": use.source_url,
            "source_domain": use.domain,
            "target_url": use.target_url,
            "anchor": use.anchor,
            "anchor_class": use.anchor_class,
            "links": use.links,
            "first_seen": use.first_seen,
        }
        for use in uses
    ]


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    return {name: round(value, _DIGITS) if isinstance(value, float) else value for name, value in values.items()}
