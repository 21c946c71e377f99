"""A referring page as the value of its links sees it, from its documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from link_index.language.language_tag import primary
from link_index.scoring.link_facts import Referrer
from link_index.urls import target

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

# What of a page's document a Referrer is made from.
PAGE_FIELDS = ("key", "domain", "status", "noindex", "canonical", "language")


def is_elsewhere(canonical: str | None, key: str) -> bool:
    """Whether a page names another page than itself as its canonical; http and https are one page."""
    return bool(canonical) and canonical.startswith(("http://", "https://")) and target(canonical).key != key  # type: ignore[union-attr]


def referrer(
    page: Mapping[str, Any], page_scores: Mapping[str, Any], domain_scores: Mapping[str, Any], run: Mapping[str, Any]
) -> Referrer:
    """The Referrer of a `pages` document; empty mappings stand for documents that are not there."""
    has_seeds = bool(run.get("seeds", {}).get("trusted"))
    return Referrer(
        page_rank=page_scores.get("site_rank", 0.0),
        domain_rank=domain_scores.get("rank", 0.0),
        trust=domain_scores.get("trust", 0.0) if has_seeds else None,
        spam=domain_scores.get("spam", {}).get("score", 0.0),
        language=primary(page.get("language")) or "",
        noindex=page.get("noindex", False),
        canonical_elsewhere=is_elsewhere(page.get("canonical"), page.get("key", "")),
        status=page.get("status") or 200,
    )
