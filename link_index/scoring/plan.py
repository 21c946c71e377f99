"""What a run computes, in the words that the index records: methods, parameters, edges, seeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from link_index.anchors import anchor_class
from link_index.ranks import harmonic_centrality, page_rank, trust
from link_index.redirect_scripts import redirect_script
from link_index.rules.rule_file import digest, rules
from link_index.scoring import link_value
from link_index.scoring.score_run import Plan
from link_index.spam import domain_spam
from link_index.theme import match

if TYPE_CHECKING:
    from link_index.scoring.rank_stage import RankOptions

_VOTES = "live dofollow text, image and area links, to their final targets"
_EDGE_FILTERS = {
    "rank": f"{_VOTES}, of other domains",
    "site_rank": _VOTES,
    "trust": f"{_VOTES}; of domains: of other domains",
    "harmonic": f"{_VOTES}, of other domains",
    "spam_distance": f"{_VOTES}, of other domains",
    "spam": "live links",
    "theme, anchor, sitewide, script, value": "links of other domains, live and lost",
}
_RULES = ("link_value", "theme", "redirect_scripts", "spam")  # files of rules that a score depends on


def plan_of(options: RankOptions) -> Plan:
    """The plan of a run with these options and the rules as they are now."""
    seeds = {"trusted": options.trusted, "spam": options.spam}
    return Plan(
        methods=_methods(),
        parameters={
            "damping": options.damping,
            "tolerance": options.tolerance,
            "rules": {name: digest(rules(name)) for name in _RULES},
        },
        edge_filters=_EDGE_FILTERS,
        seeds={name: listed.document() for name, listed in seeds.items() if listed},
    )


def _methods() -> dict[str, str]:
    return {
        "rank, site_rank": page_rank.VERSION,
        "trust": trust.VERSION,
        "harmonic": harmonic_centrality.VERSION,
        "spam": domain_spam.VERSION,
        "theme": f"{match.METHOD}, {match.VERSION}",
        "anchor": f"anchor classes, {anchor_class.VERSION}",
        "script": redirect_script.VERSION,
        "value": f"sum of parts, {link_value.VERSION}",
    }
