"""The spam score of each domain that shows a signal: a sum of named parts, never a figure alone."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from link_index.rules.rule_file import rules
from link_index.spam.address_groups import AddressGroups, addresses
from link_index.spam.bursts import bursts
from link_index.spam.dofollow_share import dofollow_share
from link_index.spam.domain_web import DomainWeb, domain_web
from link_index.spam.hidden_links import hidden_links
from link_index.spam.link_farm import link_farm
from link_index.spam.many_outlinks import many_outlinks
from link_index.spam.shared_network import shared_network
from link_index.spam.twin_profiles import twin_profiles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pymongo.database import Database

    from link_index.documents import Document
    from link_index.graph.web_arrays import WebArrays
    from link_index.rules.rule_file import Rules
    from link_index.spam.finding import Finding

VERSION = "spam signals, 1"

SIGNALS: dict[str, Callable[[DomainWeb, Rules], Iterator[Finding]]] = {
    "link_farm": link_farm,
    "shared_network": shared_network,
    "twin_profiles": twin_profiles,
    "hidden_links": hidden_links,
    "bursts": bursts,
    "many_outlinks": many_outlinks,
    "dofollow_share": dofollow_share,
}

Scored = tuple[str, float, list[dict[str, Any]]]


def domain_spam(
    db: Database[Document], web: WebArrays, values: Rules | None = None, told: Callable[[str], object] | None = None
) -> Iterator[Scored]:
    """(domain, score, parts) of each domain with a signal; a domain that is not named shows none.

    The score is 0 to 100. A part is {signal, points, said, ...evidence}; domains in evidence are ten at most. `values`
    are those of `spam.toml`; `told` hears the name of each signal as it is looked for.
    """
    names = web.domain_names()
    edges = web.source, web.target, web.flags, web.first_seen
    located = AddressGroups.of(addresses(db, {name: number for number, name in enumerate(names)}))
    for domain, score, parts in scored(domain_web(names, web.page_domain, edges, located), values, told):
        for part in parts:
            if "page" in part:
                part["page"] = web.page_keys(part["page"], part["page"] + 1)[0]
        yield domain, score, parts


def scored(
    web: DomainWeb, values: Rules | None = None, told: Callable[[str], object] | None = None
) -> Iterator[Scored]:
    """The same of arrays; the page of a part is its number."""
    values = values or rules("spam")
    found: list[tuple[Finding, str]] = []
    for name, signal in SIGNALS.items():
        if told:
            told(name)
        found.extend((finding, name) for finding in signal(web, values[name]))
    found.sort(key=lambda each: (each[0].domain, -each[0].points))
    for domain, of_domain in groupby(found, key=lambda each: each[0].domain):
        parts = [
            {"signal": name, "points": round(finding.points, 1), "said": finding.said, **finding.evidence}
            for finding, name in of_domain
        ]
        yield web.names[domain], min(100.0, round(sum(part["points"] for part in parts), 1)), parts
