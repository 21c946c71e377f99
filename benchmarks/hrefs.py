"""The many ways to write one URL or one anchor in HTML, all meaning the same."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from benchmarks import prose

if TYPE_CHECKING:
    from random import Random


def attribute(url: str) -> str:
    return escape(url, quote=True)


def spelling(random: Random, page: str, target: str, *, port: bool) -> str:
    """An `href="..."` on `page` that leads to `target`; `port` allows the default port to be written out."""
    here, there = urlsplit(page), urlsplit(target)
    path = there.path + (f"?{there.query}" if there.query else "")
    chance = random.random()
    if here.netloc == there.netloc:
        href = path if chance < 0.55 else target if chance < 0.8 else _relative(here.path, path)
    elif port and chance < 0.3:
        href = f"http://{there.netloc}:80{path}"
    elif chance > 0.98:
        href = f"HTTP://{there.netloc.upper()}{path}"
    else:
        href = target if chance < 0.92 else f"//{there.netloc}{path}"
    if "%" in there.path and random.random() < 0.5:
        href = unquote(href)
    if random.random() < 0.06:
        href += "#" + random.choice(prose.WORDS)
    return _quoted(random, href)


def _relative(page_path: str, target: str) -> str:
    folder = page_path[: page_path.rindex("/") + 1]
    if target.startswith(folder):
        return target[len(folder) :] or "./"
    return "../" * (folder.count("/") - 1) + target[1:] if folder != "/" else target[1:] or "./"


def _quoted(random: Random, href: str) -> str:
    chance = random.random()
    if chance < 0.02 and href.isascii() and not set(href) & set("=&?"):
        return f"href={href}"
    if chance < 0.08:
        return f"href='{attribute(href)}'"
    if chance < 0.1:
        return f'href=" {attribute(href)}\n"'
    return f'href="{attribute(href)}"'


def anchor_markup(random: Random, text: str) -> tuple[str, str]:
    """Markup that reads as `text` or nearly so, and what a reader sees of it."""
    chance = random.random()
    first, _, rest = text.partition(" ")
    if chance < 0.7 or not rest:
        return text, text
    if chance < 0.8:
        return f"<b>{first}</b> {rest}", text
    if chance < 0.9:
        return f'\n      <span class="label">{first}</span>\n      {rest}\n    ', text
    if chance < 0.95:
        return f"{first} &amp; {rest}", f"{first} & {rest}"
    return f"{first} caf&eacute; &#8211; {rest}", f"{first} café – {rest}"
