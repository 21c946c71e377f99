"""What the value of one link is argued from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Referrer:
    """A referring page and its domain. Ranks, trust and spam are 0 to 100; None where nothing is known."""

    page_rank: float = 0.0
    domain_rank: float = 0.0
    trust: float | None = None
    spam: float = 0.0
    language: str = ""  # primary subtag; "" if the page declares none
    noindex: bool = False
    canonical_elsewhere: bool = False
    status: int = 200  # of the last look that answered


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """One link as its value sees it; the words are those of the index's documents."""

    referrer: Referrer
    theme: float | None = None  # 0 to 1
    anchor: str = "other"  # its class
    link_type: str = "text"
    placement: str = "content"
    outgoing: int = 1  # links of the referring page, internal ones too
    is_sitewide: bool = False
    target_language: str = ""
    target_status: int = 0  # of an error that the target answered with at the last look; 0: none is known
    dofollow: bool = True
    hops: tuple[str, ...] = ()  # kinds of the redirects between link and target
    redirect_script: str = ""  # the rule by which its URL is a redirection script
    hidden: str = ""  # why readers cannot see it
    is_lost: bool = False
