"""A web made of pairs: two referring pages that differ in one quality of their link alone, and which is the better."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

TARGET = "http://kettles.example/copper"
SEEDS = ("hub.example", "plain.example", "fan-1.example", "fan-2.example", "fan-3.example")
TRUSTED = "hub.example"  # plain.example is its like in everything but trust
FANS = 3
HIDDEN = 'style="display:none"'
CASINOS = 40
SITE = 12  # pages


def page(
    link: str = "", *, language: str = "en", head: str = "", about: str = "Copper kettles on the stove", more: str = ""
) -> str:
    """A referring page: `link` in its one paragraph, `more` behind it."""
    link = link or to()
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><title>{about}</title>{head}</head><body><h1>{about}</h1>'
        f"<p>We tried four of them on a gas stove and like this {link} best of all.</p>{more}</body></html>"
    )


def to(anchor: str = "copper kettle", attributes: str = "", url: str = TARGET) -> str:
    return f'<a href="{url}" {attributes}>{anchor}</a>'


def links_to(host: str, count: int, attributes: str = "") -> str:
    return " ".join(f'<a href="http://{host}/{number}" {attributes}>{number}</a>' for number in range(count))


def casinos(attributes: str = "") -> str:
    """Links to so many domains that nobody else links to."""
    return " ".join(f'<a href="http://casino-{number}.example/" {attributes}>{number}</a>' for number in range(CASINOS))


def pages_of(host: str, body: str, url: str = TARGET) -> dict[str, str]:
    """All pages of a site but its front page, each with one link."""
    return {f"http://{host}/{number}": body.replace(TARGET, url) for number in range(1, SITE)}


@dataclass(frozen=True, slots=True)
class Pair:
    """`differs` are the parts and factors that move; `others` are more pages of the web. Pages are given by URL."""

    name: str
    better: str
    worse: str
    differs: frozenset[str]
    pages: dict[str, str]
    popular: tuple[str, ...] = ()  # what the fans link to
    untrusted: tuple[str, ...] = ()  # what plain.example links to, and not the hub
    rules: dict[str, dict[str, object]] = field(default_factory=dict)


def _pair(name: str, better: str, worse: str, *differs: str, **more: object) -> Pair:
    """A pair whose pages are the front pages of two sites."""
    one, other = f"http://{name}-a.example/", f"http://{name}-b.example/"
    pages = {one: better, other: worse} | more.pop("pages", {})  # type: ignore[operator]
    return Pair(name, one, other, frozenset(differs), pages, **more)  # type: ignore[arg-type]


_INNER = "".join(f'<a href="/{number}">{number}</a> ' for number in range(1, SITE))
_MOVED = "http://moved.example/"
OUT = f"{_MOVED}out.php?url={TARGET}"


def _pages_pair() -> Pair:
    """Two pages of one site, one of which others link to."""
    one, other = "http://twin.example/a", "http://twin.example/b"
    return Pair("page rank", one, other, frozenset({"page_rank"}), {one: page(), other: page()}, popular=(one,))


PAIRS = [
    _pair("nofollow", page(), page(to(attributes='rel="nofollow"')), "nofollow"),
    _pair("ugc", page(), page(to(attributes='rel="ugc"')), "nofollow"),
    _pair("page-nofollow", page(), page(head='<meta name="robots" content="nofollow">'), "nofollow"),
    _pair("image", page(), page(to('<img src="k.png" alt="copper kettle">')), "link_type"),
    _pair("footer", page("one", more=f"<div>{to()}</div>"), page("one", more=f"<footer>{to()}</footer>"), "placement"),
    _pair("navigation", page("one", more=f"<div>{to()}</div>"), page("one", more=f"<nav>{to()}</nav>"), "placement"),
    _pair("links", page(more=links_to("filler.example", 3)), page(more=links_to("filler.example", 90)), "few_links"),
    _pair("anchor", page(), page(to("click here")), "anchor"),
    _pair("theme", page(), page(about="Second division football results"), "theme"),
    _pair("noindex", page(), page(head='<meta name="robots" content="noindex">'), "noindex"),
    _pair(
        "canonical",
        page(head='<link rel="canonical" href="http://canonical-a.example/">'),
        page(head='<link rel="canonical" href="http://canonical-b.example/kettles">'),
        "canonical_elsewhere",
    ),
    _pair("hidden", page(f"<span>{to()}</span>"), page(f"<span {HIDDEN}>{to()}</span>"), "hidden"),
    _pair("language", page(), page(language="nl"), "language", "theme"),
    _pair("redirect", page(), page(to(url=f"{_MOVED}old")), "http",
          rules={f"{_MOVED}old": {"location": TARGET}}),
    _pair("chain", page(to(url=f"{_MOVED}once")), page(to(url=f"{_MOVED}twice")), "http",
          rules={f"{_MOVED}once": {"location": TARGET}, f"{_MOVED}twice": {"location": f"{_MOVED}once"}}),
    _pair("refresh", page(to(url=f"{_MOVED}hop")), page(to(url=f"{_MOVED}refresh")), "http", "meta_refresh",
          pages={f"{_MOVED}refresh": f'<meta http-equiv="refresh" content="0; url={TARGET}">'},
          rules={f"{_MOVED}hop": {"location": TARGET}}),
    _pair("redirection-script", page(to(url=f"{_MOVED}plain")), page(to(url=OUT)), "redirect_script",
          rules={f"{_MOVED}plain": {"location": TARGET}, OUT: {"location": TARGET}}),
    _pair("script", page(to(url=f"{_MOVED}http")), page(to(url=f"{_MOVED}by-script")), "http", "script",
          pages={f"{_MOVED}by-script": f"<script>location.replace('{TARGET}')</script>"},
          rules={f"{_MOVED}http": {"location": TARGET}}),
    _pair("sitewide", page(more=_INNER), page(more=_INNER), "editorial",
          pages=pages_of("sitewide-b.example", page()) |
          pages_of("sitewide-a.example", page(), "http://filler.example/other")),
    _pair("spam", page(), page(), "spam",
          pages={"http://spam-a.example/more": casinos(), "http://spam-b.example/more": casinos(HIDDEN)}),
    _pair("trust", page(), page(), "trust", untrusted=("http://trust-b.example/",)),
    _pair("domain-rank", page(), page(), "domain_rank",
          pages={f"http://domain-rank-{side}.example/other": "<p>Kettles" for side in "ab"},
          popular=("http://domain-rank-a.example/other",)),
    _pages_pair(),
]  # fmt: skip
# As much in words and links, nothing that differs: their values are the same.
EQUALS = [_pair("equal", page(), page()), _pair("equal-too", page(), page())]


def write_web(folder: Path) -> None:
    """The whole web as the web.toml of a folder."""
    pairs = [*PAIRS, *EQUALS]
    bodies = {TARGET: _target(), "http://kettles.example/": page(to("The copper kettle"), about="Kettleworks")}
    for pair in pairs:
        bodies |= pair.pages
    lonely = {url for pair in pairs for url in pair.untrusted}
    inner = {url for pair in pairs for url in pair.pages if url.count("/") == 3 and url.rpartition("/")[2].isdigit()}
    linked = [url for pair in pairs for url in pair.pages if not url.startswith(_MOVED)]
    led_to = [url for url in linked if url not in lonely | inner]
    likes = [url.replace("http://", "http://like-") for url in led_to]
    spares = [f"http://spare-{number}.example/" for number in range(len(lonely))]
    bodies["http://hub.example/"] = _list([*led_to, *spares])
    bodies["http://plain.example/"] = _list([*sorted(lonely), *likes])
    popular = [url for pair in pairs for url in pair.popular]
    bodies |= {f"http://fan-{number}.example/": _list(popular) for number in range(1, FANS + 1)}
    rules: dict[str, dict[str, object]] = {url: {"body": body} for url, body in bodies.items()}
    for pair in pairs:
        rules |= pair.rules
    for url in [*likes, *spares, "http://filler.example/"]:
        rules[url.split("/")[2]] = {"status": 404}
    rules |= {f"casino-{number}.example": {"status": 404} for number in range(CASINOS)}
    (folder / "web.toml").write_text("\n".join(map(_table, rules.items())), "utf-8")


def _target() -> str:
    about = "Copper kettle"
    return f'<!DOCTYPE html><html lang="en"><title>{about} | Kettleworks</title><h1>{about} for the stove</h1><p>Ours.'


def _list(urls: list[str]) -> str:
    return "<title>List</title>" + "".join(f'<p><a href="{url}">site</a>' for url in urls)


def _table(rule: tuple[str, dict[str, object]]) -> str:
    url, fields = rule
    return "\n".join([f"[{json.dumps(url)}]", *(f"{name} = {json.dumps(value)}" for name, value in fields.items())])
