"""Finds a crawl's traps: by the looks of a URL, and by what the pages of one shape of URL say while they are fetched.

A shape becomes a trap when a budget of its pages was fetched, nine in ten of the last ones say nothing that was not
said before, and they lead on to as many new URLs of the shape: so it would go on for ever. Sub-domains of a domain are
counted likewise, by the first page of each.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from backlink_spider.page_novelty import WARM_SOON, WARMING_UP, Sketch, look
from backlink_spider.session_ids import without_session_id
from backlink_spider.trap_memory import MOST_HOSTS, NEWS_COUNT, SOMETIMES, HostMemory, Shape
from backlink_spider.trap_names import trap_name
from backlink_spider.trap_rules import TrapRules
from backlink_spider.url_shape import path_of_shape
from link_index.urls import target

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy.settings import BaseSettings

    from backlink_spider.frontier_traps import Learn
    from backlink_spider.items import Page
    from link_index.urls import Target

IN_MEMORY = 4096  # hosts
SKETCHES = 1024  # 8 MiB
GENERATIONS = 3  # of dull pages: the lists that a front page links to may well come before all that they list
OF_ANY_DEPTH = 1.8  # budgets of dull pages that are a trap all the same
SUBDOMAINS = "hosts"  # in place of a shape
UNSAVED = 16  # pages of a host that a killed process forgets, at most
SESSION = "session_id"
OF_DOMAIN = frozenset({"subdomains", "deep_host"})  # rules whose refusals are told by domain
DOMAIN = "*."  # in front of a domain, in place of a host


class TrapStore(Protocol):
    """Where memories outlive the process, and may be shared."""

    def trap_memory(self, name: str) -> str | None: ...
    def set_trap_memory(self, name: str, text: str, is_trap: bool) -> None: ...
    def trapped(self) -> list[str]: ...
    def changed(self, name: str, domain: str, memory: HostMemory) -> None: ...
    def listen(self, learn: Learn) -> None: ...


@dataclass(frozen=True, slots=True)
class TrapBudgets:
    """Pages of a shape and sub-domains of a domain before they may be a trap; refusals of a trap told as pages."""

    pages: int = 100
    hosts: int = 30
    told: int = 10


class TrapWatch:
    """`count` is told of each trap found and each URL kept out, as stats."""

    def __init__(
        self,
        rules: TrapRules,
        budgets: TrapBudgets,
        store: TrapStore,
        count: Callable[[str], object],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._rules, self._budgets, self._store, self._count, self._clock = rules, budgets, store, count, clock
        self._memories: OrderedDict[str, HostMemory] = OrderedDict()
        self._trapped = set(store.trapped())  # hosts and domains that have a trap
        self._sketches: OrderedDict[int, Shape] = OrderedDict()
        self._let_in: Counter[tuple[str, str]] = Counter()
        store.listen(self._learn)

    def admitted(self, found: Target, redirected: bool) -> list[Target]:
        """What to queue for a URL that a page links or redirects to: nothing if it is kept out, and counted.

        A link's session id is cut off; what redirects there insists on it. The first URLs that a rule refuses are
        queued all the same: when their turn comes, the refusal is told.
        """
        rule = self.rule(found, redirected)
        if rule is None:
            return [found]
        place = (self._owner(found, rule), rule)
        self._let_in[place] += 1
        within = [found]
        if self._let_in[place] > self._budgets.told:
            self._count(f"traps/refused/{rule}")
            within = []
        if rule == SESSION:
            within += self.admitted(target(without_session_id(found.url)), False)
        return within

    def rule(self, found: Target, redirected: bool) -> str | None:
        """The rule that a URL is refused by, if any."""
        if not redirected and without_session_id(found.url) != found.url:
            return SESSION
        if rule := self._rules.refusal(found.url, labels(found)):
            return rule
        if found.host in self._trapped:
            memory = self._memory(found.host)
            shape = memory.shapes.get(memory.key(found.url))
            if shape and shape.rule:
                return shape.rule
        if f"{DOMAIN}{found.domain}" in self._trapped:
            memory = self._memory(f"{DOMAIN}{found.domain}")
            return "subdomains" if memory.hosts.get(found.host, 1) and _is_subdomain(found) else None
        return None

    def may_ask(self, found: Target) -> bool:
        """Whether it is the turn of a URL that is not refused; see `HostMemory.may_ask`."""
        return not _is_subdomain(found) or self._memory(f"{DOMAIN}{found.domain}").may_ask(found.host, self._clock())

    def tells(self, found: Target, rule: str) -> bool:
        """Whether this refusal is to be told as a page; counts it."""
        name = self._owner(found, rule)
        memory = self._memory(name)
        self._count(f"traps/refused/{rule}")
        told = memory.recorded.get(rule, 0)
        if told >= self._budgets.told:
            return False
        memory.recorded[rule] = told + 1
        self._save(name, memory)
        return True

    def read(self, page: Page, body: bytes) -> None:
        """A page was fetched."""
        host, domain = page.target.host, f"{DOMAIN}{page.target.domain}"
        memory = self._memory(host)
        key = memory.key(page.url)
        shape = memory.shapes.setdefault(key, Shape())
        if self._looks_like_a_trap(shape, page, body, self._budgets.pages, partial(_leads_on, page, memory, key)):
            self._found(host, memory, shape, trap_name(page.url))
        self._keep(host, page.target.domain, memory)
        if _is_subdomain(page.target):
            memory = self._memory(domain)
            memory.heard_of(host)
            if host not in memory.hosts:
                self._read_first_page(page, body, domain, memory)

    def save(self) -> None:
        """Keep all that is known."""
        for name, memory in self._memories.items():
            if memory.unsaved:
                self._save(name, memory)

    def _read_first_page(self, page: Page, body: bytes, domain: str, memory: HostMemory) -> None:
        shape = memory.shapes.setdefault(SUBDOMAINS, Shape())
        host, score, was_trap = page.target.host, shape.score, bool(shape.rule)

        def leads_on(found: Target) -> bool | None:
            return True if found.host != host and found.host not in memory.hosts else None

        if self._looks_like_a_trap(shape, page, body, self._budgets.hosts, leads_on):
            self._found(domain, memory, shape, "subdomains")
        if len(memory.hosts) < MOST_HOSTS:
            memory.hosts[host] = memory.untold[host] = int(was_trap or shape.score > score)
        self._keep(domain, page.target.domain, memory)

    def _looks_like_a_trap(
        self, shape: Shape, page: Page, body: bytes, budget: int, leads_on: Callable[[Target], bool | None]
    ) -> bool:
        shape.fetched += 1
        if shape.rule or page.outcome != "page" or shape.fetched <= budget // 4:
            return False
        if shape.skip:
            shape.skip -= 1
            return False
        sketch = self._sketch(shape)
        looked = look(page, body, sketch, leads_on)
        if not sketch.is_young:
            shape.note(looked, page.depth)
        elif not looked.is_dull and not shape.dull:
            shape.skip = SOMETIMES >> max(5 - sketch.looks, 0)  # 1, 3, 7, 15 and from then on 31 pages
        if shape.fetched < budget or shape.score < _enough(shape.fetched, budget) or not shape.is_endless:
            return False
        return shape.generations >= GENERATIONS or shape.score >= OF_ANY_DEPTH * budget

    def _sketch(self, shape: Shape) -> Sketch:
        if shape.sketch is None:
            shape.sketch = Sketch(WARM_SOON if shape.dull >= NEWS_COUNT else WARMING_UP)
            self._sketches[id(shape)] = shape
            if len(self._sketches) > SKETCHES:
                self._sketches.popitem(last=False)[1].sketch = None
        else:
            self._sketches.move_to_end(id(shape))
        return shape.sketch

    def _learn(self, name: str, text: str) -> None:
        memory = self._memory(name)
        memory.learn(text)
        if memory.has_traps:
            memory.unsaved += 1
            if name not in self._trapped:
                self._trapped.add(name)
                self._save(name, memory)

    def _found(self, name: str, memory: HostMemory, shape: Shape, rule: str) -> None:
        shape.rule, shape.sketch = rule, None
        self._sketches.pop(id(shape), None)
        self._trapped.add(name)
        self._count("traps/found")
        self._save(name, memory)

    def _memory(self, name: str) -> HostMemory:
        memory = self._memories.get(name)
        if memory is not None:
            self._memories.move_to_end(name)
            return memory
        text = self._store.trap_memory(name)
        memory = self._memories[name] = HostMemory.loads(text) if text else HostMemory()
        if len(self._memories) > IN_MEMORY:
            self._forget(*self._memories.popitem(last=False))
        return memory

    def _forget(self, name: str, memory: HostMemory) -> None:
        for shape in memory.shapes.values():
            self._sketches.pop(id(shape), None)
        if memory.unsaved:
            self._save(name, memory)

    def _keep(self, name: str, domain: str, memory: HostMemory) -> None:
        self._store.changed(name, domain, memory)
        memory.unsaved += 1
        if memory.unsaved >= UNSAVED:
            self._save(name, memory)

    def _save(self, name: str, memory: HostMemory) -> None:
        memory.unsaved = 0
        self._store.set_trap_memory(name, memory.dumps(), name in self._trapped)

    @staticmethod
    def _owner(found: Target, rule: str) -> str:
        return f"{DOMAIN}{found.domain}" if rule in OF_DOMAIN else found.host


def _enough(fetched: int, budget: int) -> int:
    """The score that makes a trap. A shape that said something for long is given longer."""
    return budget * 2 // 5 + min(fetched, 15_000) // 100


def labels(found: Target) -> int:
    """Of a host, in front of its registrable domain."""
    return found.host.count(".") - found.domain.count(".")


def _is_subdomain(found: Target) -> bool:
    return found.host not in {found.domain, f"www.{found.domain}"}


def _leads_on(page: Page, memory: HostMemory, key: str, found: Target) -> bool | None:
    """Whether a target that is new among those of a shape is more of it (True) or something else (False)."""
    if found.host != page.target.host or without_session_id(found.url) != found.url:
        return None
    other = memory.key(found.url)
    if path_of_shape(other) == path_of_shape(key):
        return True
    known = memory.shapes.get(other)
    if (known is not None and known.is_suspect) or _carries_a_url(found.url):
        return None
    return False


def _carries_a_url(url: str) -> bool:
    """Whether a query has one: /login?return=/here is another link on each page, and no news."""
    query = url.partition("?")[2].lower()
    return "%2f" in query or "/" in query


def trap_watch(settings: BaseSettings, store: TrapStore, count: Callable[[str], object]) -> TrapWatch | None:
    """By the crawl's settings; None where they are off."""
    if not settings.getbool("BACKLINKS_TRAP_RULES", True):
        return None
    rules = TrapRules(
        segments=settings.getint("BACKLINKS_TRAP_PATH_SEGMENTS", 20),
        repeats=settings.getint("BACKLINKS_TRAP_REPEATS", 3),
        query=settings.getint("BACKLINKS_TRAP_QUERY_LENGTH", 1000),
        latest_year=datetime.now(UTC).year + settings.getint("BACKLINKS_TRAP_YEARS_AHEAD", 5),
    )
    budgets = TrapBudgets(
        pages=settings.getint("BACKLINKS_TRAP_PAGES", 100),
        hosts=settings.getint("BACKLINKS_TRAP_HOSTS", 30),
        told=settings.getint("BACKLINKS_TRAP_TOLD", 10),
    )
    return TrapWatch(rules, budgets, store, count)
