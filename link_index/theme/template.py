"""The words that pages of a site have because they are pages of that site: its name, its navigation, its template."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from link_index.rules.rule_file import Rules

MAX_PAGES = 500  # of a site that are looked at


def template_stems(pages: Iterable[Iterable[str]], values: Rules) -> frozenset[str]:
    """The stems on more than a share of a site's pages; none while too few of them are known to tell.

    `pages` holds the stems of title and headings of each crawled page of the site (a registrable domain).
    """
    found: Counter[str] = Counter()
    number = 0
    for stems in islice(pages, MAX_PAGES):
        found.update(set(stems))
        number += 1
    if number < values["template"]["pages"]:
        return frozenset()
    return frozenset(stem for stem, pages_with in found.items() if pages_with > values["template"]["share"] * number)
