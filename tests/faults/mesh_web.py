"""A generated web whose every link is known: hosts that link to each other, some slow, some busy, one page deadly."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlsplit

from backlinks.web_folder import Answer

HTML = (("Content-Type", "text/html; charset=utf-8"),)
TEXT = (("Content-Type", "text/plain"),)
DEADLY = b"<!-- deadly -->"  # `tests.faults.deadly_pages` kills the worker that meets it
RETRY_AFTER = 1.0  # seconds
CRAWL_DELAY = 0.8  # seconds, of the slow hosts


@dataclass
class MeshWeb:
    """`hosts` times `pages` pages; the same `seed` is the same web. Every page is linked from its host's front page.

    Hosts 1 and 2 ask for CRAWL_DELAY in their robots.txt; each page of host 3 answers 503 with RETRY_AFTER to its
    first request; the last page of host 4 is deadly, if there is to be one.
    """

    hosts: int
    pages: int
    seed: int = 1
    has_deadly_page: bool = False
    answer_seconds: float = 0.01
    _asked: Counter[str] = field(default_factory=Counter)

    @property
    def seeds(self) -> list[str]:
        return [self.url(host, 0) for host in range(self.hosts)]

    @property
    def deadly_url(self) -> str:
        return self.url(4, self.pages - 1)

    def url(self, host: int, page: int) -> str:
        return f"http://h{host:02}.mesh{host:02}.example/{f'page-{page}' if page else ''}"

    @cached_property
    def links(self) -> dict[str, list[str]]:
        """Page URL -> the URLs it links to, each once and none itself."""
        chance = random.Random(self.seed)
        links: dict[str, list[str]] = {}
        for host in range(self.hosts):
            for page in range(self.pages):
                targets = {self.url(chance.randrange(self.hosts), chance.randrange(self.pages)) for _ in range(4)}
                targets |= (
                    {self.url(host, other) for other in range(1, self.pages)} if page == 0 else {self.url(host, 0)}
                )
                links[self.url(host, page)] = sorted(targets - {self.url(host, page)})
        return links

    @property
    def edges(self) -> set[tuple[str, str]]:
        """(source, target) of every link of the pages that can be read."""
        readable = (url for url in self.links if not (self.has_deadly_page and url == self.deadly_url))
        return {(source, target) for source in readable for target in self.links[source]}

    def delay(self, host: str, default: float) -> float:
        """Seconds that must lie between two requests to this host."""
        return max(default, CRAWL_DELAY) if host in self._hosts_of(1, 2) else default

    def answer(self, url: str) -> Answer | None:
        """As `WebFolder.answer`."""
        host, path = urlsplit(url)[1:3]
        if path == "/robots.txt":
            asks = f"User-agent: *\nCrawl-delay: {CRAWL_DELAY}\n" if host in self._hosts_of(1, 2) else ""
            return Answer(200, TEXT, asks.encode(), self.answer_seconds)
        targets = self.links.get(url)
        if targets is None:
            return None if not host.endswith(".example") else Answer(404, TEXT, b"", self.answer_seconds)
        self._asked[url] += 1
        if host in self._hosts_of(3) and self._asked[url] == 1:
            return Answer(503, (("Retry-After", f"{RETRY_AFTER:.0f}"),), b"", self.answer_seconds)
        body = "".join(f"<p><a href='{target}'>to {target[7:]}</a>" for target in targets).encode()
        if self.has_deadly_page and url == self.deadly_url:
            body += DEADLY
        return Answer(200, HTML, body, self.answer_seconds)

    def _hosts_of(self, *numbers: int) -> set[str]:
        return {urlsplit(self.url(number, 0)).netloc for number in numbers}
