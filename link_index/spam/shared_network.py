"""Signal: domains of one address or network that link to one another or to the same rarely linked targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from link_index.spam.finding import Finding, graded, some
from link_index.spam.link_farm import ranges

if TYPE_CHECKING:
    from collections.abc import Iterator

    from link_index.ranks.graph import Floats, Ints
    from link_index.rules.rule_file import Rules
    from link_index.spam.domain_web import DomainWeb


class Core(NamedTuple):
    """A group of addresses with its domains and the targets that tie them together, by number."""

    group: int
    domains: list[int]
    targets: list[int]


def shared_network(web: DomainWeb, limits: Rules) -> Iterator[Finding]:
    """Domains of a network that form a core with targets whose backlinks come from this network beyond chance.

    Each domain of the core links to `targets` of them, and each target is linked by `domains` of the core or more and
    by `density` of it: sharing a host alone does nothing, nor do all customers who link to their one host or agency.
    Networks of more than `hosting` domains say nothing.
    """
    largest: dict[int, Core] = {}  # of each domain: it may be in that of its address and in that of its network
    for core in sorted(cores(web, limits), key=lambda core: len(core.domains)):
        largest.update(dict.fromkeys(core.domains, core))
    for domain, core in largest.items():
        mates = [each for each in core.domains if each != domain]
        name = web.addresses.names[core.group]
        yield Finding(
            domain,
            limits["points"] * graded(len(core.domains), limits["domains"], limits["domains_full"]),
            f"it and {len(mates):,} other domains of {name} link to the same {len(core.targets):,} domains, whose "
            "backlinks come from there above all",
            {
                "network": name,
                "domains": len(mates),
                "some": some(web.names, mates),
                "targets": some(web.names, core.targets),
            },
        )


def cores(web: DomainWeb, limits: Rules) -> Iterator[Core]:
    """The core of each group that has one.

    Trawled as Kumar, Raghavan, Rajagopalan and Tomkins did (1999): what has too few links in the core goes until
    nothing does.
    """
    group, source, target = entries(web, limits["domains"], limits["hosting"])
    kept = beyond_chance(group, target, web, limits)
    group, source, target = group[kept], source[kept], target[kept]
    while len(group):
        one, domains = _counted(group, source, web.domains)
        other, linked = _counted(group, target, web.domains)
        core = np.bincount(np.unique(np.stack([group, source]), axis=1)[0])[group]
        stays = (domains[one] >= limits["targets"]) & (linked[other] >= limits["domains"])
        stays &= linked[other] >= limits["density"] * core
        if stays.all():
            break
        group, source, target = group[stays], source[stays], target[stays]
    order = np.argsort(group, kind="stable")
    group, source, target = group[order], source[order], target[order]
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    for begin, end in zip(starts, [*starts[1:], len(group)], strict=False):
        yield Core(int(group[begin]), np.unique(source[begin:end]).tolist(), np.unique(target[begin:end]).tolist())


def entries(web: DomainWeb, least: int, most: int) -> tuple[Ints, Ints, Ints]:
    """(group, source, target) of each link, once for each group of its source that has so many domains."""
    groups, members = web.addresses.group, web.addresses.domain
    sizes = np.bincount(groups)[groups]
    counted = (sizes >= least) & (sizes <= most)
    groups, members = groups[counted], members[counted]
    starts = np.searchsorted(web.source, np.stack([members, members + 1]))
    at = ranges(starts[0], starts[1])
    return np.repeat(groups, starts[1] - starts[0]), web.source[at], web.target[at]


def beyond_chance(group: Ints, target: Ints, web: DomainWeb, limits: Rules) -> Ints:
    """Which entries lead to a target that owes its backlinks to this group.

    Of the domains with a known address that link to it, `share` at least are of the group, and chance would put so
    many there once in 10 ** `digits` webs: a bound of the binomial tail (Chernoff, 1952), times the pairs tried.
    """
    located = np.zeros(web.domains, bool)
    located[web.addresses.domain] = True
    referrers = np.bincount(web.target[located[web.source]], minlength=web.domains)
    sizes: Any = np.bincount(web.addresses.group)
    pair, linked = _counted(group, target, web.domains)
    share = linked[pair] / np.maximum(1, referrers[target])
    chance = sizes[group] / max(1, int(np.count_nonzero(located)))
    digits = referrers[target] * _divergence(share, chance) / np.log(10) - np.log10(max(1, len(linked)))
    many = (linked[pair] >= limits["domains"]) & (share >= limits["share"])
    return many & (share > chance) & (digits >= limits["digits"])


def _divergence(share: Floats, chance: Floats) -> Floats:
    """Kullback and Leibler's divergence of two coins, in nats."""
    with np.errstate(divide="ignore", invalid="ignore"):
        heads = np.where(share > 0, share * np.log(share / chance), 0.0)
        tails = np.where(share < 1, (1 - share) * np.log((1 - share) / (1 - chance)), 0.0)
    return np.nan_to_num(heads + tails, nan=0.0, posinf=1e9)


def _counted(group: Ints, domain: Ints, domains: int) -> tuple[Ints, Ints]:
    """The number of each (group, domain) among the different ones, and how often each of these occurs."""
    pairs = np.asarray(group, np.int64) * domains + domain
    _, number, counts = np.unique(pairs, return_inverse=True, return_counts=True)
    return number, counts
