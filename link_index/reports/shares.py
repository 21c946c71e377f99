"""Counts of links and of referring domains by class, for several dimensions in one reading."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_CLASSES = 100  # of a dimension: a page may declare any language
OTHERS = "others"


class Shares:
    """Each link counts once in each dimension, each domain once in each class it has a link of.

    Memory grows with the referring domains, not with the links: a domain is one number whose
    bits are the classes it was seen in.
    """

    def __init__(self) -> None:
        self.links: dict[str, Counter[str]] = {}
        self.domains: dict[str, Counter[str]] = {}
        self._bits: dict[tuple[str, str], int] = {}
        self._seen: dict[str, int] = {}

    def add(self, domain: str, classes: Mapping[str, str]) -> None:
        """Count one link of that referring domain in the class it has in each dimension."""
        seen = self._seen.get(domain, 0)
        for dimension, found in classes.items():
            links = self.links.setdefault(dimension, Counter())
            name = found if found in links or len(links) < MOST_CLASSES else OTHERS
            links[name] += 1
            bit = self._bits.setdefault((dimension, name), 1 << len(self._bits))
            if not seen & bit:
                seen |= bit
                self.domains.setdefault(dimension, Counter())[name] += 1
        self._seen[domain] = seen

    def rows(self, dimension: str) -> list[tuple[str, int, int]]:
        """(class, links, referring domains), most links first."""
        links, domains = self.links.get(dimension, Counter()), self.domains.get(dimension, Counter())
        return sorted(((name, links[name], domains[name]) for name in links), key=lambda row: (-row[1], row[0]))
