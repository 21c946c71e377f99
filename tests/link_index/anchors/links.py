"""Classified links for the tests of profiles."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from link_index.anchors.classified_links import ClassifiedLink

START = datetime(2026, 1, 1, tzinfo=UTC)


def link(domain: str, anchor: str, name: str = "other", day: int = 0, page: int = 0) -> ClassifiedLink:
    """A link of that domain, first seen so many days after START."""
    return ClassifiedLink(
        f"https://{domain}/{page}", domain, "https://acme.com/", anchor, name, START + timedelta(days=day)
    )


def links(count: int, anchor: str, name: str, start: int = 0, day: int = 0) -> list[ClassifiedLink]:
    """The same link on so many domains, which are numbered from `start`."""
    return [link(f"d{number}.example", anchor, name, day) for number in range(start, start + count)]


def varied(count: int, start: int = 0, day: int = 0, days_apart: int = 0) -> list[ClassifiedLink]:
    """Links of other words, each its own, on so many domains."""
    return [
        link(f"d{number}.example", f"words {number}", "other", day + days_apart * (number - start))
        for number in range(start, start + count)
    ]
