"""An index to write batches into, on a fresh database."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from link_index.batch import BatchWriter
from link_index.checked_writes import CheckedWrites
from link_index.dead_letters import DeadLetters
from link_index.documents import link_id
from pipelines.page_encoder import encode_page

if TYPE_CHECKING:
    from pathlib import Path

    from pymongo.database import Database

    from backlink_spider.items import Page
    from link_index.documents import Document


class Index:
    """A batch writer with its database, and what it counted."""

    def __init__(self, db: Database[Document], folder: Path) -> None:
        self.db = db
        self.counts: Counter[str] = Counter()
        self.letters = DeadLetters(folder)
        self.writes = CheckedWrites(db, self.letters, self.counts)
        self.batches = BatchWriter(db, self.writes, self.counts)

    def whole(self) -> dict[str, list[Document]]:
        names = ("links", "pages", "redirects", "dirty")
        return {name: list(self.db[name].find().sort("_id", 1)) for name in names}

    def store(self, *pages: Page) -> Counter[str]:
        before = self.counts.copy()
        self.batches.write([encode_page(each) for each in pages])
        return self.counts - before

    def links(self, **which: Any) -> list[Document]:
        return list(self.db["links"].find(which))

    def link(self, source: str, target_url: str, k: int = 0) -> Document:
        row = self.db["links"].find_one({"_id": link_id(source, target_url, "text", k)})
        assert row is not None
        return row

    def page(self, url: str) -> Document:
        row = self.db["pages"].find_one({"_id": url})
        assert row is not None
        return row


@pytest.fixture
def index(db: Database[Document], tmp_path: Path) -> Index:
    return Index(db, tmp_path / "dead-letters")
