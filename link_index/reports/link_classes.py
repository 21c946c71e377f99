"""The class of a link in each dimension of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from link_index.language.language_tag import primary

if TYPE_CHECKING:
    from link_index.documents import Document

VALUES = tuple(f"{low} to {low + 10}" for low in range(0, 100, 10))
THEMES = tuple(f"{low / 10:.1f} to {(low + 1) / 10:.1f}" for low in range(10))
NOT_SCORED = "not scored"
NOT_COMPARABLE = "not comparable"
NO_LANGUAGE = "none declared"

_HOPS = {
    "http": "HTTP redirect",
    "meta_refresh": "meta refresh",
    "header_refresh": "Refresh header",
    "script": "script of a page",
}


def link_classes(link: Document, language: str) -> dict[str, str]:
    """Class by dimension; `language` is what the referring page declares."""
    scores = link.get("scores") or {}
    return {
        "value": tenth(scores.get("value"), 10, VALUES, NOT_SCORED),
        "theme": tenth(scores.get("theme"), 0.1, THEMES, NOT_COMPARABLE if scores else NOT_SCORED),
        "anchor": scores.get("anchor") or NOT_SCORED,
        "language": primary(language) or NO_LANGUAGE,
        "type": link["link_type"],
        "placement": link.get("placement") or "",
        "way": way(link),
    }


def tenth(value: float | None, step: float, names: tuple[str, ...], absent: str) -> str:
    """The tenth of the scale that holds the value; its upper end belongs to the last one."""
    if value is None:
        return absent
    return names[min(len(names) - 1, max(0, int(value / step + 1e-9)))]


def way(link: Document) -> str:
    """How the link reaches its target: `hard`, or over what; of several kinds of redirect the least direct one."""
    kinds = {hop["kind"] for hop in link.get("hops") or ()}
    for kind in ("script", "meta_refresh", "header_refresh", "http"):
        if kind in kinds:
            return _HOPS[kind]
    return "redirection script in its URL" if (link.get("scores") or {}).get("script") else "hard"
