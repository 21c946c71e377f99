"""One pass over the pages of an index that counts on how many domains each word is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from link_index.language.language_tag import primary
from link_index.theme.idf_table import DomainCounts
from link_index.theme.profile import Profiles, language_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from pymongo.database import Database

    from link_index.documents import Document
    from link_index.theme.idf_table import IdfTable

TOLD_EACH = 1000  # pages


def word_counts(db: Database[Document], told: Callable[[int], Any]) -> tuple[IdfTable, int]:
    """The counts of all crawled pages, and how many pages there were; `told` hears how many so far."""
    profiles, counts = Profiles(), DomainCounts()
    fields = {"domain": 1, "title": 1, "headings": 1, "language": 1}
    read = 0
    for page in db["pages"].find({"outcome": "page"}, fields):
        title, headings = page.get("title", ""), page.get("headings", ())
        language = language_of(title, headings, primary(page.get("language")))
        counts.add(page["domain"], language, profiles.stems(title, headings, language))
        read += 1
        if not read % TOLD_EACH:
            told(read)
    told(read)
    return counts.table(), read
