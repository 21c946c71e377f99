"""A web written by hand as arrays' source: links and pages of an index, for tests of what is computed from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from link_index.graph.extraction import extract
from link_index.urls import target
from tests.known_links import day, link

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pymongo.database import Database

    from link_index.documents import Document
    from link_index.graph.web_arrays import WebArrays


def crawled(url: str, **fields: Any) -> Document:
    """A `pages` document of a page that was read."""
    known = target(url)
    page = {"_id": url, "key": known.key, "domain": known.domain, "outcome": "page", "status": 200}
    return page | {"noindex": False, "nofollow": False, "fetched_at": day(1), **fields}


def linked(source: str, to: str, anchor: str = "anchor", **fields: Any) -> Document:
    return link(source, to, anchor, day(2), **fields)


def store(db: Database[Document], links: Iterable[Document], pages: Iterable[Document] = ()) -> None:
    if rows := list(links):
        db.links.insert_many(rows)
    if rows := list(pages):
        db.pages.insert_many(rows)


def web_of(
    db: Database[Document], folder: Path, links: Iterable[Document], pages: Iterable[Document] = ()
) -> WebArrays:
    """The web of these links and pages, stored and extracted."""
    store(db, links, pages)
    return extract(db, folder / "web")
