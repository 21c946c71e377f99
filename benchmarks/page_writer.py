"""Writes one page of the generated web, and beside it every link as it is written."""

from __future__ import annotations

import math
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from benchmarks import prose
from benchmarks.hrefs import anchor_markup, attribute, spelling

if TYPE_CHECKING:
    from benchmarks.sites import Plan, Site

MEDIAN_LINKS, P90_LINKS = 75, 120
MEDIAN_BYTES, P90_BYTES = 44_000, 86_000
FRAME_BYTES = 12_000  # what stands around an article
ARTICLE_EXTERNAL_SHARE = 0.19  # of an article's links; with menus and footers 15 % of all links
REL_SHARE = 0.16
RELS = ("nofollow", "nofollow ugc", "sponsored", "ugc", "NoFollow", "noopener noreferrer", "noopener,nofollow")
TRAPS = (
    '<a href="mailto:desk@example.test">write to us</a>',
    '<a href="tel:+15550100">call us</a>',
    '<a href="javascript:void(0)">menu</a>',
)


class Found(NamedTuple):
    """One link as it stands on a page: what a crawler must find there, no more and no less."""

    target: str
    link_type: str  # text image area; of canonical, alternate and form the anchor and the rel are not compared
    anchor: str
    rel: tuple[str, ...]
    placement: str


class WebPage(NamedTuple):
    """A page as served, its links in document order (links to itself among them), and what makes them nofollow."""

    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    links: list[Found]
    nofollow_by: tuple[str, ...]


class SiteTemplate:
    """What the pages of one site share: the same links with the same words on each of them."""

    def __init__(self, plan: Plan, site: Site) -> None:
        random = Random(f"template/{plan.seed}/{site.number}")
        self.roles = random.random() < 0.25  # landmarks by ARIA role instead of by element
        self.charset = random.choices(("utf-8", "utf-8 in meta", "iso-8859-1"), (80, 15, 5))[0]
        own = site.urls[1:]
        self.nav = [(url, prose.words(random, 1, 2)) for url in random.sample(own, min(len(own), 11))]
        self.footer = [(url, prose.words(random, 1, 3)) for url in random.sample(own, min(len(own), 9))]
        others = random.sample(plan.sites, 3)
        self.footer += [(other.urls[0], other.host) for other in others if other is not site]
        # Menus are the same bytes on every page: own pages from the root of the host, others in full.
        root = site.urls[0].removesuffix("/")
        self.hrefs = {url: f'href="{attribute(url.removeprefix(root))}"' for url, _ in (*self.nav, *self.footer)}

    def landmark(self, element: str, role: str, inner: str) -> str:
        if self.roles:
            return f'<div role="{role}" class="{element}">{inner}</div>\n'
        return f"<{element}>{inner}</{element}>\n"


class PageWriter:
    """One page in the making: methods write in document order and note each link as they do."""

    def __init__(self, plan: Plan, site: Site, template: SiteTemplate, number: int) -> None:
        self.plan, self.site, self.template, self.number = plan, site, template, number
        self.url = site.urls[number]
        self.random = Random(f"page/{plan.seed}/{site.number}/{number}")
        self.links: list[Found] = []
        self.placement = "head"

    def page(self) -> WebPage:
        nofollow_by = self._page_level()
        html = f'<!DOCTYPE html>\n<html lang="en">\n{self._head(nofollow_by)}<body>\n{self._body()}</body>\n</html>\n'
        charset = self.template.charset
        content_type = "text/html" if charset == "utf-8 in meta" else f"text/html; charset={charset}"
        headers = [("Content-Type", content_type)]
        if "x_robots_tag" in nofollow_by:
            headers.append(("X-Robots-Tag", "nofollow"))
        return WebPage(self.url, tuple(headers), html.encode(charset.split()[0]), self.links, nofollow_by)

    def _page_level(self) -> tuple[str, ...]:
        """Only leaves of the tree are nofollow as a whole: every page is reachable by links that count."""
        chance = self.random.random()
        if not self.number or self.site.children(self.number) or chance > 0.045:
            return ()
        return ("meta_robots",) if chance < 0.03 else ("x_robots_tag",)

    def _head(self, nofollow_by: tuple[str, ...]) -> str:
        parts = ['<head>\n<meta charset="utf-8">\n' if self.template.charset == "utf-8 in meta" else "<head>\n"]
        parts.append(f"<title>{prose.words(self.random, 3, 8).capitalize()}</title>\n{prose.COMMENT}\n")
        if self.random.random() < 0.6:
            parts.append(f'<link rel="canonical" href="{attribute(self.url)}">\n')
            self._note(self.url, "canonical")
        if self.random.random() < 0.4:
            parts.append('<link rel="alternate" type="application/rss+xml" title="News" href="/feed.xml">\n')
            self._note(f"http://{self.site.host}/feed.xml", "alternate")
        if "meta_robots" in nofollow_by:
            parts.append('<meta name="robots" content="index, NOFOLLOW">\n')
        parts.append(
            '<link rel="stylesheet" href="/static/site.css">\n<meta name="viewport" content="width=device-width">\n'
        )
        parts.append(f"<style>{prose.STYLE}</style>\n<script>{prose.SCRIPT}</script>\n</head>\n")
        return "".join(parts)

    def _body(self) -> str:
        return f"{self._header()}{self._nav()}{self._main()}{self._aside()}{self._footer()}"

    def _header(self) -> str:
        self.placement = "header"
        logo = self._image_link(self.site.urls[0], f"{self.site.host} home")
        self._note(f"http://{self.site.host}/search", "form")
        form = f'<form action="/search" role="search"><input name="q"><button>{prose.ICON}</button></form>'
        return self.template.landmark("header", "banner", f'<div class="logo">{logo}</div>{form}')

    def _nav(self) -> str:
        self.placement = "nav"
        items = "".join(f'<li class="menu-item">{self._plain_link(*link)}</li>\n' for link in self.template.nav)
        return self.template.landmark("nav", "navigation", f'<ul class="menu">\n{items}</ul>')

    def _aside(self) -> str:
        self.placement = "aside"
        own = self.site.urls
        items = "".join(
            f'<li><span class="tag">{self._link(url, must_count=False)}</span></li>\n'
            for url in self.random.sample(own, min(len(own), 7))
        )
        return self.template.landmark("aside", "complementary", f"<h3>See also</h3>\n<ul>{items}</ul>")

    def _footer(self) -> str:
        self.placement = "footer"
        items = "".join(f"<li>{self._plain_link(*link)}</li>\n" for link in self.template.footer)
        year = self.random.randint(2019, 2026)
        return self.template.landmark("footer", "contentinfo", f"<ul>{items}</ul><p>&copy; {year} {self.site.host}</p>")

    def _main(self) -> str:
        """The article: the links that lead on first, then the others spread over as much prose as the page needs."""
        self.placement = "content"
        tree = "".join(f"<li>{self._link(url, must_count=True)}</li>\n" for url in self._leads_on_to())
        title = prose.words(self.random, 3, 7).capitalize()
        parts = [f'<main>\n<article>\n<h1>{title}</h1>\n<ul class="pages">{tree}</ul>\n']
        others, blocks = self._others(), prose.blocks(self.plan.seed)
        paragraphs = max(1, len(others) // 4)
        written, size = 0.0, _lognormal(self.random, MEDIAN_BYTES, P90_BYTES) - FRAME_BYTES
        for number in range(paragraphs):
            parts.append(paragraph := self._paragraph(others[number::paragraphs]))
            written += len(paragraph)
            while written < size * (number + 1) / paragraphs:
                parts.append(block := self.random.choice(blocks))
                written += len(block)
        return "".join([*parts, "</article>\n</main>\n"])

    def _leads_on_to(self) -> list[str]:
        urls = [self.site.urls[child] for child in self.site.children(self.number)]
        if self.number == 0:
            urls += [site.urls[0] for site in self.plan.neighbours(self.site)]
        return urls

    def _others(self) -> list[str]:
        """What else the article links to, so that the page as a whole has its number of links."""
        shared = len(self.links) + len(self.template.footer) + 7 + len(self._leads_on_to())
        count = max(3, int(_lognormal(self.random, MEDIAN_LINKS, P90_LINKS)) - shared)
        targets = [self._target() for _ in range(count)]
        return targets + targets[: count // 20]  # a few of them twice

    def _target(self) -> str:
        chance = self.random.random()
        if chance < 0.001:
            return self.random.choice(list(self.plan.redirects))
        if chance < ARTICLE_EXTERNAL_SHARE:
            return self.random.choice(self.random.choice(self.plan.sites).urls)
        return self.random.choice(self.site.urls)

    def _paragraph(self, urls: list[str]) -> str:
        links = "".join(f"{self._link(url, must_count=False)} {prose.words(self.random, 3, 9)} " for url in urls)
        trap = self.random.choice(TRAPS) if self.random.random() < 0.1 else ""
        return f"<p>{prose.sentence(self.random)} {links}{trap}</p>\n"

    def _link(self, url: str, *, must_count: bool) -> str:
        chance = self.random.random()
        if chance < 0.05:
            return self._image_link(url, prose.words(self.random, 0, 4))
        if chance < 0.055:
            return self._area(url)
        rel = "" if must_count or self.random.random() > REL_SHARE else self.random.choice(RELS)
        markup, anchor = anchor_markup(self.random, prose.words(self.random, 1, 6))
        self._note(url, "text", anchor, tuple(rel.lower().replace(",", " ").split()))
        attributes = f'{self._href(url)} rel="{rel}"' if rel else self._href(url)
        return f"<a {attributes}>{markup}</a>"

    def _plain_link(self, url: str, text: str) -> str:
        self._note(url, "text", text)
        return f'<a class="menu-link" {self.template.hrefs[url]}>{text}</a>'

    def _image_link(self, url: str, alt: str) -> str:
        self._note(url, "image", alt)
        return f'<a {self._href(url)}><img src="/static/{self.number}.png" width="64" height="64" alt="{alt}"></a>'

    def _area(self, url: str) -> str:
        alt = prose.words(self.random, 1, 3)
        self._note(url, "area", alt)
        return f'<map name="m"><area shape="rect" coords="0,0,9,9" {self._href(url)} alt="{alt}"></map>'

    def _href(self, url: str) -> str:
        return spelling(self.random, self.url, url, port=self.plan.writes_port(url))

    def _note(self, target: str, link_type: str, anchor: str = "", rel: tuple[str, ...] = ()) -> None:
        self.links.append(Found(target, link_type, anchor, rel, self.placement))


def _lognormal(random: Random, median: float, p90: float) -> float:
    return random.lognormvariate(math.log(median), math.log(p90 / median) / 1.2816)
