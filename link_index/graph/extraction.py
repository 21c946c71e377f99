"""Streams the web out of MongoDB into arrays: once over the live links, once over the crawled pages."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from link_index.filters import HYPERLINKS
from link_index.graph.names import HashCollision
from link_index.graph.rolls import Rolls
from link_index.graph.web_arrays import DOFOLLOW, EXTERNAL, HIDDEN, WebArrays
from link_index.urls import Target

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pymongo.database import Database

    from link_index.documents import Document

    Told = Callable[[int], Any]  # hears how many links and pages were read

LINK_FIELDS = ("source_url", "source_domain", "target_key", "target_domain", "dofollow", "link_type", "hidden",
               "first_seen", "is_internal")  # fmt: skip
PAGE_FIELDS = ("key", "domain")
_SEEDS = 3
_TELL = 10_000  # links or pages
_SECONDS_A_DAY = 86_400


def extract(db: Database[Document], folder: Path, told: Told | None = None) -> WebArrays:
    """The live links of an index as arrays in a folder, which may be there and is emptied first.

    Takes 80 MB of memory, or a byte a link where that is more, and maps 8 bytes a page; `python -m
    benchmarks.graph_extract` measures it. Raises HashCollision if names collide under every seed that is tried: that
    two do under one of them is next to impossible.
    """
    for seed in range(_SEEDS):
        try:
            return _extracted(db, folder, seed, told or (lambda _: None))
        except HashCollision:
            if seed == _SEEDS - 1:
                raise
    raise AssertionError


def _extracted(db: Database[Document], folder: Path, seed: int, told: Told) -> WebArrays:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    rolls = Rolls(folder, seed)
    read = 0
    url, key = None, ""
    for link in db["links"].find({"lost_at": {"$exists": False}}, _only(LINK_FIELDS)):
        if link["source_url"] != url:  # the links of a page come together: its key is made once
            url = link["source_url"]
            key = Target(url).key
        day = int(link["first_seen"].timestamp()) // _SECONDS_A_DAY
        rolls.add_edge(key, link["source_domain"], link["target_key"], link["target_domain"], _flags(link), day)
        read += 1
        if not read % _TELL:
            told(read)
    for page in db["pages"].find({"outcome": "page"}, _only(PAGE_FIELDS)):
        rolls.add_page(page["key"], page["domain"])
        read += 1
        if not read % _TELL:
            told(read)
    rolls.close()
    told(read)
    return WebArrays(folder)


def _only(fields: tuple[str, ...]) -> dict[str, int]:
    return {"_id": 0, **dict.fromkeys(fields, 1)}


def _flags(link: Mapping[str, Any]) -> int:
    flags = 0 if link["is_internal"] else EXTERNAL
    if link["dofollow"] and link["link_type"] in HYPERLINKS:
        flags |= DOFOLLOW
    if link.get("hidden"):
        flags |= HIDDEN
    return flags
