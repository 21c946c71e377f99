"""Which of a page's links and redirects the crawl goes on with, and why not the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from backlink_spider.items import QUALIFIERS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from backlink_spider.items import Page
    from link_index.urls import Target

# What leads on; canonical, alternate and form targets are recorded only.
FOLLOWED_TYPES = frozenset({"text", "image", "area", "iframe", "frame"})


@dataclass(frozen=True, slots=True)
class ScopeRules:
    """The scope a person asked for. Domains are registrable domains or hosts; a depth of None is no limit."""

    depth: int | None = None
    follow_external: bool = True
    subdomains: bool = True
    follow_nofollow: bool = False
    allow_domains: frozenset[str] = frozenset()
    deny_domains: frozenset[str] = frozenset()


class Scope:
    """The rules applied to one crawl's seeds. `refusal` names the rule that keeps a target out."""

    def __init__(self, rules: ScopeRules, seeds: Iterable[Target]) -> None:
        self.rules = rules
        self._domains: set[str] = set()
        self._hosts: set[str] = set()
        for seed in seeds:
            self.add_seed(seed)

    def add_seed(self, seed: Target) -> None:
        self._domains.add(seed.domain)
        self._hosts.update((seed.host, f"www.{seed.host}", seed.host.removeprefix("www.")))

    @property
    def needs_seeds(self) -> bool:
        """Whether the rules ever ask for the seeds."""
        rules = self.rules
        return bool(rules.allow_domains) or not (rules.follow_external and rules.subdomains)

    def refusal(self, target: Target, depth: int) -> str | None:
        """None if the target at this depth from the seeds is to be fetched, else the rule that refuses it."""
        rules = self.rules
        if rules.depth is not None and depth > rules.depth:
            return "depth"
        if rules.deny_domains and _listed(target, rules.deny_domains):
            return "denied_domain"
        if rules.allow_domains and _listed(target, rules.allow_domains):
            return None
        if target.domain in self._domains:
            return None if rules.subdomains or target.host in self._hosts else "subdomain"
        if rules.allow_domains:
            return "not_allowed_domain"
        return None if rules.follow_external else "external"

    def leading_on(self, page: Page) -> tuple[list[Target], int]:
        """The targets of the page's links that lead on by type and label, and how many links the label keeps back."""
        links = [link for link in page.links if link.link_type in FOLLOWED_TYPES]
        if self.rules.follow_nofollow:
            return [link.target for link in links], 0
        if page.nofollow_by:
            return [], len(links)
        targets = [link.target for link in links if not link.rel or QUALIFIERS.isdisjoint(link.rel)]
        return targets, len(links) - len(targets)


def _listed(target: Target, domains: frozenset[str]) -> bool:
    """Whether the target's host is one of the domains or below one."""
    host = target.host
    while host not in domains:
        _, dot, host = host.partition(".")
        if not dot:
            return False
    return True
