"""The backlinks of all targets, some thousands at a time, the links to one domain together."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from link_index.documents import EPOCH
from link_index.filters import HYPERLINKS
from link_index.graph.web_arrays import EXTERNAL
from link_index.targets import is_registrable, read_target

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
    """Neighbours in the order of domains whose backlinks make a batch, or one that has several; how many there are."""

    first: str
    last: str
    links: int


def target_domains(db: Database[Document], web: WebArrays) -> list[TargetDomains]:
    """All domains that others link to or linked to, in order."""
    targets = web.page_domain[web.target[(web.flags & EXTERNAL) > 0]]
    counts = np.bincount(targets, minlength=web.domains)
    names = web.domain_names()
    known = {names[number]: int(counts[number]) for number in np.flatnonzero(counts)}
    lost = db["links"].find({"lost_at": {"$gt": EPOCH}, "is_internal": False}, {"target_domain": 1})
    for link in lost:
        known[link["target_domain"]] = known.get(link["target_domain"], 0) + 1
    return list(_grouped(sorted(known.items())))


def _grouped(domains: list[tuple[str, int]]) -> Iterator[TargetDomains]:
    first = last = ""
    links = number = 0
    for name, count in domains:
        if number and (links + count > LINKS or number == DOMAINS):
            yield TargetDomains(first, last, links)
            links = number = 0
        first = first if number else name
        last = name
        links, number = links + count, number + 1
    if number:
        yield TargetDomains(first, last, links)


def batches(db: Database[Document], domains: TargetDomains) -> Iterator[list[Document]]:
    """The links of other domains to these that a reader can click, live and lost ones.

    Those of a domain with more than a batch come in the order of their targets, so that each target is looked at once.
    """
    wanted = {"is_internal": False, "link_type": {"$in": HYPERLINKS}}
    fields = dict.fromkeys(FIELDS, 1)
    if domains.links <= LINKS:
        found = db["links"].find({"target_domain": {"$gte": domains.first, "$lte": domains.last}} | wanted, fields)
    else:
        asked = read_target(domains.first, "domain") if is_registrable(domains.first) else None
        keys = {"target_key": asked.keys()} if asked else {}
        found = db["links"].find({"target_domain": domains.first} | keys | wanted, fields).sort("target_key", 1)
        found = found.allow_disk_use(True)
    links = iter(found)
    while batch := list(islice(links, LINKS)):
        yield batch
