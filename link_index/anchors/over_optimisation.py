"""Warns of anchors that look as if they were made to rank, with the links that cause each warning."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from link_index.anchors.anchor_profile import KEYWORD_CLASSES
from link_index.rules.rule_file import rules as read_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from link_index.anchors.anchor_profile import AnchorProfile, AnchorUse

State = Literal["warning", "silent", "too few to say"]


class Judgement(NamedTuple):
    """What one rule says of a profile. `causes` are the anchors and domains behind a warning, most links first."""

    rule: str
    state: State
    said: str
    figure: float | None  # what was compared with `threshold`; None where nothing could be
    threshold: float
    causes: list[AnchorUse]


def over_optimisation(profile: AnchorProfile, rules: Mapping[str, Any] | None = None) -> list[Judgement]:
    """The warnings alone. Where there is none, no rule fired, which says nothing else: no share is known to be safe."""
    return [judgement for judgement in judgements(profile, rules) if judgement.state == "warning"]


def judgements(profile: AnchorProfile, rules: Mapping[str, Any] | None = None) -> list[Judgement]:
    """What every rule of `link_index/rules/anchors.toml` says, also those that do not fire or cannot say."""
    rules = rules or read_rules("anchors")
    by_share = [
        _share("exact_share", profile, rules, ("exact",), "an exact anchor"),
        _share("keyword_share", profile, rules, KEYWORD_CLASSES, "an exact or partial anchor"),
        _one_anchor(profile, rules),
        _burst(profile, rules),
    ]
    few = rules["few"]["domains"]
    if profile.referring_domains < few:
        said = f"{_domains(profile.referring_domains)}: too few to say; shares are compared from {few} on"
        by_share = [found._replace(state="too few to say", said=said, figure=None, causes=[]) for found in by_share]
    return [*by_share, _sitewide(profile, rules)]


def conclusion(found: Iterable[Judgement]) -> str:
    """The whole in a sentence that promises nothing."""
    states = [judgement.state for judgement in found]
    warnings = states.count("warning")
    if warnings:
        return f"{warnings} of {len(states)} rules warn{'s' if warnings == 1 else ''}."
    if "too few to say" in states:
        return (
            "No rule fired, and some cannot say, as there is too little to compare. That is no sign that all is well."
        )
    return "No rule fired. That means nothing more than that: no share of any class is known to be safe."


def _share(
    rule: str, profile: AnchorProfile, rules: Mapping[str, Any], classes: tuple[str, ...], what: str
) -> Judgement:
    causes = [use for use in profile.uses if use.anchor_class in classes]
    with_it = len({use.domain for use in causes})
    share, most = with_it / (profile.referring_domains or 1), rules[rule]["share"]
    said = f"{share:.0%} of the referring domains ({with_it:,} of {profile.referring_domains:,}) use {what}"
    return _judgement(rule, share >= most, said, share, most, causes)


def _one_anchor(profile: AnchorProfile, rules: Mapping[str, Any]) -> Judgement:
    """The keyword anchor of most domains; it stands for those that are as frequent."""
    rule = rules["one_anchor"]
    groups: defaultdict[str, list[AnchorUse]] = defaultdict(list)
    for use in profile.uses:
        if use.anchor_class in KEYWORD_CLASSES:
            groups[use.anchor.casefold()].append(use)
    if not groups:
        return Judgement("one_anchor", "silent", "no domain uses an exact or partial anchor", 0.0, rule["share"], [])
    causes = max(groups.values(), key=lambda group: (len({use.domain for use in group}), group[0].anchor))
    with_it = len({use.domain for use in causes})
    share = with_it / profile.referring_domains
    said = f"{share:.0%} of the referring domains ({with_it:,}) use one and the same anchor, {causes[0].anchor!r}"
    return _judgement(
        "one_anchor", share >= rule["share"] and with_it >= rule["domains"], said, share, rule["share"], causes
    )


def _burst(profile: AnchorProfile, rules: Mapping[str, Any]) -> Judgement:
    """The days in which most domains came with an exact anchor, held against all other times.

    Dates are those when the index saw a link first: where nearly all domains came within the days, as after the first
    crawl, there is nothing to hold it against.
    """
    rule = rules["burst"]
    first: dict[str, AnchorUse] = {}
    exact: dict[str, AnchorUse] = {}
    for use in profile.uses:
        for kept in (first, exact) if use.anchor_class == "exact" else (first,):
            if use.domain not in kept or use.first_seen < kept[use.domain].first_seen:
                kept[use.domain] = use
    came = sorted(first.values(), key=lambda use: (use.first_seen, use.domain))
    begin, end = _densest(came, exact, timedelta(days=rule["days"]))
    within = came[begin:end]
    outside = came[:begin] + came[end:]
    if min(len(within), len(outside)) < rule["domains"]:
        said = f"no {rule['days']} days with {rule['domains']} new domains and as many at other times: too few to say"
        return Judgement("burst", "too few to say", said, None, rule["share"], [])
    causes = [exact[use.domain] for use in within if use.domain in exact]
    share = len(causes) / len(within)
    usual = sum(use.domain in exact for use in outside) / len(outside)
    days = f"{within[0].first_seen:%Y-%m-%d} to {within[-1].first_seen:%Y-%m-%d}"
    said = (
        f"of {len(within):,} domains first seen from {days}, {share:.0%} use an exact anchor; of all others {usual:.0%}"
    )
    fired = share >= rule["share"] and share >= rule["times"] * usual
    return _judgement("burst", fired, said, share, rule["share"], causes)


def _densest(came: list[AnchorUse], exact: Mapping[str, AnchorUse], width: timedelta) -> tuple[int, int]:
    """The slice of domains, in order of their coming, that came within the width and has the most exact anchors."""
    best = (0, 0, 0)
    begin = count = 0
    for end, use in enumerate(came, start=1):
        count += use.domain in exact
        while use.first_seen - came[begin].first_seen > width:
            count -= came[begin].domain in exact
            begin += 1
        best = max(best, (count, begin, end))
    return best[1:]


def _sitewide(profile: AnchorProfile, rules: Mapping[str, Any]) -> Judgement:
    most = rules["sitewide"]["links"]
    exact = [use for use in profile.uses if use.anchor_class == "exact"]
    causes = [use for use in exact if use.links >= most]
    figure = max((use.links for use in exact), default=0)
    counted = f"{figure:,} link{'' if figure == 1 else 's'}"
    said = f"one exact anchor stands in {counted} of one domain" if figure else "no link has an exact anchor"
    return _judgement("sitewide", bool(causes), said, float(figure), float(most), causes)


def _judgement(
    rule: str, fired: bool, said: str, figure: float, threshold: float, causes: list[AnchorUse]
) -> Judgement:
    causes = sorted(causes, key=lambda use: (-use.links, use.domain, use.anchor)) if fired else []
    return Judgement(rule, "warning" if fired else "silent", said, figure, threshold, causes)


def _domains(number: int) -> str:
    return f"{number:,} referring domain{'' if number == 1 else 's'}"
