"""Sitewide links: the same target on most pages of a site, as a template has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from link_index.graph.web_arrays import WebArrays

AT_ONCE = 1_000_000  # edges counted at once: 50 MB


class SitewideLinks:
    """Which targets which domains link to from many of their crawled pages, and from that share of them at least."""

    def __init__(self, web: WebArrays, *, pages: int, share: float) -> None:
        self._domains = max(web.domains, 1)
        found = [self._pairs_of(web, part, pages) for part in _parts(web.target)]
        pairs = np.concatenate([each for each, _ in found]) if found else np.zeros(0, np.int64)
        linking = np.concatenate([each for _, each in found]) if found else np.zeros(0, np.int64)
        crawled = np.bincount(web.page_domain[web.crawled], minlength=self._domains)
        self._pairs = pairs[linking >= share * crawled[pairs % self._domains]]

    def _pairs_of(self, web: WebArrays, part: slice, pages: int) -> tuple[Any, Any]:
        """Of some edges: the pairs of target and referring domain with that many pages at least, and how many."""
        of_domain = web.page_domain[web.source[part]]
        pairs, linking = np.unique(web.target[part].astype(np.int64) * self._domains + of_domain, return_counts=True)
        many = linking >= pages
        return pairs[many], linking[many]

    def __len__(self) -> int:
        return len(self._pairs)

    def are(self, targets: Any, domains: Any) -> Any:
        """For pairs of numbers of a target page and a referring domain, whether that domain links there sitewide."""
        if not len(self._pairs):
            return np.zeros(len(targets), bool)
        wanted = np.asarray(targets, np.int64) * self._domains + domains
        at = np.minimum(np.searchsorted(self._pairs, wanted), len(self._pairs) - 1)
        return (self._pairs[at] == wanted) & (np.asarray(targets) >= 0) & (np.asarray(domains) >= 0)


def _parts(targets: Any) -> Iterator[slice]:
    """The edges, which are in order of target, some at a time and all of one target together."""
    start = 0
    while start < len(targets):
        stop = min(start + AT_ONCE, len(targets))
        stop = int(np.searchsorted(targets, targets[stop - 1], side="right"))
        yield slice(start, stop)
        start = stop
