"""What the index knows of the targets of some links: their pages, or, where none was crawled, the anchors they get."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from link_index.language.language_tag import primary

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from pymongo.database import Database

    from link_index.documents import Document

ANCHORS = 200  # of a target, the newest: what more say is the same
AT_ONCE = 100  # keys in a question: the embedded server takes ten times as long for one of a thousand
PAGE_FIELDS = ("key", "title", "headings", "site_name", "language", "outcome", "status", "last_failure", "fetched_at")
_ANCHOR_FIELDS = {"target_key": 1, "anchor": 1, "source_domain": 1, "first_seen": 1}
_EXTERNAL = {"is_internal": False, "lost_at": {"$exists": False}}


class Anchor(NamedTuple):
    """The text of a link of another domain, and that domain."""

    text: str
    domain: str


class KnownTarget(NamedTuple):
    """A target: its page's document if one was crawled as HTML, else the newest anchors of other domains."""

    page: Mapping[str, Any] | None
    anchors: tuple[Anchor, ...]
    errors: Mapping[str, int] = {}  # status by URL, of those that answered with an error at the last look

    @property
    def language(self) -> str | None:
        return primary(self.page.get("language")) if self.page is not None else None


def known_targets(
    db: Database[Document], keys: Iterable[str], links_of: Mapping[str, int] | None = None
) -> dict[str, KnownTarget]:
    """All of these keys; `links_of` says how many pages link to each, where that is known."""
    wanted = sorted(set(keys))
    pages: dict[str, Document] = {}
    errors: dict[str, dict[str, int]] = {}
    for start in range(0, len(wanted), AT_ONCE):
        which = {"key": {"$in": wanted[start : start + AT_ONCE]}}
        for page in db["pages"].find(which, dict.fromkeys(PAGE_FIELDS, 1)):
            best = pages.get(page["key"])
            if status := _error(page):
                errors.setdefault(page["key"], {})[page["_id"]] = status
            if page["outcome"] == "page" and (best is None or _seen(page) > _seen(best)):
                pages[page["key"]] = page  # http and https: what was seen last
    anchors = _anchors(db, [key for key in wanted if key not in pages], links_of or {})
    return {key: KnownTarget(pages.get(key), tuple(anchors.get(key, ())), errors.get(key, {})) for key in wanted}


def _error(page: Mapping[str, Any]) -> int:
    """The status of the last look if that was an error, 0 if it was none."""
    look = page.get("last_failure", page)
    return (look.get("status") or 0) if look["outcome"] == "error" else 0


def _seen(page: Mapping[str, Any]) -> tuple[datetime, str]:
    return page["fetched_at"], page["_id"]


def _anchors(db: Database[Document], keys: list[str], links_of: Mapping[str, int]) -> dict[str, list[Anchor]]:
    """The newest anchors of each. Targets with few links are asked for together, each of the others alone."""
    found: dict[str, list[Document]] = {}
    few = [key for key in keys if links_of.get(key, ANCHORS + 1) <= ANCHORS]
    for start in range(0, len(few), AT_ONCE):
        for link in db["links"].find({"target_key": {"$in": few[start : start + AT_ONCE]}} | _EXTERNAL, _ANCHOR_FIELDS):
            found.setdefault(link["target_key"], []).append(link)
    for key in set(keys).difference(few):
        newest = db["links"].find({"target_key": key} | _EXTERNAL, _ANCHOR_FIELDS).sort("first_seen", -1)
        found[key] = list(newest.limit(ANCHORS))
    return {
        key: [Anchor(link["anchor"], link["source_domain"]) for link in _newest(links)] for key, links in found.items()
    }


def _newest(links: list[Document]) -> list[Document]:
    return sorted(sorted(links, key=itemgetter("_id")), key=itemgetter("first_seen"), reverse=True)[:ANCHORS]
