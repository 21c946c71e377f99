"""The generated web's plan: its hosts, the URL of every page, and the tree that makes all of them reachable."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import zip_longest
from random import Random
from urllib.parse import quote

from benchmarks.prose import ACCENTED, WORDS

CHILDREN = 9  # pages that a page links on to in the tree of its site
NEIGHBOURS = 8  # sites that a site's front page links on to
SEEDS = 4
PAGES_PER_HOST = 20  # on average
PORT_WRITTEN_OUT = 50  # every so many-th host is at times linked to with its default port, `:80`


@dataclass(slots=True)
class Site:
    """One host and the paths of its pages; page 0 is the front page, page n's parent is (n - 1) // CHILDREN."""

    number: int
    host: str
    domain: str
    paths: list[str]
    urls: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.urls = [f"http://{self.host}{path}" for path in self.paths]

    def children(self, page: int) -> range:
        first = page * CHILDREN + 1
        return range(min(first, len(self.paths)), min(first + CHILDREN, len(self.paths)))


class Plan:
    """All sites of a web of so many pages; the same for the same arguments, whatever machine or version."""

    def __init__(self, pages: int, seed: int) -> None:
        self.pages = pages
        self.seed = seed
        random = Random(f"plan/{seed}")
        count = max(SEEDS, pages // PAGES_PER_HOST)
        self.sites = [
            Site(number, *_host(random, number), _paths(random, size))
            for number, size in enumerate(_sizes(random, count, pages))
        ]

        # URLs that redirect to a page: one site in five has one, and pages link to it as they do to pages.
        self.redirects = {
            f"http://{site.host}/go/{site.number}": ((301, 302, 308)[site.number % 3], site.urls[-1])
            for site in self.sites[::5]
        }
        self._ports = tuple(f"http://{site.host}/" for site in self.sites if site.number % PORT_WRITTEN_OUT == 7)

    @cached_property
    def urls(self) -> list[str]:
        """Every page, host by turn, so that a crawler given the list is not held up by its limit per host."""
        rounds = zip_longest(*(site.urls for site in self.sites))
        return [url for turn in rounds for url in turn if url]

    @property
    def seeds(self) -> list[str]:
        return [site.urls[0] for site in self.sites[:SEEDS]]

    def writes_port(self, url: str) -> bool:
        return url.startswith(self._ports)

    def neighbours(self, site: Site) -> list[Site]:
        """The sites that this one's front page leads on to: a tree over all of them, rooted in the seeds."""
        first = SEEDS + site.number * NEIGHBOURS
        return self.sites[first : first + NEIGHBOURS]


def _sizes(random: Random, hosts: int, pages: int) -> list[int]:
    """Pages of each host, by Zipf's law: most hosts are small, most pages are on large ones."""
    weights = [rank**-0.8 for rank in range(1, hosts + 1)]
    random.shuffle(weights)
    sizes = [max(1, int(pages * weight / sum(weights))) for weight in weights]
    for extra in range(pages - sum(sizes)):
        sizes[extra % hosts] += 1
    return sizes


def _host(random: Random, number: int) -> tuple[str, str]:
    """A host and its registrable domain; every fourth site is a sub-domain of the site before it."""
    owner = number - 1 if number % 4 == 3 else number
    name = f"{WORDS[owner * 7 % len(WORDS)]}{owner}.test"
    if owner != number:
        return f"{random.choice(('blog', 'docs', 'shop'))}.{name}", name
    return random.choice((f"www.{name}", f"www.{name}", name)), name


def _paths(random: Random, count: int) -> list[str]:
    style = random.randrange(4)
    sections = random.sample(WORDS, 6)
    paths = ["/"]
    for number in range(1, count):
        slug = "-".join(random.sample(WORDS, random.randint(2, 5)))
        if random.random() < 0.04:
            slug += "-" + quote(random.choice(ACCENTED))
        section = random.choice(sections)
        paths.append(
            (
                f"/{section}/{slug}-{number}.html",
                f"/{section}/{slug}-{number}/",
                f"/index.php?page={slug}&id={number}",
                f"/{random.randint(2012, 2026)}/{random.randint(1, 12):02}/{slug}-{number}",
            )[style]
        )
    return paths
