"""The options of a crawl: read from spider arguments and settings, checked, and made into an id.

`scrapy crawl backlinks -a depth=2`, `backlinks crawl --depth 2` and `-s BACKLINKS_MAX_DEPTH=2` mean the same; the
argument wins over the setting.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from backlink_spider.errors import BadOption
from backlink_spider.scope import ScopeRules
from backlink_spider.seeds import read_seeds
from link_index.urls import resolve, target

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from link_index.urls import Target

# spider argument -> setting
NUMBERS = {
    "depth": "BACKLINKS_MAX_DEPTH",
    "pages": "BACKLINKS_MAX_PAGES",
    "pages_per_domain": "BACKLINKS_MAX_PAGES_PER_DOMAIN",
    "pages_per_host": "BACKLINKS_MAX_PAGES_PER_HOST",
}
SWITCHES = {
    "follow_external": "BACKLINKS_FOLLOW_EXTERNAL",
    "subdomains": "BACKLINKS_SUBDOMAINS",
    "follow_nofollow": "BACKLINKS_FOLLOW_NOFOLLOW",
}
DOMAIN_LISTS = {"allow_domains": "BACKLINKS_ALLOW_DOMAINS", "deny_domains": "BACKLINKS_DENY_DOMAINS"}
# `crawl` is `name` for scrapyd, whose schedule.json takes no argument called `name`.
ARGUMENTS = {"seeds", "name", "crawl", "label", "workers", *NUMBERS, *SWITCHES, *DOMAIN_LISTS}

_SEPARATORS = re.compile(r"[\s,]+")
_DOMAIN = re.compile(r"\w(?:[\w-]*\w)?(?:\.\w(?:[\w-]*\w)?)*")
BUDGETS = {"pages", "pages_per_domain", "pages_per_host"}
_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    """What one crawl is to do. `pages`, `pages_per_domain` and `pages_per_host` are None where there is no limit."""

    seeds: tuple[Target, ...]
    rules: ScopeRules
    pages: int | None
    pages_per_domain: int | None
    pages_per_host: int | None = None
    name: str = ""
    label: str = ""  # of a shared crawl: who has the label of one that is over is part of that one
    workers: int = 0  # of a shared crawl: the most it may have; 0: any number

    @property
    def crawl_id(self) -> str:
        """The same seeds and scope give the same id, by which an interrupted crawl is found again."""
        if self.name:
            return self.name
        told = json.dumps([[seed.url for seed in self.seeds], self.as_document()], sort_keys=True)
        return f"{self.seeds[0].host.strip('[]').replace(':', '-')}-{blake2b(told.encode(), digest_size=4).hexdigest()}"

    def as_document(self) -> dict[str, Any]:
        """The scope as it is kept in `crawls`."""
        rules = self.rules
        return {
            "depth": rules.depth,
            "pages": self.pages,
            "pages_per_domain": self.pages_per_domain,
            **({"pages_per_host": self.pages_per_host} if self.pages_per_host else {}),
            "follow_external": rules.follow_external,
            "subdomains": rules.subdomains,
            "follow_nofollow": rules.follow_nofollow,
            "allow_domains": sorted(rules.allow_domains),
            "deny_domains": sorted(rules.deny_domains),
        }

    def rules_document(self) -> dict[str, Any]:
        """What all workers of a crawl must agree on: the scope without the budgets."""
        return {name: value for name, value in self.as_document().items() if name not in BUDGETS}


def rules_of(document: Mapping[str, Any]) -> ScopeRules:
    """The rules that `rules_document` told."""
    values = {**document, **{name: frozenset(document[name]) for name in DOMAIN_LISTS}}
    return ScopeRules(**values)


def frontier_path(folder: Path, options: CrawlOptions) -> Path:
    """Where a crawl's frontier lies below the data folder."""
    return folder / "crawls" / options.crawl_id / "frontier.sqlite"


def read_options(arguments: Mapping[str, object], settings: Mapping[str, Any]) -> CrawlOptions:
    """The options that spider arguments and settings name together. Raises BadOption and BadSeed.

    A crawl shared by many workers may be joined by its name alone.
    """
    for unknown in arguments.keys() - ARGUMENTS:
        if not unknown.startswith("_"):  # scrapyd adds _job
            raise BadOption(f"There is no spider argument {unknown!r}; there are: {', '.join(sorted(ARGUMENTS))}.")
    name, label = _name("name", arguments.get("name") or arguments.get("crawl")), _name("label", arguments.get("label"))
    workers = _number("workers", arguments.get("workers")) or 0
    is_shared = _switch("BACKLINKS_SHARED_CRAWL", settings.get("BACKLINKS_SHARED_CRAWL", False))
    if (label or workers) and not is_shared:
        raise BadOption("label and workers are for a crawl that many workers share: name a Redis in REDIS_URL.")
    seeds = read_seeds(_seed_words(arguments.get("seeds") or ""), may_be_none=is_shared and bool(name))
    numbers = {name: _number(name, _value(name, setting, arguments, settings)) for name, setting in NUMBERS.items()}
    switches = {name: _switch(name, _value(name, setting, arguments, settings)) for name, setting in SWITCHES.items()}
    domains = {
        name: _domains(name, _value(name, setting, arguments, settings)) for name, setting in DOMAIN_LISTS.items()
    }
    return CrawlOptions(
        seeds=tuple(seeds),
        rules=ScopeRules(depth=numbers["depth"], **switches, **domains),  # type: ignore[arg-type]
        pages=numbers["pages"] or None,
        pages_per_domain=numbers["pages_per_domain"] or None,
        pages_per_host=numbers["pages_per_host"] or None,
        name=name,
        label=label,
        workers=workers,
    )


def _seed_words(value: object) -> list[str]:
    """A list as it is; a string cut at white space and at commas, but for those inside a URL."""
    if not isinstance(value, str):
        return [str(word) for word in value]  # type: ignore[attr-defined]
    words = re.split(r"\s+|,(?=https?://)", value.strip())
    return [seed for word in words for seed in ([word] if "://" in word else word.split(",")) if seed]


def _value(name: str, setting: str, arguments: Mapping[str, object], settings: Mapping[str, Any]) -> object:
    given = arguments.get(name)
    return settings.get(setting) if given is None else given


def _number(name: str, value: object) -> int | None:
    if value is None or value == "":
        return None
    text = str(value)
    if not text.isascii() or not text.isdigit():
        raise BadOption(f"{name} takes a whole number from 0, not {text!r}.")
    return int(text)


def _switch(name: str, value: object) -> bool:
    text = str(value).lower()
    if text not in _TRUE | _FALSE:
        raise BadOption(f"{name} takes 1 or 0, not {value!r}.")
    return text in _TRUE


def _domains(name: str, value: object) -> frozenset[str]:
    words = _SEPARATORS.split(value) if isinstance(value, str) else list(value or ())  # type: ignore[call-overload]
    hosts = set()
    for word in filter(None, words):
        name_alone = word.removeprefix("*.")  # sub-domains are meant anyway
        url = resolve(f"http://{name_alone}/", "http://domain.invalid/") if _DOMAIN.fullmatch(name_alone) else None
        if url is None:
            raise BadOption(f"{name} takes domains such as example.com, not {word!r}.")
        hosts.add(target(url).host)
    return frozenset(hosts)


def _name(argument: str, value: object) -> str:
    if not value:
        return ""
    if not re.fullmatch(r"[A-Za-z0-9][\w.-]{0,63}", str(value), re.ASCII):
        raise BadOption(f"{argument} takes letters, digits, dots, dashes and underscores, not {value!r}.")
    return str(value)
