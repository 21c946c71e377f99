"""A generated web of which every crawl makes the same index, in whatever order its pages come and come again."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from backlinks.web_folder import Answer

BRANCHES = 6  # children of a page
HTML, PLAIN = (("Content-Type", "text/html; charset=utf-8"),), (("Content-Type", "text/plain"),)
UNFOLLOWED = ("nofollow", "ugc", "sponsored", "nofollow sponsored", "nofollow noopener")
FOLLOWED = ("", "", "noopener", "me external")
KINDS = ("moved", "moved_twice", "loop", "dead_end", "not_found", "gone", "broken", "plain", "private", "unindexed")
ROBOTS = b"User-agent: *\nDisallow: /private\n"


@dataclass
class LayeredWeb:
    """`hosts` times `pages` URLs and where their redirects lead; the same `seed` is the same web.

    A host is a tree. A page leads on to its children, and else to what was found before it whatever the order: its
    ancestors, their children and the front pages. To all others, redirects and hosts that are not there among them, its
    links are nofollow, ugc or sponsored. So each URL has one depth and one way to it. Some leaves redirect (a hop or
    two, to other hosts, in a loop, to nowhere), some are missing, gone, broken, forbidden or no HTML.
    """

    hosts: int
    pages: int
    seed: int = 1
    answer_seconds: float = 0.0

    @property
    def seeds(self) -> list[str]:
        return [f"http://{self._host(host)}/" for host in range(self.hosts)]

    def answer(self, url: str) -> Answer | None:
        """As `WebFolder.answer`."""
        host, path = urlsplit(url)[1:3]
        if path == "/robots.txt":
            return Answer(200, PLAIN, ROBOTS, self.answer_seconds)
        status, headers, body = self.answers.get(url, (404, HTML, b"<title>Nothing here</title>"))
        return Answer(status, headers, body, self.answer_seconds) if f"http://{host}/" in self.seeds else None

    @cached_property
    def answers(self) -> dict[str, tuple[int, tuple[tuple[str, str], ...], bytes]]:
        """Every URL that a crawl asks for, but what is missing or forbidden."""
        chance = random.Random(self.seed)
        answers = {}
        for host in range(self.hosts):
            for page in range(self.pages):
                answers.update(self._answers(host, page, chance))
        return answers

    def _answers(
        self, host: int, page: int, chance: random.Random
    ) -> dict[str, tuple[int, tuple[tuple[str, str], ...], bytes]]:
        url, kind = self._url(host, page), self._kind(page)
        landing = f"http://{self._host(host + 1)}/landing-{host}-{page}"
        read = 200, HTML, self._body(host, page, chance)
        if kind == "moved":
            return {url: (301, (("Location", landing),), b""), landing: read}
        if kind == "moved_twice":
            hop = f"http://{self._host(host)}/hop-{page}"
            return {url: (302, (("Location", hop),), b""), hop: (308, (("Location", landing),), b""), landing: read}
        if kind == "loop":
            back = f"http://{self._host(host)}/back-{page}"
            return {url: (301, (("Location", back),), b""), back: (301, (("Location", url),), b"")}
        special = {
            "dead_end": (302, (), b""),
            "gone": (410, HTML, b""),
            "broken": (500, HTML, b""),
            "plain": (200, PLAIN, b"no links"),
            "unindexed": (200, (*HTML, ("X-Robots-Tag", "noindex, nofollow")), read[2]),
        }
        return {} if kind in {"not_found", "private"} else {url: special.get(kind, read)}

    def _body(self, host: int, page: int, chance: random.Random) -> bytes:
        own = [self._url(host, child) for child in self._children(page)]
        met = [*self._met_before(host, page), *self.seeds]
        links = [(url, "", f"Part {number}") for number, url in enumerate(own)]
        links += [(chance.choice(met), chance.choice(FOLLOWED), f"met {chance.randrange(50)}") for _ in range(6)]
        for _ in range(5):
            anyone = self._url(chance.randrange(self.hosts), chance.randrange(self.pages))
            links.append((anyone, chance.choice(UNFOLLOWED), f"other {chance.randrange(9)}"))
        links.append((f"https://outside{chance.randrange(40)}.example/{page}", chance.choice(UNFOLLOWED), "Outside"))
        shown = "".join(f"<p>See <a href='{url}' rel='{rel}'>{anchor}</a> there" for url, rel, anchor in links)
        picture = f"<a href='{chance.choice(met)}'><img alt='picture {page}' src='/p.png'></a>"
        return f"<title>{host}/{page}</title><h1>Page {page}</h1>{shown}{picture}".encode()

    def _children(self, page: int) -> range:
        return range(page * BRANCHES + 1, min((page + 1) * BRANCHES + 1, self.pages))

    def _met_before(self, host: int, page: int) -> list[str]:
        """Its ancestors and their children: itself is one of them."""
        met = []
        while page:
            page = (page - 1) // BRANCHES
            met += [self._url(host, child) for child in self._children(page)]
        return met

    def _kind(self, page: int) -> str:
        is_leaf = page and not self._children(page)
        return KINDS[page // 3 % len(KINDS)] if is_leaf and page % 3 == 0 else ""

    def _url(self, host: int, page: int) -> str:
        private = "private-" if self._kind(page) == "private" else ""
        return f"http://{self._host(host)}/{f'{private}page-{page}' if page else ''}"

    def _host(self, number: int) -> str:
        number %= self.hosts
        return f"h{number}.layer{number // 2}.example"  # two hosts are of one domain
