"""The backlinks of all targets, some thousands at a time, the links to one domain together."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from link_index.documents import EPOCH
from link_index.filters import HYPERLINKS
from link_index.graph.web_arrays import EXTERNAL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pymongo.database import Database

    from link_index.documents import Document
    from link_index.graph.web_arrays import WebArrays

LINKS = 20_000  # of a batch; a domain with more makes several
DOMAINS = 500  # of a batch

FIELDS = (
    "source_url", "source_domain", "target_url", "final_url", "target_key", "target_domain", "anchor", "text_before",
    "text_after", "link_type", "placement", "dofollow", "hops", "hidden", "lost_at", "source_external_links",
    "source_internal_links", "scores",
)  # fmt: skip


class TargetDomains(NamedTuple):
    """Domains whose backlinks make a batch, or several, and how many links that are known of them there are."""

    names: list[str]
    links: int


def target_domains(db: Database[Document], web: WebArrays) -> list[TargetDomains]:
    """All domains that others link to or linked to, grouped into batches; the same for the same web and index."""
    targets = web.page_domain[web.target[(web.flags & EXTERNAL) > 0]]
    counts = np.bincount(targets, minlength=web.domains)
    names = web.domain_names()
    known = {names[number]: int(counts[number]) for number in np.flatnonzero(counts)}
    lost = db["links"].find({"lost_at": {"$gt": EPOCH}, "is_internal": False}, {"target_domain": 1})
    for link in lost:
        known[link["target_domain"]] = known.get(link["target_domain"], 0) + 1
    return list(_grouped(sorted(known.items())))


def _grouped(domains: list[tuple[str, int]]) -> Iterator[TargetDomains]:
    names: list[str] = []
    links = 0
    for name, count in domains:
        if names and (links + count > LINKS or len(names) == DOMAINS):
            yield TargetDomains(names, links)
            names, links = [], 0
        names.append(name)
        links += count
    if names:
        yield TargetDomains(names, links)


def batches(db: Database[Document], domains: list[str]) -> Iterator[list[Document]]:
    """The links of other domains to these that a reader can click, live and lost ones."""
    wanted = {"target_domain": {"$in": domains}, "is_internal": False, "link_type": {"$in": HYPERLINKS}}
    links = iter(db["links"].find(wanted, dict.fromkeys(FIELDS, 1)))
    while batch := list(islice(links, LINKS)):
        yield batch
