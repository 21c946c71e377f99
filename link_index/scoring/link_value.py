"""The value of a link, 0 to 100: points for its qualities, times factors for what takes from all of them.

Pure: the same facts and rules give the same value, and every quality alone moves it in one direction.
"""

from __future__ import annotations

from math import log10, prod
from typing import TYPE_CHECKING, NamedTuple

from link_index.errors import BadRules
from link_index.rules.rule_file import rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from link_index.rules.rule_file import Rules
    from link_index.scoring.link_facts import LinkFacts

VERSION = 2
MOST_LINKS = 65_000  # of a page: what the crawler keeps of one

Quality = tuple[float | None, str]  # the share of the points, None where nothing is known; and why, in words


class Part(NamedTuple):
    """One addend of the sum."""

    name: str
    points: float
    of: float
    said: str


class Factor(NamedTuple):
    """One thing that takes from the whole."""

    name: str
    factor: float
    said: str


class Argument(NamedTuple):
    """A value with all that led to it."""

    parts: list[Part]
    factors: list[Factor]
    value: float


class LinkValue:
    """Values links by a set of rules (`link_index/rules/link_value.toml`)."""

    def __init__(self, values: Rules | None = None) -> None:
        self._rules = _checked(values or rules("link_value"))
        points: dict[str, float] = self._rules["points"]
        whole = sum(points.values())
        self._points = {name: 100 * each / whole for name, each in points.items()}
        self._unknown: dict[str, float] = self._rules["unknown"]
        self._factors: dict[str, float] = self._rules["factors"]

    def value(self, facts: LinkFacts) -> float:
        """The value, to a tenth."""
        return self.argue(facts).value

    def argue(self, facts: LinkFacts) -> Argument:
        """The value with its sum, every part of it, also those that give nothing."""
        parts = [self._part(name, facts) for name in self._points]
        factors = [Factor(name, self._factor(name, facts), said) for name, said in _takings(facts)]
        whole = sum(part.points for part in parts) * prod(factor.factor for factor in factors)
        return Argument(parts, factors, round(whole, 1))

    def _factor(self, name: str, facts: LinkFacts) -> float:
        factor = self._factors.get(name, 1.0)
        return 1 - (1 - factor) * facts.referrer.spam / 100 if name == "spam" else factor

    def _part(self, name: str, facts: LinkFacts) -> Part:
        share, said = _QUALITIES[name](facts, self._rules)
        if share is None:
            share = self._unknown[name]
        of = self._points[name]
        return Part(name, of * min(1.0, max(0.0, share)), of, said)


def _checked(values: Rules) -> Rules:
    """The rules; raises BadRules for a figure that no value from 0 to 100 can be made of."""
    for table, most in (("points", 1000.0), ("unknown", 1.0), ("anchor", 1.0), ("link_type", 1.0), ("placement", 1.0),
                        ("factors", 1.0)):  # fmt: skip
        for name, figure in values[table].items():
            if not 0 <= figure <= most:
                raise BadRules(f"link_value.toml: {name} in [{table}] is between 0 and {most:g}, not {figure}.")
    if not sum(values["points"].values()):
        raise BadRules("link_value.toml: all [points] are 0.")
    return values


def _page_rank(facts: LinkFacts, _: Rules) -> Quality:
    rank = facts.referrer.page_rank
    return rank / 100, f"the referring page has a popularity of {rank:.1f} out of 100"


def _domain_rank(facts: LinkFacts, _: Rules) -> Quality:
    rank = facts.referrer.domain_rank
    return rank / 100, f"its domain has a popularity of {rank:.1f} out of 100"


def _trust(facts: LinkFacts, _: Rules) -> Quality:
    trust = facts.referrer.trust
    if trust is None:
        return None, "no trusted seeds were named, so nothing is known of its trust"
    if trust == 0:
        return 0.0, "no trusted seed reaches its domain over dofollow links"
    return trust / 100, f"trust of {trust:.1f} out of 100 reaches its domain from the trusted seeds"


def _theme(facts: LinkFacts, _: Rules) -> Quality:
    if facts.theme is None:
        return None, "the themes of the two pages cannot be compared"
    return facts.theme, f"the themes of the two pages match to {facts.theme:.0%}"


def _anchor(facts: LinkFacts, values: Rules) -> Quality:
    return values["anchor"].get(facts.anchor, 0.0), f"its anchor is {_WORDS.get(facts.anchor, facts.anchor)}"


def _link_type(facts: LinkFacts, values: Rules) -> Quality:
    return values["link_type"].get(facts.link_type, 0.0), f"it is a link of type {facts.link_type}"


def _placement(facts: LinkFacts, values: Rules) -> Quality:
    return values["placement"].get(facts.placement, 0.0), f"it stands in the {facts.placement} of its page"


def _few_links(facts: LinkFacts, _: Rules) -> Quality:
    others = max(facts.outgoing, 1) - 1
    said = f"it shares its page with {others:,} other link{'' if others == 1 else 's'}"
    if not others:
        said = "it is the only link of its page"
    return 1 - log10(max(facts.outgoing, 1)) / log10(MOST_LINKS), said


def _editorial(facts: LinkFacts, _: Rules) -> Quality:
    if facts.is_sitewide:
        return 0.0, "most pages of its site have the same link"
    return 1.0, "it was not found on most pages of its site"


def _language(facts: LinkFacts, _: Rules) -> Quality:
    source, target = facts.referrer.language, facts.target_language
    if not source or not target:
        return None, "one of the two pages declares no language"
    if source == target:
        return 1.0, f"both pages are in one language ({source})"
    return 0.0, f"its page is in another language ({source}) than the target ({target})"


_QUALITIES: dict[str, Callable[[LinkFacts, Rules], Quality]] = {
    "page_rank": _page_rank,
    "domain_rank": _domain_rank,
    "trust": _trust,
    "theme": _theme,
    "anchor": _anchor,
    "link_type": _link_type,
    "placement": _placement,
    "few_links": _few_links,
    "editorial": _editorial,
    "language": _language,
}

_WORDS = {
    "exact": "exactly what the target is about",
    "partial": "partly what the target is about",
    "branded": "the target's brand",
    "naked_url": "a naked URL",
    "generic": "words that say nothing of the target",
    "image": "that of an image",
    "empty": "empty",
    "other": "other words",
}

_HOPS = {
    "http": "an HTTP redirect",
    "meta_refresh": "a meta refresh",
    "header_refresh": "a Refresh header",
    "script": "a script",
}


def _takings(facts: LinkFacts) -> list[tuple[str, str]]:
    """What takes from the whole, by name of its factor, each with its reason in words."""
    page = facts.referrer
    found = [
        ("nofollow", not facts.dofollow, "it is not dofollow"),
        ("noindex", page.noindex, "its page asks search engines not to list it (noindex)"),
        ("canonical_elsewhere", page.canonical_elsewhere, "its page names another one as its canonical"),
        ("spam", page.spam > 0, f"its domain shows signals of spam, {page.spam:.0f} out of 100"),
        ("target_error", bool(facts.target_status), f"its target answered {facts.target_status} at the last look"),
        ("page_error", page.status >= 400, f"its page answered {page.status} at the last look"),
        ("hidden", bool(facts.hidden), f"readers cannot see it ({facts.hidden})"),
        ("lost", facts.is_lost, "it was not there at the last look"),
        *((kind, True, f"{_HOPS.get(kind, kind)} stands between it and the target") for kind in facts.hops),
        (
            "redirect_script",
            bool(facts.redirect_script),
            f"it leads over a redirection script ({facts.redirect_script})",
        ),
    ]
    return [(name, said) for name, applies, said in found if applies]
