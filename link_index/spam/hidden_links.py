"""Signal: dofollow links to other domains that readers cannot see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from link_index.spam.finding import Finding, graded, some

if TYPE_CHECKING:
    from collections.abc import Iterator

    from link_index.rules.rule_file import Rules
    from link_index.spam.domain_web import DomainWeb


def hidden_links(web: DomainWeb, limits: Rules) -> Iterator[Finding]:
    """Domains that link to `targets` domains or more by nothing but hidden dofollow links.

    Targets that more than `popular_share` of all linking domains link to do not count: folded menus, share buttons
    and consent dialogues are hidden too, and lead to the few services that everyone uses.
    """
    linking = np.count_nonzero(web.targets)
    popular = web.referrers > max(limits["popular_least"], limits["popular_share"] * linking)
    counted = np.flatnonzero(web.hidden & web.dofollow & ~popular[web.target])
    domains, begins, hidden = np.unique(web.source[counted], return_index=True, return_counts=True)
    for at in np.flatnonzero(hidden >= limits["targets"]).tolist():
        domain, targets = int(domains[at]), web.target[counted[begins[at] :][: hidden[at]]].tolist()
        yield Finding(
            domain,
            limits["points"] * graded(len(targets), limits["targets"], limits["targets_full"]),
            f"it links to {len(targets):,} other domains by links that readers cannot see",
            {"domains": len(targets), "some": some(web.names, targets)},
        )
