"""Explains the value of the links from one page to a target: every part of the sum, and what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from link_index.documents import EPOCH, link_ids
from link_index.errors import LinkIndexError
from link_index.filters import HYPERLINKS
from link_index.redirect_scripts.redirect_script import redirect_script
from link_index.rules.rule_file import digest, rules
from link_index.scoring.facts_builder import link_facts
from link_index.scoring.known_targets import KnownTarget, known_targets
from link_index.scoring.link_value import LinkValue
from link_index.scoring.page_themes import PageThemes
from link_index.scoring.referrer import referrer
from link_index.scoring.score_run import last_run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pymongo.database import Database

    from link_index.documents import Document
    from link_index.redirect_scripts.verdict import Verdict
    from link_index.scoring.link_value import Argument
    from link_index.targets import AskedTarget

AT_ONCE = 1000  # ids in a question
TEMPLATE_PAGES = 100  # of a site: as many tell whether it has a template
_NOTHING: Mapping[str, Any] = {}


class NoSuchLink(LinkIndexError):
    """The page does not link to the target, as far as the index knows."""


class NotScored(LinkIndexError):
    """The index, or this link, has no scores yet."""


class Explanation(NamedTuple):
    """A link, its value with all parts, the run its scores are of, and what the index says of page and domain."""

    link: Document
    argument: Argument
    run: Document
    page_scores: Mapping[str, Any]
    domain_scores: Mapping[str, Any]
    shared_words: list[str]  # of the two pages, the weightiest first

    @property
    def script(self) -> Verdict | None:
        """Why the link's URL is a redirection script, by the rules as they are now; None if it was scored as none."""
        return redirect_script(self.link["target_url"]) if "script" in self.link["scores"] else None

    @property
    def is_by_same_rules(self) -> bool:
        """Whether links are valued today as they were by the run."""
        return bool(self.run["parameters"]["rules"]["link_value"] == digest(rules("link_value")))

    @property
    def is_stale(self) -> bool:
        """Whether the link is worth another value than when it was scored."""
        return bool(self.link["scores"]["value"] != self.argument.value)


def explain(db: Database[Document], source: AskedTarget, target: AskedTarget) -> list[Explanation]:
    """An explanation for each link of the page to the target, live ones first, then the most valuable.

    Raises NoSuchLink, or NotScored where `backlinks score` has not been at the links.
    """
    pages = {page["_id"]: page for page in db["pages"].find({"key": source.key})}
    if not pages:
        raise NoSuchLink(f"The index has no page {source.name}: no crawl asked for it.")
    links = list(_links(db, pages, target))
    if not links:
        raise NoSuchLink(f"{source.name} has no link to {target.name}, and had none at an earlier look.")
    run = last_run(db)
    scored = [link for link in links if "scores" in link]
    if run is None or not scored:
        raise NotScored(_why_not_scored(links, scored=run is not None))
    value = LinkValue()
    found = [_explained(db, link, pages, run, value) for link in scored]
    return sorted(found, key=lambda each: ("lost_at" in each.link, -each.argument.value))


def _links(db: Database[Document], pages: Mapping[str, Document], target: AskedTarget) -> Iterator[Document]:
    """Live links are looked up by the ids that the pages list, lost ones among those of the target."""
    ids = [each for page in pages.values() for each in link_ids(page)]
    for start in range(0, len(ids), AT_ONCE):
        live = db["links"].find({"_id": {"$in": ids[start : start + AT_ONCE]}})
        yield from (link for link in live if target.holds(link["target_key"], link["target_domain"]))
    yield from db["links"].find(target.match() | {"source_url": {"$in": sorted(pages)}, "lost_at": {"$gt": EPOCH}})


def _why_not_scored(links: list[Document], *, scored: bool) -> str:
    if all(link["is_internal"] for link in links):
        said = "It is an internal link: only one from another domain is a backlink and has a value."
        script = redirect_script(links[0]["target_url"])
        where = f" to {script.target}" if script and script.target else ""
        return f"{said} Its URL is a redirection script that leads on{where}; no crawl followed it." if script else said
    if all(link["is_internal"] or link["link_type"] not in HYPERLINKS for link in links):
        return f"It is a link of type {links[0]['link_type']}: only those that a reader can click have a value."
    if scored:
        return "The link is newer than the scores; `backlinks score` brings them up to date."
    return "The index has no scores yet; `backlinks score` computes them."


def _explained(
    db: Database[Document], link: Document, pages: Mapping[str, Document], run: Document, value: LinkValue
) -> Explanation:
    page = pages[link["source_url"]]
    page_scores = db["page_scores"].find_one({"_id": page["key"]}) or _NOTHING
    domain_scores = db["domain_scores"].find_one({"_id": link["source_domain"]}) or _NOTHING
    known = known_targets(db, [link["target_key"]])[link["target_key"]]
    facts = link_facts(link, link["scores"], referrer(page, page_scores, domain_scores, run), known.language)
    argument = value.argue(facts)
    return Explanation(link, argument, run, page_scores, domain_scores, _shared_words(db, link, page, known))


def _shared_words(db: Database[Document], link: Document, page: Document, known: KnownTarget) -> list[str]:
    def pages_of(domain: str) -> int:
        return db["pages"].count_documents({"domain": domain, "outcome": "page"}, limit=TEMPLATE_PAGES)

    return PageThemes(db, None, pages_of).match(link, page, known).shared
