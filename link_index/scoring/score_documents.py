"""The documents of `page_scores` and `domain_scores`, made from arrays of raw ranks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from link_index.ranks.log_scale import shown, shown_centrality
from link_index.scoring.rank_stage import DOMAIN_RANKS, PAGE_RANKS, STAGE, VOTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from link_index.documents import Document
    from link_index.graph.web_arrays import WebArrays
    from link_index.scoring.stage_folder import StageFolder

_AT_ONCE = 10_000  # names read at once


class Shown:
    """Arrays of raw ranks with the figures that people read."""

    def __init__(self, folder: StageFolder, names: tuple[str, ...]) -> None:
        self.columns: dict[str, Any] = {}
        for name in names:
            raw = folder.load(STAGE, name)
            if raw is None:
                continue
            field = name.partition("_")[2]
            if field == "spam_distance":
                self.columns[field] = raw
                continue
            if field == "harmonic":
                self.columns[field] = shown_centrality(raw)
            else:
                votes = folder.load(STAGE, f"{name}{VOTES}")
                self.columns[field] = shown(raw if votes is None else votes)
            self.columns[f"{field}_raw"] = raw

    def of(self, numbers: Any) -> Iterator[dict[str, Any]]:
        """The fields of the nodes of these numbers; none of one that is not in the web."""
        parts = [column[numbers].tolist() if len(column) else [0.0] * len(numbers) for column in self.columns.values()]
        for number, *values in zip(numbers.tolist(), *parts, strict=True):
            yield dict(zip(self.columns, values, strict=True)) if number >= 0 else {}

    def rows(self, start: int, stop: int) -> Iterator[dict[str, Any]]:
        """The fields of the nodes of these numbers."""
        parts = [column[start:stop].tolist() for column in self.columns.values()]
        for values in zip(*parts, strict=True):
            yield dict(zip(self.columns, values, strict=True))


def page_ranks(folder: StageFolder) -> Shown:
    return Shown(folder, PAGE_RANKS)


def domain_ranks(folder: StageFolder) -> Shown:
    return Shown(folder, DOMAIN_RANKS)


def page_documents(web: WebArrays, ranks: Shown, run: int) -> Iterator[Document]:
    """One for each page that a link leads to."""
    domains = web.domain_names()
    is_linked = _is_linked(web)
    for start in range(0, web.pages, _AT_ONCE):
        stop = min(start + _AT_ONCE, web.pages)
        numbers = web.page_domain[start:stop].tolist()
        rows = zip(web.page_keys(start, stop), numbers, is_linked[start:stop], ranks.rows(start, stop), strict=True)
        for key, domain, linked, fields in rows:
            if linked:
                yield {"_id": key, "domain": domains[domain], "run": run, **fields}


def linked_pages(web: WebArrays) -> int:
    """How many pages a link leads to."""
    return int(np.count_nonzero(_is_linked(web)))


def _is_linked(web: WebArrays) -> Any:
    return np.bincount(web.target, minlength=web.pages) > 0


def domain_documents(web: WebArrays, ranks: Shown, spam: Mapping[str, Document], run: int) -> Iterator[Document]:
    """One for each domain; `spam` holds the score and its parts of those that show signals."""
    for name, fields in zip(web.domain_names(), ranks.rows(0, web.domains), strict=True):
        if fields.get("spam_distance", 0) < 0:
            del fields["spam_distance"]
        document = {"_id": name, "run": run, **fields}
        yield document | {"spam": spam[name]} if name in spam else document
