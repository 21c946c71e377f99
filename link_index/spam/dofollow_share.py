"""Signal: a dofollow share that hardly any other domain of the index has, of links out of a domain or towards it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from link_index.spam.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from link_index.ranks.graph import Floats, Ints
    from link_index.rules.rule_file import Rules
    from link_index.spam.domain_web import DomainWeb


_SAID = {"outlinks": "domains it links to get a dofollow link", "backlinks": "domains that link to it do so dofollow"}


def dofollow_share(web: DomainWeb, limits: Rules) -> Iterator[Finding]:
    """Domains that link, or are linked, by dofollow links alone where domains of their size do not.

    Half of the points for each of the two directions. Hubs, with more than `hub_share` of all that are
    linked or that link, are no peers: what everyone links to is linked from templates.
    """
    for way, ends, linked, linking, least in (
        ("outlinks", web.source, web.targets, web.referrers, limits["targets"]),
        ("backlinks", web.target, web.referrers, web.targets, limits["referring_domains"]),
    ):
        voting = np.bincount(ends[web.dofollow], minlength=web.domains)
        most = limits["hub_share"] * np.count_nonzero(linking)
        shares, rarity = unusual_shares(voting, linked, least, most, limits["peers"])
        for domain in np.flatnonzero((shares >= limits["share"]) & (rarity <= limits["rarity"])).tolist():
            share, rare = float(shares[domain]), float(rarity[domain])
            yield Finding(
                domain,
                limits["points"] / 2,
                f"{share:.0%} of the {linked[domain]:,} {_SAID[way]}, as of no more than {rare:.1%} of the domains "
                "that have as many",
                {"way": way, "share": round(share, 4), "domains": int(linked[domain]), "rarity": round(rare, 4)},
            )


def unusual_shares(voting: Ints, linked: Ints, least: int, most: float, peers: int) -> tuple[Floats, Floats]:
    """The dofollow share of each domain, and how many of its peers have as high a one, as a share of them.

    Peers have `least` to `most` linked domains. Who is none has the share 0; where there are fewer than `peers` of them
    nothing is rare: 1.
    """
    is_peer = (linked >= least) & (linked <= most)
    shares = np.where(is_peer, voting / np.maximum(linked, 1), 0.0)
    rarity = np.ones(len(linked))
    ordered = np.sort(shares[is_peer])
    if len(ordered) >= max(1, peers):
        as_high = len(ordered) - np.searchsorted(ordered, shares[is_peer], side="left")
        rarity[is_peer] = as_high / len(ordered)
    return shares, rarity
