"""How often a page made our own code fail or the process die, kept in the file so that it ends some day."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

MAX_ERRORS = 3
MAX_DEATHS = 5  # more, for a death may be no fault of the page


class Attempts:
    """The few pages with failures are all in memory, too."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        rows = db.execute("SELECT page, errors, deaths FROM attempts")
        self._counts: dict[int, tuple[int, int]] = {page: (errors, deaths) for page, errors, deaths in rows}

    def exhausted(self, page_id: int) -> bool:
        """Whether the page is not to be tried again."""
        errors, deaths = self._counts.get(page_id, (0, 0))
        return errors >= MAX_ERRORS or deaths >= MAX_DEATHS

    def add_error(self, page_id: int) -> None:
        """The page made our code fail."""
        errors, deaths = self._counts.get(page_id, (0, 0))
        self._set(page_id, errors + 1, deaths)

    def add_death(self, page_id: int) -> None:
        """The process is about to do what may kill it; `no_death` follows if it does not."""
        errors, deaths = self._counts.get(page_id, (0, 0))
        self._set(page_id, errors, deaths + 1)

    def no_death(self, page_id: int) -> None:
        """The process has survived the page: those times that it did not were no fault of the page either."""
        errors, _ = self._counts.get(page_id, (0, 0))
        if errors:
            self._set(page_id, errors, 0)
        else:
            self.forget(page_id)

    def forget(self, page_id: int) -> None:
        """The page is done."""
        if self._counts.pop(page_id, None):
            self._db.execute("DELETE FROM attempts WHERE page = ?", (page_id,))

    def _set(self, page_id: int, errors: int, deaths: int) -> None:
        self._counts[page_id] = (errors, deaths)
        self._db.execute("INSERT OR REPLACE INTO attempts VALUES (?, ?, ?)", (page_id, errors, deaths))
