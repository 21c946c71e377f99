"""What is remembered of a host's shapes of URLs: how many pages were fetched of each, and how trap-like they were."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from backlink_spider.url_shape import url_shape

if TYPE_CHECKING:
    from backlink_spider.page_novelty import Looked, Sketch

MOST_SHAPES = 64  # of a host; further ones share what is left of them without their section
NEWS_COUNT = 9  # dull pages that one with news outweighs
MOST_LED = 100  # new URLs of a page that count
SUSPECT = 20  # dull pages
WINDOW = 64  # dull pages, after which earlier ones count for half
SOMETIMES = 31  # pages of a shape that is not dull that are not looked at, after one that was
OFTEN = 3  # likewise, of one that is dull and comes to its end
MOST_HOSTS = 500  # sub-domains of a domain that are told apart
YOUNG = 64  # sub-domains that were read of a domain, below which new ones have to wait for each other
NEW_AT_ONCE = 4  # new sub-domains, while few had anything to say
NEW_FOR = 8  # sub-domains without a sign of a trap, for which there is room for one more
MOST_WAITING = 64  # new sub-domains; who comes when so many wait need not
UNREAD = 30.0  # seconds; if one is not read by then, none waits any more
TOLD_FROM = 4  # pages of a host: what is known of fewer is not shared
TOLD_PART = 8  # of the pages of a shape; a part as large is worth telling by itself

Counts = tuple[int, int, int, int]  # fetched, dull, score, led


@dataclass(slots=True)
class Shape:
    """`dull` rises by one with each page that says nothing new and falls by nine with each that does; `score` likewise,
    but links to something else that is new are news, too. `led` are the new URLs of the shape that dull pages led to,
    since `dull` last was 0; of both, what was long ago counts for less. `top` and
    `bottom` are the depths of links between which the dull pages lie.

    `rule` names the trap that it was found to be. The sketch is this process's own and is not kept, nor is what others
    were told: the counts, and whether they are known to know the rule.
    """

    fetched: int = 0
    dull: int = 0
    score: int = 0
    led: int = 0
    top: int = 0
    bottom: int = 0
    rule: str = ""
    sketch: Sketch | None = None
    skip: int = 0  # pages that need no look: the last one said something
    told: Counts = (0, 0, 0, 0)
    is_rule_told: bool = False

    @property
    def counts(self) -> Counts:
        return self.fetched, self.dull, self.score, self.led

    def note(self, looked: Looked, depth: int) -> None:
        """What one of its pages, so many links away from a seed, was found to be."""
        if not looked.is_dull:
            self.dull = max(self.dull - NEWS_COUNT, 0)
            self.led = self.led if self.dull else 0
        else:
            self.top, self.bottom = (min(self.top, depth), max(self.bottom, depth)) if self.dull else (depth, depth)
            self.dull += 1
            self.led += min(looked.led, MOST_LED)
        if self.dull >= WINDOW:
            self.dull //= 2
            self.led //= 2
        has_news = looked.leads_off or not looked.is_dull
        self.score = max(self.score - NEWS_COUNT, 0) if has_news else self.score + 1
        self.skip = self._pause()

    def news(self) -> list[int | str] | None:
        """What others were not told; None while that is next to nothing.

        Counts are told once, whether that arrives or not: what is lost costs some pages, what counts twice may make a
        trap of what is none.
        """
        fetched, *noted = news = [own - told for own, told in zip(self.counts, self.told, strict=True)]
        is_found = bool(self.rule) and not self.is_rule_told
        if not is_found and not any(noted) and fetched * TOLD_PART < max(self.fetched, 1):
            return None
        self.told = self.counts
        return [*news, *((self.top, self.bottom) if self.dull else (-1, -1)), self.rule]

    def learn(self, shared: Counts, top: int, bottom: int, rule: str) -> None:
        """What all workers together have counted; what they were not told yet stays in addition."""
        own = [max(now + new - told, 0) for now, new, told in zip(shared, self.counts, self.told, strict=True)]
        self.fetched, self.dull, self.score, self.led = own
        self.told = shared
        if shared[1]:
            self.top, self.bottom = top, bottom
        if rule and not self.rule:
            self.rule, self.sketch = rule, None
        self.is_rule_told = bool(rule)
        self.skip = min(self.skip, self._pause())

    def _pause(self) -> int:
        return SOMETIMES if not self.dull else 0 if self.is_endless or self.dull < SUSPECT else OFTEN

    @property
    def is_endless(self) -> bool:
        """Whether each dull page led to about one more of its shape, or to more than that."""
        return 4 * self.led >= 3 * self.dull

    @property
    def generations(self) -> int:
        """Over how many depths of links the dull pages lie. Lists that one page links to are of one generation."""
        return self.bottom - self.top + 1

    @property
    def is_suspect(self) -> bool:
        """Whether a link to it is no news."""
        return bool(self.rule) or (self.dull >= SUSPECT and self.is_endless)


@dataclass(slots=True)
class HostMemory:
    """The shapes of a host, or of the sub-domains of a domain; `recorded` are refusals told as pages, by rule."""

    shapes: dict[str, Shape] = field(default_factory=dict)
    recorded: dict[str, int] = field(default_factory=dict)
    hosts: dict[str, int] = field(default_factory=dict)  # of a domain: sub-domains, 1 if the first page had no news
    unsaved: int = 0
    untold: dict[str, int] = field(default_factory=dict)  # of `hosts`, those that others do not know
    asked: dict[str, float] = field(default_factory=dict)  # new sub-domains, and until when they are to be read
    waiting: set[str] = field(default_factory=set)  # likewise, that are to be asked later
    is_open: bool = False

    def key(self, url: str) -> str:
        """The name under which a URL's shape is remembered."""
        shape = url_shape(url)
        if shape in self.shapes or len(self.shapes) < MOST_SHAPES:
            return shape
        kinds, question_mark, _ = shape.partition("/")[2].partition("?")
        return f"*/{kinds}{question_mark}"

    def may_ask(self, host: str, now: float) -> bool:
        """Whether a sub-domain that may be new is asked now: few at a time, one more for some that were no traps.

        Else all that a page links to would be asked before the first of them is read. That is so for the first of a
        domain, and while they answer.
        """
        if self.is_open or host in self.hosts or host in self.asked:
            return True
        self.is_open = len(self.hosts) >= YOUNG or next(iter(self.asked.values()), now) < now
        if self.is_open:
            self.asked, self.waiting = {}, set()
            return True
        room = NEW_AT_ONCE + (len(self.hosts) - sum(self.hosts.values())) // NEW_FOR
        if len(self.asked) >= room and (host in self.waiting or len(self.waiting) < MOST_WAITING):
            self.waiting.add(host)
            return False
        self.waiting.discard(host)
        self.asked[host] = now + UNREAD
        return True

    def heard_of(self, host: str) -> None:
        """A page of a sub-domain was read."""
        self.asked.pop(host, None)

    def news(self) -> str | None:
        """What other workers do not know, as JSON; None while it is not worth telling."""
        if not self.has_traps and sum([shape.fetched for shape in self.shapes.values()]) < TOLD_FROM:
            return None
        shapes = {name: news for name, shape in self.shapes.items() if (news := shape.news())}
        return json.dumps([shapes, {}, self.untold], separators=(",", ":")) if shapes or self.untold else None

    def learn(self, text: str) -> None:
        """What all workers together know, in the form of `dumps`."""
        shapes, _, hosts = json.loads(text)
        for name, (*counts, top, bottom, rule) in shapes.items():
            shape = self.shapes.setdefault(name, Shape())
            shape.learn(tuple(counts), top, bottom, rule)
        self.hosts.update(hosts)
        is_full = len(hosts) >= MOST_HOSTS
        self.untold = {} if is_full else {host: dull for host, dull in self.untold.items() if host not in hosts}

    @property
    def has_traps(self) -> bool:
        return any(shape.rule for shape in self.shapes.values())

    def dumps(self) -> str:
        shapes = {name: [s.fetched, s.dull, s.score, s.led, s.top, s.bottom, s.rule] for name, s in self.shapes.items()}
        return json.dumps([shapes, self.recorded, self.hosts], separators=(",", ":"))

    @classmethod
    def loads(cls, text: str) -> HostMemory:
        shapes, recorded, hosts = json.loads(text)
        memory = cls({name: Shape(*values) for name, values in shapes.items()}, recorded, hosts)
        for shape in memory.shapes.values():
            shape.told, shape.is_rule_told = shape.counts, bool(shape.rule)
        return memory
