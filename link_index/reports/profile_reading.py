"""Reads the backlinks of a target once, and keeps of them what a report tells."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from link_index.anchors.anchor_profile import anchor_profile
from link_index.anchors.classified_links import ClassifiedLink
from link_index.anchors.over_optimisation import judgements
from link_index.filters import Filters
from link_index.profiles import summary
from link_index.queries import referring_domains
from link_index.questions import Row, question
from link_index.reports.best_rows import BestRows, highest
from link_index.reports.link_classes import link_classes
from link_index.reports.scored import with_domain_scores
from link_index.reports.shares import Shares
from link_index.scoring.score_run import last_run
from link_index.urls import target as parsed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from pymongo.database import Database

    from link_index.anchors.over_optimisation import Judgement
    from link_index.documents import Document
    from link_index.targets import AskedTarget

BEST = 10  # pages and domains that are named

_EXTERNAL = Filters(state="any", internal=False)
_BATCH = 500  # links in memory at a time, whose pages are looked up in one go
_SHOWN = (
    "source_url", "source_domain", "target_url", "final_url", "anchor", "link_type", "placement", "hops.kind",
    "first_seen", "lost_at", "scores", "dofollow", "nofollow", "ugc", "sponsored", "nofollow_by",
)  # fmt: skip


@dataclass(slots=True)
class Profile:
    """What was read: figures of live links of other domains, but for `totals` and the days."""

    totals: list[Row]  # rows of a summary
    crawled: dict[str, Any] | None
    run: Document | None  # of the score job, the last that came to its end
    shares: Shares = field(default_factory=Shares)
    found: Counter[date] = field(default_factory=Counter)  # by day; lost links too
    lost: Counter[date] = field(default_factory=Counter)
    pages: list[Row] = field(default_factory=list)  # the best, with `value` and `rank`
    domains: list[Row] = field(default_factory=list)  # the best
    spam: list[Row] = field(default_factory=list)  # those with most signals of spam
    anchor_rules: list[Judgement] = field(default_factory=list)  # what each rule says of the anchors that were scored


def read_profile(
    db: Database[Document], target: AskedTarget, progress: Callable[[int], object] = lambda _: None
) -> Profile:
    """The profile of a target.

    Links come one by one from the database: memory grows with the referring domains, and to a bound with the different
    anchors of each. `progress` is told how many links were read.
    """
    counted = summary(db, question("summary", target, Filters(state="any")))
    profile = Profile(list(counted.rows), counted.crawled, last_run(db))
    pages = _BestPages()
    profile.anchor_rules = judgements(anchor_profile(_counted(db, target, profile, pages, progress)))
    profile.pages = _with_ranks(db, pages.best())
    _read_domains(db, target, profile)
    return profile


def _counted(
    db: Database[Document], target: AskedTarget, profile: Profile, pages: _BestPages, progress: Callable[[int], object]
) -> Iterator[ClassifiedLink]:
    """Counts every link as it goes by, and yields the live ones whose anchor was scored."""
    match = question("show", target, _EXTERNAL).match()
    links = iter(db.links.find(match, dict.fromkeys(_SHOWN, 1), batch_size=_BATCH))
    number = 0
    for batch in iter(lambda: list(islice(links, _BATCH)), []):
        languages = _languages(db, batch)
        for link in batch:
            _count(profile, pages, link, languages.get(link["source_url"], ""))
            anchor = (link.get("scores") or {}).get("anchor")
            if anchor and not link.get("lost_at"):
                url = link.get("final_url") or link["target_url"]
                yield ClassifiedLink(
                    link["source_url"], link["source_domain"], url, link["anchor"], anchor, link["first_seen"]
                )
        number += len(batch)
        progress(number)


class _BestPages:
    """The pages with the best link, by URL; a page that fell out comes back with a better one."""

    def __init__(self) -> None:
        self._kept: dict[str, Row] = {}

    def add(self, row: Row) -> None:
        known = self._kept.get(row["source_url"])
        if known is None or row["value"] > known["value"]:
            self._kept[row["source_url"]] = row
        if len(self._kept) > 100 * BEST:
            self._kept = {row["source_url"]: row for row in self.best()}

    def best(self) -> list[Row]:
        return sorted(self._kept.values(), key=lambda row: (-row["value"], row["source_url"]))[:BEST]


def _count(profile: Profile, pages: _BestPages, link: Document, language: str) -> None:
    profile.found[link["first_seen"].date()] += 1
    if link.get("lost_at"):
        profile.lost[link["lost_at"].date()] += 1
        return
    profile.shares.add(link["source_domain"], link_classes(link, language))
    value = (link.get("scores") or {}).get("value")
    if value is not None:
        pages.add(link | {"value": value})


def _languages(db: Database[Document], links: list[Document]) -> dict[str, str]:
    urls = list({link["source_url"] for link in links if not link.get("lost_at")})
    found = db.pages.find({"_id": {"$in": urls}}, {"language": 1}) if urls else ()
    return {page["_id"]: page.get("language") or "" for page in found}


def _with_ranks(db: Database[Document], rows: list[Row]) -> list[Row]:
    """With their popularity, internal links included: 0 for a page that no link leads to, which has no document."""
    keys = {row["source_url"]: parsed(row["source_url"]).key for row in rows}
    found = {page["_id"]: page for page in db["page_scores"].find({"_id": {"$in": list(keys.values())}})}
    return [row | {"rank": found.get(keys[row["source_url"]], {}).get("site_rank", 0.0)} for row in rows]


def _read_domains(db: Database[Document], target: AskedTarget, profile: Profile) -> None:
    """The best domains by rank, or by links where none is ranked, and those with most signals of spam."""
    best = BestRows(BEST, lambda row: (highest(row["rank"]), -row["links"], row["source_domain"]))
    spam = BestRows(BEST, lambda row: (highest(row["spam"]), row["source_domain"]))
    asked = question("domains", target, Filters(internal=False), limit=0)
    for row in with_domain_scores(db, referring_domains(db, asked).rows):
        best.add(row)
        if row["spam"]:
            spam.add(row)
    profile.domains, profile.spam = best.rows(), spam.rows()
