"""A list of seed domains, trusted or known for spam: a TOML file with a name and a version of its own."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from link_index.errors import BadRules, BadTarget
from link_index.targets import is_registrable, read_target

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES = 64 * 1024 * 1024
_KEYS = {"name", "version", "seed"}
_SEED_KEYS = {"domain", "reason"}


@dataclass(frozen=True, slots=True)
class SeedList:
    """`domains` are registrable domains in alphabetical order; `digest` tells two versions of equal name apart."""

    name: str
    version: str
    domains: tuple[str, ...]
    digest: str

    def document(self) -> dict[str, Any]:
        """What a run of scores records of the list."""
        return {"name": self.name, "version": self.version, "domains": len(self.domains), "digest": self.digest}


def read_seed_list(path: Path) -> SeedList:
    """The list in a file; raises BadRules, naming file and entry, for one that cannot be meant.

    The format: `name` and `version` are texts, and each `[[seed]]` has a `domain` and may have a `reason`. A host
    stands for its registrable domain; a domain twice is a mistake.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadRules(f"{path} is larger than {MOST_BYTES // 1024**2} MB: no list of seeds.")
        told = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise BadRules(f"There is no seed list {path}.") from None
    except IsADirectoryError:
        raise BadRules(f"{path} is a folder, not a seed list.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadRules(f"{path} is no TOML file: {error}.") from None
    return seed_list(told, str(path))


def seed_list(told: dict[str, Any], where: str) -> SeedList:
    """The list that a file `where` holds as tables."""
    if unknown := sorted(told.keys() - _KEYS):
        raise BadRules(f"{where}: {unknown[0]} means nothing in a seed list; it has name, version and [[seed]] tables.")
    for key in ("name", "version"):
        if not isinstance(told.get(key), str) or not told[key].strip():
            raise BadRules(f'{where}: the list has no {key}; say {key} = "...".')
    seeds = told.get("seed")
    if not isinstance(seeds, list) or not seeds:
        raise BadRules(f"{where}: the list names no seeds; each is a [[seed]] table with a domain.")
    domains: dict[str, int] = {}
    for number, seed in enumerate(seeds, 1):
        domain = _domain(seed, f"{where}, seed {number}")
        if domain in domains:
            raise BadRules(f"{where}, seed {number}: {domain} is seed {domains[domain]} already.")
        domains[domain] = number
    ordered = tuple(sorted(domains))
    return SeedList(told["name"], told["version"], ordered, sha256("\n".join(ordered).encode()).hexdigest()[:16])


def _domain(seed: Any, where: str) -> str:
    if not isinstance(seed, dict) or not isinstance(seed.get("domain"), str):
        raise BadRules(f'{where}: it has no domain; say domain = "example.org".')
    if unknown := sorted(seed.keys() - _SEED_KEYS):
        raise BadRules(f"{where}: {unknown[0]} means nothing here; a seed has a domain and may have a reason.")
    try:
        domain = read_target(seed["domain"], "domain").domain
    except BadTarget as error:
        raise BadRules(f"{where}: {error}") from None
    if not is_registrable(domain):
        raise BadRules(f"{where}: {domain} is no domain that somebody can register; name one below it.")
    return domain
