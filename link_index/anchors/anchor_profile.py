"""The anchors of many links together: how they are spread over the classes, and how much they rotate."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from math import exp, log
from typing import TYPE_CHECKING, NamedTuple

from link_index.anchors.anchor_class import CLASSES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from link_index.anchors.classified_links import ClassifiedLink

# Different anchors on different domains that are told apart, 250 MB at most; the links of further ones are counted
# by class and not by anchor and domain.
MAX_USES = 250_000
KEYWORD_CLASSES = ("exact", "partial")


@dataclass(slots=True)
class AnchorUse:
    """One anchor on one referring domain: how many links, and the one that was seen first."""

    anchor: str
    anchor_class: str
    domain: str
    links: int
    first_seen: datetime
    source_url: str
    target_url: str


class ClassShare(NamedTuple):
    """One class: its links, and the domains with at least one of them; a domain may count for several classes."""

    anchor_class: str
    links: int
    link_share: float
    referring_domains: int
    domain_share: float


class AnchorShare(NamedTuple):
    """One anchor, in any case of its letters."""

    anchor: str
    anchor_class: str
    links: int
    referring_domains: int
    domain_share: float
    first_seen: datetime


class Rotation(NamedTuple):
    """How much anchors vary. Weighted by domains, so that a sitewide link counts once."""

    anchors: int  # different ones
    entropy: float  # bits
    effective_anchors: float  # so many equally frequent anchors would vary as much: 2 to the entropy
    top_share: float  # of the uses, by the most used anchor


class Month(NamedTuple):
    """The anchors that domains used for the first time in a month: rotation over time."""

    month: str  # 2026-11
    uses: int
    anchors: int
    effective_anchors: float
    exact_share: float


@dataclass(frozen=True, slots=True)
class AnchorProfile:
    """All of it; `uses` is what it was made from, one for each anchor and domain."""

    links: int
    referring_domains: int
    classes: list[ClassShare]
    top_anchors: list[AnchorShare]  # most domains first
    rotation: Rotation
    keyword_rotation: Rotation  # of exact and partial anchors alone
    months: list[Month]
    uses: list[AnchorUse]
    beyond_cap: int  # links whose anchor or domain came after MAX_USES others


def anchor_profile(links: Iterable[ClassifiedLink]) -> AnchorProfile:
    """The profile of the links, read once; memory is bounded by MAX_USES, however many there are."""
    uses: dict[tuple[str, str, str], AnchorUse] = {}
    by_class: Counter[str] = Counter()
    beyond = 0
    for link in links:
        by_class[link.anchor_class] += 1
        key = (link.anchor.casefold(), link.anchor_class, link.source_domain)
        use = uses.get(key)
        if use is not None:
            _add(use, link)
        elif len(uses) < MAX_USES:
            uses[key] = _use(link)
        else:
            beyond += 1
    return _profile(list(uses.values()), by_class, beyond)


def rotation(uses: Iterable[AnchorUse]) -> Rotation:
    """Shannon's entropy of the anchors and the number of equally frequent ones that has the same (Hill, 1973)."""
    counts = Counter(use.anchor.casefold() for use in uses)
    total = counts.total()
    if not total:
        return Rotation(0, 0.0, 0.0, 0.0)
    nats = -sum(count / total * log(count / total) for count in counts.values())
    return Rotation(len(counts), nats / log(2) + 0.0, exp(nats), max(counts.values()) / total)


def _use(link: ClassifiedLink) -> AnchorUse:
    return AnchorUse(
        link.anchor, link.anchor_class, link.source_domain, 1, link.first_seen, link.source_url, link.target_url
    )


def _add(use: AnchorUse, link: ClassifiedLink) -> None:
    use.links += 1
    if link.first_seen < use.first_seen:
        use.first_seen, use.source_url, use.target_url = link.first_seen, link.source_url, link.target_url


def _profile(uses: list[AnchorUse], by_class: Counter[str], beyond: int) -> AnchorProfile:
    domains = len({use.domain for use in uses})
    return AnchorProfile(
        links=by_class.total(),
        referring_domains=domains,
        classes=_classes(uses, by_class, domains),
        top_anchors=_anchors(uses, domains),
        rotation=rotation(uses),
        keyword_rotation=rotation(use for use in uses if use.anchor_class in KEYWORD_CLASSES),
        months=_months(uses),
        uses=uses,
        beyond_cap=beyond,
    )


def _classes(uses: list[AnchorUse], by_class: Counter[str], domains: int) -> list[ClassShare]:
    with_class: defaultdict[str, set[str]] = defaultdict(set)
    for use in uses:
        with_class[use.anchor_class].add(use.domain)
    counts = [(name, by_class[name], len(with_class[name])) for name in CLASSES]
    links = by_class.total() or 1
    return [ClassShare(name, linked, linked / links, found, found / (domains or 1)) for name, linked, found in counts]


def _anchors(uses: list[AnchorUse], domains: int) -> list[AnchorShare]:
    groups: defaultdict[tuple[str, str], list[AnchorUse]] = defaultdict(list)
    for use in uses:
        groups[use.anchor.casefold(), use.anchor_class].append(use)
    shares = [
        AnchorShare(
            min(group, key=lambda use: (use.first_seen, use.anchor)).anchor,
            name,
            sum(use.links for use in group),
            len(group),
            len(group) / domains,
            min(use.first_seen for use in group),
        )
        for (_, name), group in groups.items()
    ]
    return sorted(shares, key=lambda share: (-share.referring_domains, -share.links, share.anchor))


def _months(uses: list[AnchorUse]) -> list[Month]:
    groups: defaultdict[str, list[AnchorUse]] = defaultdict(list)
    for use in uses:
        groups[f"{use.first_seen:%Y-%m}"].append(use)
    months = []
    for month, group in sorted(groups.items()):
        varied = rotation(group)
        exact = sum(use.anchor_class == "exact" for use in group)
        months.append(Month(month, len(group), varied.anchors, varied.effective_anchors, exact / len(group)))
    return months
