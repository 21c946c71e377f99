"""A generated web of thousands of domains, innocent ones of many habits and planted schemes, with the known answer."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.spam_schemes import FIRST_DAY, SCHEMES, VOTE
from link_index.graph.web_arrays import EXTERNAL, HIDDEN
from link_index.spam.address_groups import AddressGroups
from link_index.spam.domain_web import DomainWeb, domain_web

PAGES = 5  # of each domain
SERVICES = 30  # everybody links to them
TOPICS = 60
DAYS = 364


class SpamWeb:
    """`planted`: signal -> the domains that are to show it. `innocent`: habit -> domains that have it.

    `careless`: the share of ordinary sites that never use nofollow. `disguised`: the schemes take care not to show.
    """

    def __init__(
        self, domains: int, seed: int = 1, *, planted: bool = True, careless: float = 0.02, disguised: bool = False
    ) -> None:
        self.random = np.random.default_rng(seed)
        self.disguised = disguised
        self.planted: dict[str, set[int]] = {}
        self.innocent: dict[str, set[int]] = {}
        self._edges: list[Any] = []
        self._address: dict[int, str] = {}
        self._names: list[str] = []
        self._topics(domains, careless)
        for habit in (_hosts, _agencies, _companies, _blog_circles, _forums, _directories, _menus, _news):
            self.innocent[habit.__name__[1:]] = habit(self)
        for signal, scheme in SCHEMES if planted else ():
            self.planted.setdefault(signal, set()).update(scheme(self))

    @property
    def arranged(self) -> set[int]:
        """Every domain that a scheme made or that one was paid for."""
        return set().union(*self.planted.values())

    def whole(self) -> DomainWeb:
        return domain_web(*self.arrays())

    def arrays(self) -> tuple[list[str], Any, tuple[Any, Any, Any, Any], AddressGroups]:
        """Names, domains of pages, edges in order of target, then of source, and addresses."""
        source, target, flags, day = np.concatenate(self._edges).T
        order = np.lexsort((day, source, target))
        source, target, flags, day = (column[order] for column in (source, target, flags, day))
        first = np.diff(target << 32 | source, prepend=-1) > 0
        page_domain = np.repeat(np.arange(len(self._names), dtype=np.int32), PAGES)
        types = (np.int32, np.int32, np.uint8, np.int32)
        edges = [each[first].astype(of) for each, of in zip((source, target, flags, day), types, strict=True)]
        return self._names, page_domain, tuple(edges), AddressGroups.of(self._address.items())

    def new(self, number: int, kind: str) -> Any:
        """Domains with a network each of its own."""
        numbers = np.arange(len(self._names), len(self._names) + number)
        self._names += [f"{kind}{each}.example" for each in numbers.tolist()]
        for each in numbers.tolist():
            self.place(each, f"{100 + (each >> 16)}.{each >> 8 & 255}.{each & 255}.1")
        return numbers

    def place(self, domain: int, address: str) -> None:
        """Serve the domain from this address from now on."""
        self._address[domain] = address

    def any_of(self, number: int) -> Any:
        """Different ordinary domains."""
        return self.random.choice(self.ordinary, number, replace=False)

    def link(self, source: Any, target: Any, flags: Any = VOTE, day: Any = None, page: Any = None) -> None:
        """Links from pages of these domains to pages of those; found when the source was, or on a given day."""
        source, target = np.broadcast_arrays(source, target)
        kept = source != target
        source, target = source[kept], target[kept]
        found = self._since(source) if day is None else np.broadcast_to(day, kept.shape)[kept]
        at = self.random.integers(0, PAGES, len(source)) if page is None else page
        to = np.where(self.random.random(len(source)) < 0.7, 0, self.random.integers(0, PAGES, len(source)))
        label = np.broadcast_to(flags, kept.shape)[kept]
        self._edges.append(np.stack([source * PAGES + at, target * PAGES + to, label, found], axis=1).astype(np.int64))

    def _since(self, source: Any) -> Any:
        """Half of the domains are found on the first days, half in the year; a quarter of links are newer."""
        mixed = (np.asarray(source) * 2_654_435_761) % 1_000 / 1_000
        known = FIRST_DAY + np.where(mixed < 0.5, mixed * 8, (mixed - 0.5) * 2 * (DAYS - 60)).astype(int)
        later = known + (FIRST_DAY + DAYS - known) * self.random.random(len(known))
        return np.where(self.random.random(len(known)) < 0.25, later, known).astype(int)

    def _topics(self, domains: int, careless: float) -> None:
        """Ordinary sites: each of a topic, popular as a power law has it, with its own habit of nofollow."""
        random = self.random
        self.services = self.new(SERVICES, "service")
        self.ordinary = self.new(domains, "site")
        self.topic = random.integers(0, TOPICS, domains)
        degrees = np.minimum(random.zipf(1.7, domains) + random.integers(2, 40, domains), 400)
        source = np.repeat(np.arange(domains), degrees)
        ranked = [np.flatnonzero(self.topic == topic) for topic in range(TOPICS)]
        sizes = np.array([len(each) for each in ranked])
        own = np.concatenate(ranked)[
            (np.cumsum(sizes) - sizes)[self.topic[source]]
            + (sizes[self.topic[source]] * random.random(len(source)) ** 3).astype(int)
        ]
        anywhere = (domains * random.random(len(source)) ** 4).astype(int)
        target = np.where(random.random(len(source)) < 0.6, own, anywhere)
        habits = np.array([0.6, 0.25, 0.15]) * (1 - careless)
        nofollow = random.choice([0.0, 0.15, 0.5, 1.0], domains, p=[careless, *habits])
        flags = np.where(random.random(len(source)) < nofollow[source], EXTERNAL, VOTE)
        self.link(self.ordinary[source], self.ordinary[target], flags)
        everyone = np.repeat(self.ordinary, 6)
        self.link(everyone, self.services[(SERVICES * random.random(len(everyone)) ** 2).astype(int)])


def _hosts(web: SpamWeb) -> set[int]:
    """Shared hosting: of all topics on one address, and regional hosts where most sites of a topic are."""
    hosted: set[int] = set()
    for host, size in enumerate([*web.random.integers(10, 150, 40).tolist(), 400, 600]):
        for domain in web.any_of(min(size, len(web.ordinary) // 10)).tolist():
            web.place(domain, f"20.0.{host}.7")
            hosted.add(domain)
    for topic in range(6):
        of_topic = web.ordinary[web.topic == topic]
        for domain in of_topic[web.random.random(len(of_topic)) < 0.6].tolist():
            web.place(domain, f"20.1.{topic}.{7 + domain % 3}")
            hosted.add(domain)
    return hosted


def _agencies(web: SpamWeb) -> set[int]:
    """Customers on their agency's address who all credit it in the footer."""
    made: set[int] = set()
    for number, agency in enumerate(web.new(12, "agency").tolist()):
        customers = web.any_of(int(web.random.integers(8, 50)))
        for domain in [agency, *customers.tolist()]:
            web.place(domain, f"21.0.{number}.7")
        web.link(customers, agency)
        web.link(agency, customers[: len(customers) // 2])  # its references
        made |= {agency, *customers.tolist()}
    return made


def _companies(web: SpamWeb) -> set[int]:
    """Country sites of one company, all linked to one another, on one network, with backlinks of their own."""
    sites: set[int] = set()
    for number in range(12):
        countries = web.new(int(web.random.integers(3, 9)), "company")
        for domain in countries.tolist():
            web.place(domain, f"22.0.{number}.{domain % 200}")
            web.link(web.any_of(int(web.random.integers(12, 40))), domain)
            web.link(domain, web.any_of(6))
        web.link(np.repeat(countries, len(countries)), np.tile(countries, len(countries)))
        sites |= set(countries.tolist())
    return sites


def _blog_circles(web: SpamWeb) -> set[int]:
    """Blogs of friends: half of each other's blogrolls, a few readers elsewhere, links of their own."""
    blogs: set[int] = set()
    for _ in range(20):
        circle = web.new(int(web.random.integers(6, 25)), "blog")
        one, other = np.triu_indices(len(circle), 1)
        friends = web.random.random(len(one)) < 0.45
        web.link(circle[one[friends]], circle[other[friends]])
        web.link(circle[other[friends]], circle[one[friends]])
        for blog in circle.tolist():
            web.link(web.any_of(int(web.random.integers(1, 15))), blog)
            web.link(blog, web.any_of(int(web.random.integers(5, 30))))
        blogs |= set(circle.tolist())
    return blogs


def _forums(web: SpamWeb) -> set[int]:
    """Links to hundreds of sites, all nofollow."""
    forums = web.new(15, "forum")
    for forum in forums.tolist():
        web.link(forum, web.any_of(int(web.random.integers(100, 600))), EXTERNAL)
    return set(forums.tolist())


def _directories(web: SpamWeb) -> set[int]:
    """Hundreds of dofollow links, one of them with over a thousand on one page."""
    directories = web.new(6, "directory")
    for directory, size in zip(directories.tolist(), (200, 300, 400, 500, 700, 1_400), strict=True):
        web.link(directory, web.any_of(min(size, len(web.ordinary))), page=0)
    return set(directories.tolist())


def _menus(web: SpamWeb) -> set[int]:
    """Folded menus and share buttons: hidden links to services, and to a partner or three."""
    sites = web.any_of(len(web.ordinary) // 8)
    for site in sites.tolist():
        web.link(site, web.random.choice(web.services, 6, replace=False), VOTE | HIDDEN)
        web.link(site, web.any_of(int(web.random.integers(0, 4))), VOTE | HIDDEN)
    return set(sites.tolist())


def _news(web: SpamWeb) -> set[int]:
    """Sites that were in the news: links rise for some weeks and fall."""
    sites = web.any_of(10)
    for site in sites.tolist():
        readers = web.any_of(40)
        peak = FIRST_DAY + 200 + int(web.random.integers(0, 100))
        web.link(readers, site, day=peak + web.random.exponential(14, len(readers)).astype(int))
    return set(sites.tolist())
