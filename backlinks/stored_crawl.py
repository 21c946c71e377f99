"""What MongoDB tells of a crawl: the pages it has fetched, and where their redirects and links lead."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from backlink_spider.errors import CrawlError
from backlink_spider.options import BUDGETS
from backlink_spider.scope import FOLLOWED_TYPES
from backlinks.frontier_push import Found
from link_index.documents import link_ids
from link_index.urls import resolve, target

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from typing import Self

    from pymongo.database import Database

    from link_index.documents import Document

_PAGE = {"domain": 1, "depth": 1, "outcome": 1, "reason": 1, "hops": 1, "links": 1, "fetched_at": 1, "last_failure": 1}


class CrawlNotStored(CrawlError):
    """MongoDB does not know the crawl, or not as one of many workers."""


class StoredCrawl:
    """A crawl by its record. `rules` and `pages`, `per_domain` (0: no budget) are the options it began with."""

    def __init__(self, db: Database[Document], record: Document) -> None:
        self._db = db
        self.run: int = record["run"]
        self.started: datetime = record["started"]
        self.reason: str = record.get("reason", "")
        options = record["options"]
        self.pages, self.per_domain = options["pages"] or 0, options["pages_per_domain"] or 0
        self.rules: dict[str, Any] = {name: value for name, value in options.items() if name not in BUDGETS}
        self.seeds = dict.fromkeys(target(resolve(url, url) or url) for url in record["seeds"])

    @classmethod
    def find(cls, db: Database[Document], name: str) -> Self:
        record = db["crawls"].find_one({"_id": name})
        if record and "run" in record and "options" in record:
            return cls(db, record)
        shared = ", ".join(db["crawls"].distinct("_id", {"run": {"$exists": True}}))
        raise CrawlNotStored(
            f"MongoDB holds no crawl {name!r} of many workers" + (f"; it holds: {shared}." if shared else ".")
        )

    def fetched(self) -> Iterator[Document]:
        """The pages that were asked for since the crawl began, whatever came of it; those near the seeds first."""
        since = {"$gte": self.started}
        query = {"$or": [{"fetched_at": since}, {"last_failure.at": since}]}
        return iter(self._db["pages"].find(query, _PAGE, batch_size=500).sort("depth").allow_disk_use(True))

    def redirected_to(self, pages: Sequence[Document]) -> list[Found]:
        """Where those of the pages lead that redirect, or are asked for again over https."""
        followed = {page["_id"]: page for page in pages if not page.get("reason") and self._is_new(page)}
        hops = self._db["redirects"].find({"_id": {"$in": list(followed)}, "to": {"$ne": ""}})
        found = [_redirected(followed[hop["_id"]], hop) for hop in hops]
        found += [Found(target(f"https://{page['_id'][7:]}"), 0) for page in pages if self._is_asked_over_https(page)]
        return found

    def linked_from(self, pages: Sequence[Document]) -> list[Found]:
        """What the pages' links lead to, one level deeper."""
        depths = {page["_id"]: page["depth"] for page in pages if self._is_new(page)}
        ids = [link for page in pages if page["_id"] in depths for link in link_ids(page)]
        query: dict[str, Any] = {"_id": {"$in": ids}, "link_type": {"$in": sorted(FOLLOWED_TYPES)}}
        if not self.rules["follow_nofollow"]:
            query["dofollow"] = True
        links = self._db["links"].find(query, {"source_url": 1, "target_url": 1}) if ids else ()
        return [Found(target(link["target_url"]), depths[link["source_url"]] + 1) for link in links]

    def _is_asked_over_https(self, page: Document) -> bool:
        """Whether it is a seed that did not answer over http."""
        is_seed = page["depth"] == 0 if self._is_new(page) else target(page["_id"]) in self.seeds
        has_failed = page.get("last_failure", page)["outcome"] == "failed"
        return is_seed and has_failed and page["_id"].startswith("http://") and not page.get("hops")

    def _is_new(self, page: Document) -> bool:
        """Whether this crawl saw the page; else it failed, and what is stored is of another one."""
        seen: bool = page["fetched_at"] >= self.started
        return seen


def _redirected(page: Document, hop: Document) -> Found:
    before = page.get("hops", [])
    ways = [*(each["url"] for each in before), page["_id"], hop["to"]]
    kinds = [*before, hop]
    hops = [[url, kind["status"], kind["kind"], to] for url, kind, to in zip(ways, kinds, ways[1:], strict=False)]
    return Found(target(hop["to"]), page["depth"], json.dumps(hops))
