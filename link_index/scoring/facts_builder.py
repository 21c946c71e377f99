"""The facts a link's value is argued from, made of its document and of what is known of its referring page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from link_index.scoring.link_facts import LinkFacts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from link_index.scoring.link_facts import Referrer


def link_facts(
    link: Mapping[str, Any], scores: Mapping[str, Any], referrer: Referrer, target_language: str | None
) -> LinkFacts:
    """The same for the job, which has just computed the scores, and for who reads them from the index."""
    return LinkFacts(
        referrer,
        theme=scores.get("theme"),
        anchor=scores["anchor"],
        link_type=link["link_type"],
        placement=link["placement"],
        outgoing=link["source_external_links"] + link["source_internal_links"],
        is_sitewide=scores.get("sitewide", False),
        target_language=target_language or "",
        target_status=scores.get("target_status", 0),
        dofollow=link["dofollow"],
        hops=tuple(hop["kind"] for hop in link.get("hops", ())),
        redirect_script=scores.get("script", {}).get("rule", ""),
        hidden=link.get("hidden", ""),
        is_lost="lost_at" in link,
    )
