"""The labelled sites: small webs whose sites have templates, some of one software, some about one thing alone.

`sites/<language>.txt` holds webs, `[web]`; every second one is held out. A web has sites, `@ domain ;; software ;;
name ;; title with {} for the page's own ;; headings of every page`, and a site has pages, `subject/thing ;; title ;;
headings`. Pages of one subject and thing are about the same; `-` is a page that is compared with no other.
`fresh_sites` are more webs.
"""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

SITES = Path(__file__).with_name("sites")
FRESH_SITES = Path(__file__).with_name(
    "fresh_sites"
)  # written once all rules stood, which have not been changed for them
SITE_LANGUAGES = tuple(sorted(path.stem for path in SITES.glob("*.txt")))


class Page(NamedTuple):
    """As a crawler reads it, template and all."""

    subject: str
    thing: str
    title: str
    headings: list[str]


class Site(NamedTuple):
    """A site with all its pages."""

    domain: str
    software: str
    name: str
    language: str
    held_out: bool
    pages: list[Page]


class SitePair(NamedTuple):
    """Pages of two sites. `kind`: same, subject, template or unrelated."""

    kind: str
    source_site: Site
    source: Page
    target_site: Site
    target: Page


def sites(language: str, folder: Path = SITES) -> list[list[Site]]:
    """The webs of a language, each with its sites."""
    webs: list[list[Site]] = []
    template, headings = "", ""
    for line in (folder / f"{language}.txt").read_text("utf-8").splitlines():
        fields = [each.strip() for each in line.split(";;")]
        if line == "[web]":
            webs.append([])
        elif line.startswith("@ "):
            domain, software, name, template, headings = fields
            webs[-1].append(Site(domain[2:], software, name, language, len(webs) % 2 == 0, []))
        else:
            webs[-1][-1].pages.append(_page(fields, template, headings))
    return webs


def site_pairs(web: list[Site]) -> Iterator[SitePair]:
    """Every page with every page of the web's other sites, but for those that nobody can label."""
    for one, other in combinations(web, 2):
        for source in one.pages:
            for target in other.pages:
                if source.thing and target.thing:
                    yield SitePair(_kind(one, source, other, target), one, source, other, target)


def _kind(one: Site, source: Page, other: Site, target: Page) -> str:
    if source.subject == target.subject:
        return "same" if source.thing == target.thing else "subject"
    return "template" if one.software == other.software else "unrelated"


def _page(fields: list[str], template: str, headings: str) -> Page:
    theme, title, own, *_ = [*fields, ""]
    subject, _, thing = theme.partition("/")
    every = [each for each in (*own.split(" / "), *headings.split(" / ")) if each]
    return Page(subject, thing, template.format(title), every)
