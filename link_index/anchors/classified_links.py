"""Streams the links of a target out of MongoDB, each with the class of its anchor."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from link_index.anchors.anchor_class import anchor_class
from link_index.anchors.target_words import TargetWords, target_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pymongo.database import Database

    from link_index.documents import Document
    from link_index.questions import Question

BATCH = 500  # links whose pages are looked up in one go
MAX_TARGETS = 256  # whose words are kept from batch to batch

_LINK = ("source_url", "source_domain", "target_url", "final_url", "target_key", "anchor", "link_type", "first_seen")
_TARGET = ("key", "outcome", "title", "headings", "site_name", "language")


class ClassifiedLink(NamedTuple):
    """What a profile counts of a link."""

    source_url: str
    source_domain: str
    target_url: str
    anchor: str
    anchor_class: str
    first_seen: datetime


def classified_links(db: Database[Document], asked: Question) -> Iterator[ClassifiedLink]:
    """The links the question lets in, in the order of the index; `BATCH` links are in memory at a time."""
    targets: dict[str, TargetWords] = {}
    with db.links.find(asked.match(), dict.fromkeys(_LINK, 1), batch_size=BATCH) as found:
        while batch := list(islice(found, BATCH)):
            languages = _languages(db, batch)
            targets = _with_words(db, batch, targets)
            for link in batch:
                words = targets[link["target_key"]]
                said = anchor_class(link["anchor"], link["link_type"], words, languages.get(link["source_url"]))
                url = link.get("final_url") or link["target_url"]
                yield ClassifiedLink(
                    link["source_url"], link["source_domain"], url, link["anchor"], said.name, link["first_seen"]
                )


def _languages(db: Database[Document], batch: list[Document]) -> dict[str, str]:
    """What the referring pages declare."""
    urls = list({link["source_url"] for link in batch})
    return {page["_id"]: page.get("language", "") for page in db.pages.find({"_id": {"$in": urls}}, {"language": 1})}


def _with_words(db: Database[Document], batch: list[Document], known: dict[str, TargetWords]) -> dict[str, TargetWords]:
    """The words of all targets of the batch, and of the last ones before it."""
    urls = {link["target_key"]: link.get("final_url") or link["target_url"] for link in batch}
    pages: dict[str, dict[str, Any]] = {}
    wanted = [key for key in urls if key not in known]
    for page in db.pages.find({"key": {"$in": wanted}}, dict.fromkeys(_TARGET, 1)) if wanted else ():
        if page["key"] not in pages or page["outcome"] == "page":  # of http and https, the one with content
            pages[page["key"]] = page
    new = {key: target_words(urls[key], pages.get(key)) for key in wanted}
    kept = [key for key in known if key not in urls][-MAX_TARGETS:]
    return {key: known[key] for key in kept} | {key: known[key] for key in urls if key in known} | new
