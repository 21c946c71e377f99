"""Scores for the index of tests/known_links.py in the shapes that the score job stores, figures chosen by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.known_links import HOSTILE, LINKS, day, fill

if TYPE_CHECKING:
    from pymongo.database import Database

RUN = 7

# (value, theme, anchor class) by anchor; None: the themes cannot be compared.
SCORES: dict[str, tuple[float, float | None, str]] = {
    "Example logo": (30.5, 0.4, "image"),
    "our prices": (18.0, 0.8, "partial"),
    "": (22.0, None, "empty"),
    "old post": (38.0, 0.55, "other"),
    "=SUM(1)": (12.1, 0.25, "other"),
    "short": (36.1, 0.31, "generic"),
    HOSTILE: (3.2, 0.05, "other"),
    "Prices": (20.0, 0.7, "exact"),
    "Blog": (15.0, 0.6, "generic"),
    "gone": (5.0, 0.75, "exact"),
    "too": (0.8, 0.2, "generic"),
    "port": (25.0, 0.3, "other"),
}
PRICING = {"a.org": (62.4, 0.8, "exact"), "b.net": (9.3, 0.1, "exact")}

BREAKOUT = f"bad\ndomain:innocent.example\r\x85\u2028{HOSTILE}<script>alert(1)</script>|`**"


def _domain(name: str, rank: float, trust: float, spam: float = 0, *parts: tuple[str, float, str]) -> dict[str, Any]:
    told = [{"signal": signal, "points": points, "said": said} for signal, points, said in parts]
    document = {"_id": name, "run": RUN, "rank": rank, "trust": trust}
    return document | {"spam": {"score": spam, "parts": told}} if told else document


DOMAINS = [
    _domain("a.org", 61.2, 40.0, 5, ("burst", 5, "12 links in one day")),
    _domain("b.net", 35.0, 0.0, 64, ("shared_ip", 40, "9 domains on 192.0.2.7"), ("farm", 24, "links with 4 others")),
    _domain("c.co.uk", 48.1, 22.5),
    _domain("evil.test", 4.0, 0.0, 91, ("hidden", 51, BREAKOUT), ("outlinks", 40, "3,200 links on a page")),
    _domain("f.dev", 20.0, 12.0),
]

SCORE_RUN = {
    "_id": RUN,
    "started": day(20),
    "finished": day(20, 1),
    "stage": "finished",
    "methods": {"rank": "pagerank 1", "theme": "theme 1"},
    "parameters": {"damping": 0.85, "tolerance": 1e-10},
    "edge_filters": {"rank": "live dofollow links of other domains"},
    "seeds": {"trusted": {"name": "example", "version": "1", "domains": 3, "digest": "abc"}},
    "counts": {"links": 20},
    "floors": {"rank": 1e-6},
}


def scores(link: dict[str, Any]) -> dict[str, Any] | None:
    """What the job stored with that link; None for the links of other targets."""
    found = PRICING.get(link["source_domain"]) if link["anchor"] == "Pricing" else SCORES.get(link["anchor"])
    if found is None:
        return None
    value, theme, anchor = found
    told = {"run": RUN, "value": value, "anchor": anchor}
    return told if theme is None else told | {"theme": theme}


def fill_scored(db: Database[dict[str, Any]]) -> None:
    """Write the known links and their scores."""
    fill(db)
    for link in LINKS:
        if told := scores(link):
            db.links.update_one({"_id": link["_id"]}, {"$set": {"scores": told}})
    db["domain_scores"].insert_many(DOMAINS)
    db["score_runs"].insert_one(SCORE_RUN)
