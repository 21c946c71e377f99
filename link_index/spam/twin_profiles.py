"""Signal: twins, domains that link to nearly the same domains, or that nearly the same domains link to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from link_index.spam.finding import Finding, graded, some

if TYPE_CHECKING:
    from collections.abc import Iterator

    from link_index.ranks.graph import Floats, Ints
    from link_index.rules.rule_file import Rules
    from link_index.spam.domain_web import DomainWeb

BANDS, ROWS = 8, 3  # of two profiles 0.8 alike 99.7 % are compared, 97 % at 0.7, 20 % at 0.3
REACH = 5  # profiles compared with each to either side in a bucket, so that a thousand equal ones cost no million
_ENTRIES_AT_A_TIME = 2_000_000  # of profiles compared at once: 100 MB


def twin_profiles(web: DomainWeb, limits: Rules) -> Iterator[Finding]:
    """Domains with a twin or more, by what they link to and by what links to them.

    Alike is the share of two profiles' entries that both have, each weighed by how rare it is (weighted Jaccard).
    An entry weighs log2(profiles / those that have it) bits; twins share `bits` at least, so that profiles of the
    few services that everyone links to are none. A profile has `entries` at least, and no more than `hub_share` of
    all that there are: the services are linked by the same domains, too.
    """
    ways = (
        ("outlinks", web.source, web.target, "it links to nearly the same domains as"),
        ("backlinks", web.target, web.source, "nearly the same domains link to it as to"),
    )
    for way, owner, entry, said in ways:
        one, other, alike, bits = twins(owner, entry, web.domains, limits)
        order = np.argsort(np.concatenate([one, other]), kind="stable")
        who, whose = np.concatenate([one, other])[order], np.concatenate([other, one])[order]
        alike, bits = np.concatenate([alike, alike])[order], np.concatenate([bits, bits])[order]
        for domain, begin, number in zip(*np.unique(who, return_index=True, return_counts=True), strict=True):
            mates = slice(begin, begin + number)
            yield Finding(
                int(domain),
                limits["points"] / 2 * graded(float(number), 1, limits["twins_full"]),
                f"{said} {number} other{'s' if number > 1 else ''}, up to {alike[mates].max():.0%} alike",
                {
                    "way": way,
                    "domains": int(number),
                    "alike": round(float(alike[mates].max()), 3),
                    "bits": round(float(bits[mates].max()), 1),
                    "some": some(web.names, whose[mates].tolist()),
                },
            )


def twins(owner: Ints, entry: Ints, domains: int, limits: Rules) -> tuple[Ints, Ints, Floats, Floats]:
    """Pairs of domains with like profiles, how alike they are, and how many bits they share; each pair once.

    `owner` and `entry` name each entry of each profile once. Candidates come from signatures (MinHash) in bands.
    """
    sizes = np.bincount(owner, minlength=domains)
    profiles = np.count_nonzero(sizes)
    having = np.bincount(entry, minlength=domains)
    kept = (sizes >= limits["entries"]) & (sizes <= limits["hub_share"] * np.count_nonzero(having))
    bits = np.log2(max(1, profiles) / np.maximum(1, having))
    members = np.flatnonzero(kept)
    inside = kept[owner]
    order = np.lexsort((entry[inside], owner[inside]))
    rows, columns = np.searchsorted(members, owner[inside][order]), entry[inside][order]
    starts = np.searchsorted(rows, np.arange(len(members) + 1))
    weighed = csr_array((bits[columns], columns, starts), shape=(len(members), domains))
    one, other = candidates(columns, starts[:-1], bits)
    alike, shared = _alike(weighed, one, other)
    good = (alike >= limits["alike"]) & (shared >= limits["bits"])
    return members[one[good]], members[other[good]], alike[good], shared[good]


def candidates(columns: Ints, starts: Ints, weights: Floats) -> tuple[Ints, Ints]:
    """Pairs of rows worth comparing: two rows agree in a hash as often as they are alike, weights included.

    A hash of a row is the entry that wins a race in which each runs an exponential time divided by its weight (Broder's
    MinHash, 1997, with weights as Cohen, 1997). Rows that agree in all hashes of a band meet in a bucket.
    """
    if len(starts) < 2:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    random = np.random.default_rng(20)  # the same web has the same twins
    met = []
    for _ in range(BANDS):
        bucket = np.zeros(len(starts), np.uint64)
        for _ in range(ROWS):
            times = random.standard_exponential(len(weights)) / np.maximum(weights, 1e-9)
            winner = np.minimum.reduceat(times[columns], starts).view(np.uint64)
            bucket = (bucket ^ winner) * np.uint64(0x9E3779B97F4A7C15)
            bucket ^= bucket >> np.uint64(29)
        order = np.argsort(bucket, kind="stable")
        bucket = bucket[order]
        for step in range(1, min(REACH, len(starts) - 1) + 1):
            same = np.flatnonzero(bucket[step:] == bucket[:-step])
            met.append(order[same] * len(starts) + order[same + step])  # stable: the lower number first
    pairs = np.unique(np.concatenate(met))
    return pairs // len(starts), pairs % len(starts)


def _alike(weighed: csr_array, one: Ints, other: Ints) -> tuple[Floats, Floats]:
    """Weighted Jaccard and shared weight of pairs of rows, some millions of entries at a time."""
    whole = weighed.sum(axis=1)
    named = weighed.copy()
    named.data = np.ones(named.nnz)
    sizes = np.diff(weighed.indptr).astype(np.int64)
    part = np.cumsum(sizes[one] + sizes[other]) // _ENTRIES_AT_A_TIME
    shared = np.zeros(len(one))
    cuts = np.flatnonzero(np.diff(part, prepend=-1)).tolist() if len(one) else []
    for begin, end in zip(cuts, [*cuts[1:], len(one)], strict=False):
        shared[begin:end] = weighed[one[begin:end]].multiply(named[other[begin:end]]).sum(axis=1)
    union = whole[one] + whole[other] - shared
    return shared / np.maximum(union, 1e-9), shared
