"""The fields of each question's rows, in order, with the value of an absent one: the names people's scripts read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

FIELDS: Mapping[str, Mapping[str, Any]] = {
    "show": {
        "source_url": "", "source_domain": "", "source_title": "", "target_url": "", "target_key": "",
        "target_domain": "", "final_url": None, "via": [], "hops": [], "anchor": "", "link_type": "", "rel": [],
        "dofollow": None, "nofollow": None, "ugc": None, "sponsored": None, "nofollow_by": [], "is_internal": None,
        "placement": "", "hidden": None, "text_before": "", "text_after": "", "occurrences": 1,
        "source_external_links": None, "source_internal_links": None, "first_seen": None, "last_seen": None,
        "lost_at": None, "lost_reason": None, "changes": [], "value": None, "scores": {}, "_id": None,
    },
    "summary": {
        "scope": "", "state": "", "links": 0, "occurrences": 0, "referring_pages": 0, "referring_domains": 0,
        "dofollow": 0, "dofollow_share": 0.0, "dofollow_referring_pages": 0, "dofollow_referring_domains": 0,
        "nofollow": 0, "ugc": 0, "sponsored": 0, "hard": 0, "redirected": 0, "by_type": {}, "by_placement": {},
        "first_seen": None, "newest_first_seen": None, "last_seen": None, "last_lost_at": None,
    },
    "domains": {
        "source_domain": "", "links": 0, "dofollow": 0, "referring_pages": 0, "dofollow_referring_pages": 0,
        "share": 0.0, "first_seen": None, "example_url": "",
    },
    "anchors": {
        "anchor": "", "image": False, "links": 0, "share": 0.0, "dofollow": 0, "referring_domains": 0,
        "dofollow_referring_domains": 0, "first_seen": None,
    },
    "anchor-profile": {
        "anchor_class": "", "links": 0, "link_share": 0.0, "referring_domains": 0, "domain_share": 0.0,
    },
    "pages": {
        "url": "", "target_key": "", "links": 0, "share": 0.0, "dofollow": 0, "referring_pages": 0,
        "referring_domains": 0, "dofollow_referring_domains": 0, "first_seen": None, "outcome": None, "status": None,
        "fetched_at": None,
    },
    "redirects": {
        "url": "", "status": None, "kind": "", "to": "", "chain": [], "final_url": "", "links": 0, "seen_at": None,
    },
    "opportunities": {
        "kind": "", "said": "", "gain": None, "worth": None, "value": None, "source_url": "", "source_domain": "",
        "anchor": "", "link_type": "", "dofollow": None, "placement": "", "target_url": "", "final_url": None,
        "hops": [], "first_seen": None, "lost_at": None, "lost_reason": None, "_id": None,
    },
    "compare": {
        "found_in": "", "source_domain": "", "targets": [], "links": [], "dofollow": [], "rank": None, "trust": None,
        "spam": None, "spam_parts": [], "example_url": "",
    },
}  # fmt: skip
