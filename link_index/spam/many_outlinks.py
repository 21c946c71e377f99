"""Signal: a page that links to thousands of pages of other domains."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from link_index.spam.finding import Finding, graded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from link_index.rules.rule_file import Rules
    from link_index.spam.domain_web import DomainWeb


def many_outlinks(web: DomainWeb, limits: Rules) -> Iterator[Finding]:
    """Domains whose fullest page has `links` external targets or more. Internal links say nothing: site maps."""
    for domain in np.flatnonzero(web.busiest_links >= limits["links"]).tolist():
        links = int(web.busiest_links[domain])
        yield Finding(
            domain,
            limits["points"] * graded(links, limits["links"], limits["links_full"]),
            f"one of its pages links to {links:,} pages of other domains",
            {"links": links, "page": int(web.busiest_page[domain])},
        )
