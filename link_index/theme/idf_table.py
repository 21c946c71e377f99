"""How rare a word is in the index: on the pages of how many registrable domains, of all that write its language.

Domains and not pages, since a site repeats its words on every page. Words are hashed into buckets, and the different
domains of a bucket are counted by HyperLogLog (Flajolet et al., 2007): memory is the same for any number of pages,
8 MiB, and a count errs by some 18 %, of which the logarithm leaves little.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Any

import numpy as np
from xxhash import xxh3_64_intdigest

if TYPE_CHECKING:
    from collections.abc import Iterable

BUCKETS = 1 << 18
REGISTERS = 32  # of a bucket
_REGISTER_BITS = 5
_ALPHA = 0.697  # of 32 registers, from the paper

# Domains in which nothing was seen yet: in an index of few sites one more or less is chance.
PRIOR_DOMAINS = 50

Array = np.ndarray[Any, np.dtype[Any]]


class DomainCounts:
    """Takes the words of pages in any order, each page once or more often."""

    def __init__(self) -> None:
        self._registers = np.zeros((BUCKETS, REGISTERS), np.uint8)

    def add(self, domain: str, language: str | None, stems: Iterable[str]) -> None:
        """Counts the domain for each of a page's stems."""
        hashed = _hash(domain)
        register = hashed & (REGISTERS - 1)
        rank = 65 - _REGISTER_BITS - (hashed >> _REGISTER_BITS).bit_length()
        buckets = [_bucket("", language), *{_bucket(stem, language) for stem in stems}]
        column = self._registers[:, register]
        column[buckets] = np.maximum(column[buckets], rank)

    def table(self) -> IdfTable:
        """What was counted so far."""
        return IdfTable(np.concatenate([_domains(part) for part in np.array_split(self._registers, 64)]))


class IdfTable:
    """Weights of words by how rare they are."""

    def __init__(self, domains: Array) -> None:
        self.counts = domains

    def domains(self, stem: str, language: str | None) -> float:
        """About how many domains have it; for the stem `""`, how many have pages of that language."""
        return float(self.counts[_bucket(stem, language)])

    def share(self, stem: str, language: str | None) -> float:
        """Of the domains that write the language, how many have it, 0 to 1; lower than it is where few are known."""
        return self.domains(stem, language) / (self.domains("", language) + PRIOR_DOMAINS)

    def weight(self, stem: str, language: str | None) -> float:
        """1 for a word of one domain or none, down to near 0 for one of all domains that write its language."""
        every = self.domains("", language) + PRIOR_DOMAINS
        return min(1.0, log(1 + every / (self.domains(stem, language) + 1)) / log(1 + every / 2))


def _bucket(stem: str, language: str | None) -> int:
    return _hash(f"{language or ''}:{stem}") & (BUCKETS - 1)


def _hash(text: str) -> int:
    return xxh3_64_intdigest(text.encode("utf-8", "surrogatepass"))


def _domains(registers: Array) -> Array:
    """HyperLogLog's estimate, with linear counting where few domains were seen."""
    estimate = _ALPHA * REGISTERS**2 / np.exp2(-registers.astype(np.float32)).sum(axis=1)
    empty = (registers == 0).sum(axis=1)
    linear = REGISTERS * np.log(REGISTERS / np.maximum(empty, 1))
    domains: Array = np.where((estimate <= 2.5 * REGISTERS) & (empty > 0), linear, estimate).astype(np.float32)
    return domains
