"""Signal: far more domains began to link to a domain in one week than its own history and the crawl's explain."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from link_index.spam.finding import Finding, graded, some

if TYPE_CHECKING:
    from collections.abc import Iterator

    from link_index.ranks.graph import Ints
    from link_index.rules.rule_file import Rules
    from link_index.spam.domain_web import DomainWeb

WEEK = 7  # days
_CELLS_AT_A_TIME = 4_000_000  # weeks of domains held at once: 100 MB


class Burst(NamedTuple):
    """`week` counts from 0, the first of the index; `new` domains in it, `usual` in the median week, `z` deviations."""

    domain: int
    week: int
    new: int
    usual: float
    z: float
    share: float


def bursts(web: DomainWeb, limits: Rules) -> Iterator[Finding]:
    """Domains with a week that stands out; silent on the first `weeks` of the index.

    A link counts if its referring domain was known `known_days` before: of a domain that is itself new to the index
    nobody knows how long it has linked.
    """
    if not len(web.source):
        return
    first, last = int(web.first_seen.min()), int(web.first_seen.max())
    known_since = np.full(web.domains, last, np.int32)
    np.minimum.at(known_since, web.source, web.first_seen)
    dated = np.flatnonzero(web.first_seen - known_since[web.source] >= limits["known_days"])
    dated = dated[np.argsort(web.target[dated], kind="stable")]
    source, target, seen = web.source[dated], web.target[dated], web.first_seen[dated]
    weeks = (last - first) // WEEK + 1
    week = weeks - 1 - (last - seen) // WEEK  # whole weeks back from the last day
    for burst in standing_out(target, week, weeks, web.referrers, limits):
        day = datetime.fromtimestamp(0, UTC) + timedelta(days=last - (weeks - burst.week) * WEEK + 1)
        of_domain = slice(*np.searchsorted(target, [burst.domain, burst.domain + 1]))
        who = source[of_domain][week[of_domain] == burst.week].tolist()
        yield Finding(
            burst.domain,
            limits["points"] * graded(burst.z, limits["z"], limits["z_full"]),
            f"in the week from {day:%Y-%m-%d} {burst.new:,} domains began to link to it; {burst.usual:g} are usual",
            {
                "week": day.date().isoformat(),
                "domains": burst.new,
                "usual": burst.usual,
                "z": round(burst.z, 1),
                "share": round(burst.share, 3),
                "some": some(web.names, who),
            },
        )


def standing_out(target: Ints, week: Ints, weeks: int, referrers: Ints, limits: Rules) -> Iterator[Burst]:
    """The week of each domain that stands out the most, where one does; `target` and `week` are those of new links.

    A deviation is 1.4826 times the median absolute deviation of the domain's weeks, or that of a Poisson process of
    its median where this is larger: most weeks of most domains are empty. The week has `new` domains or more, is `z`
    deviations above the median, holds `share` of all that link to the domain, and `lift` times what the domain would
    have if it grew as the rest of the index, so that a deeper crawl is no burst.
    """
    cells, new = np.unique(np.asarray(target, np.int64) * weeks + week, return_counts=True)
    domains = np.unique(cells[new >= limits["new"]] // weeks)
    all_new = np.bincount(week, minlength=weeks)
    at_a_time = max(1, _CELLS_AT_A_TIME // weeks)
    for part in (domains[at : at + at_a_time] for at in range(0, len(domains), at_a_time)):
        counts = np.zeros((len(part), weeks))
        near = slice(*np.searchsorted(cells, [part[0] * weeks, (part[-1] + 1) * weeks]))
        row = np.searchsorted(part, cells[near] // weeks)
        of_part = part[row] == cells[near] // weeks
        counts[row[of_part], cells[near][of_part] % weeks] = new[near][of_part]
        usual = np.median(counts, axis=1)
        spread = 1.4826 * np.median(np.abs(counts - usual[:, None]), axis=1)
        z = (counts - usual[:, None]) / np.maximum(spread, np.sqrt(usual + 1))[:, None]
        share = counts / np.maximum(1, referrers[part])[:, None]
        own = counts.sum(axis=1)[:, None]
        expected = own * (all_new - counts) / np.maximum(1, len(week) - own)
        out = (counts >= limits["new"]) & (z >= limits["z"]) & (share >= limits["share"])
        out &= counts >= limits["lift"] * expected
        out[:, : limits["weeks"]] = False
        best = np.where(out, z, -1.0).argmax(axis=1)
        for i in np.flatnonzero(out.any(axis=1)).tolist():
            w = int(best[i])
            yield Burst(
                int(part[i]), w, int(counts[i, w]), float(usual[i]), float(z[i, w]), min(1.0, float(share[i, w]))
            )
