"""Sitewide links: the same target on most pages of a site, as a template has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from link_index.graph.web_arrays import WebArrays


class SitewideLinks:
    """Which targets which domains link to from many of their crawled pages, and from that share of them at least."""

    def __init__(self, web: WebArrays, *, pages: int, share: float) -> None:
        self._domains = max(web.domains, 1)
        of_domain = web.page_domain[web.source]
        pairs, linking = _counted(web.target.astype(np.int64) * self._domains + of_domain)
        many = linking >= pages
        pairs, linking = pairs[many], linking[many]
        crawled = np.bincount(web.page_domain[web.crawled], minlength=self._domains)
        self._pairs = pairs[linking >= share * crawled[pairs % self._domains]]

    def __len__(self) -> int:
        return len(self._pairs)

    def are(self, targets: Any, domains: Any) -> Any:
        """For pairs of numbers of a target page and a referring domain, whether that domain links there sitewide."""
        if not len(self._pairs):
            return np.zeros(len(targets), bool)
        wanted = np.asarray(targets, np.int64) * self._domains + domains
        at = np.minimum(np.searchsorted(self._pairs, wanted), len(self._pairs) - 1)
        return (self._pairs[at] == wanted) & (np.asarray(targets) >= 0) & (np.asarray(domains) >= 0)


def _counted(values: Any) -> tuple[Any, Any]:
    """Different values in order, and how often each is there."""
    found = np.unique(values, return_counts=True)
    return found[0], found[1]
