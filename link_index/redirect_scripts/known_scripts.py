"""Redirection scripts known by host and path: exit pages, mail filters, affiliate networks, click trackers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from link_index.errors import BadRules
from link_index.redirect_scripts.carried_target import carried_in_path, carried_target
from link_index.redirect_scripts.proofpoint import version_2, version_3
from link_index.redirect_scripts.url_parts import bare_name
from link_index.redirect_scripts.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from link_index.redirect_scripts.url_parts import UrlParts
    from link_index.rules.rule_file import Rules

_SUFFIX = re.compile(r"(?:com?\.)?[a-z]{2,3}")


class KnownScript(NamedTuple):
    """One rule of the file; `docs/redirect-scripts.md` tells what each key means."""

    rule: str
    what: str
    host: str
    path: str
    parameters: tuple[str, ...]
    after: tuple[str, ...]
    needs: frozenset[str]
    must_carry: bool
    bare_host: bool
    encoding: str

    def verdict(self, url: UrlParts) -> Verdict | None:
        """None for another host or path, and where a parameter or the target is missing that the rule asks for."""
        if not self._is_at(url):
            return None
        values = dict(reversed(url.parameters()))
        if self.needs and not any(values.get(name) for name in self.needs):
            return None
        target, where = self._carried(url, values)
        if target is None and self.must_carry:
            return None
        carries = f"it carries the target in {where}" if target else "its URL does not say where it leads"
        return Verdict(self.rule, f"{url.host} is {self.what}; {carries}.", target)

    def _is_at(self, url: UrlParts) -> bool:
        begins, is_begin, _ = self.path.partition("*")
        at = url.path.startswith(begins) if is_begin else url.path.rstrip("/") == self.path
        return at and _is_host(url.host, self.host)

    def _carried(self, url: UrlParts, values: Mapping[str, str]) -> tuple[str | None, str]:
        for name in self.parameters:
            value = values.get(name) if name else url.query
            if value and (target := self._read(value)):
                return target, f"{name}=" if name else "its query"
        for mark in self.after:
            _, found, rest = f"/{url.path}".partition(mark)
            begun = "http" if mark.endswith("/http") else ""  # the mark is where the target begins, not what it follows
            if found and (target := self._in_path(begun + rest, url.query)):
                return target, "its path"
        return None, ""

    def _read(self, value: str) -> str | None:
        value = unquote(value)
        if self.encoding == "proofpoint":
            value = version_2(value)
        return carried_target(value, bare_host=self.bare_host)

    def _in_path(self, rest: str, query: str) -> str | None:
        if self.encoding == "proofpoint":
            return carried_target(version_3(f"{rest}?{query}" if query else rest))
        return carried_in_path(rest, query)


class KnownScripts:
    """The rules by the last two labels of their host, by its name under any suffix, and, for any host, by path."""

    def __init__(self, known: Mapping[str, Rules], extra: Iterable[Rules]) -> None:
        self._by_ending: dict[str, list[KnownScript]] = {}
        self._by_path: dict[str, list[KnownScript]] = {}
        self._any_suffix: list[KnownScript] = []
        for told in [*({"rule": name, **each} for name, each in known.items()), *extra]:
            for script in known_scripts(told):
                self._put(script)

    def _put(self, script: KnownScript) -> None:
        if script.host == "*":
            self._by_path.setdefault(script.path.partition("/")[0], []).append(script)
        elif script.host.endswith(".*"):
            self._any_suffix.append(script)
        else:
            self._by_ending.setdefault(host_ending(script.host), []).append(script)

    def has(self, host: str) -> bool:
        """Whether any rule names the host."""
        return any(_is_host(host, script.host) for script in self._of(host))

    def may_be(self, rest: str) -> bool:
        """Quick: whether a rule for any host may hold for what follows the host's slash."""
        return rest.partition("/")[0] in self._by_path

    def by_host(self, url: UrlParts) -> Verdict | None:
        """The verdict of the first rule that names the host and holds."""
        return _first_verdict(self._of(url.host), url)

    def by_path(self, url: UrlParts) -> Verdict | None:
        """The verdict of the first rule for any host that holds."""
        return _first_verdict(self._by_path.get(url.path.partition("/")[0], ()), url)

    def _of(self, host: str) -> list[KnownScript]:
        return [*self._by_ending.get(host_ending(host), ()), *self._any_suffix]


def _first_verdict(scripts: Iterable[KnownScript], url: UrlParts) -> Verdict | None:
    return next((verdict for each in scripts if (verdict := each.verdict(url))), None)


def known_scripts(told: Rules) -> list[KnownScript]:
    """The rules of one table, one for each of its URLs. Raises BadRules if name, description or URLs are missing."""
    if not all(told.get(key) for key in ("rule", "what", "urls")):
        raise BadRules(f"A known redirection script has a rule, a what and urls: {told!r} has not.")
    needed = told.get("needs", [])
    return [
        KnownScript(
            told["rule"],
            told["what"],
            *_host_and_path(url),
            tuple(bare_name(name) for name in told.get("parameters", ())),
            tuple(told.get("after", ())),
            frozenset(bare_name(name) for name in needed),
            bool(told.get("must_carry", False)),
            bool(told.get("bare_host", False)),
            str(told.get("encoding", "")),
        )
        for url in told["urls"]
    ]


def host_ending(host: str) -> str:
    """The last two labels of a host."""
    return host[host.rfind(".", 0, max(host.rfind("."), 0)) + 1 :]


def _host_and_path(url: str) -> tuple[str, str]:
    host, _, path = url.partition("/")
    return host, path.rstrip("/")


def _is_host(host: str, known: str) -> bool:
    """Whether a host is the known one or below it; `google.*` is that name below any suffix of a country or com."""
    if known == "*":
        return True
    if not known.endswith(".*"):
        return host == known or host.endswith(f".{known}")
    name, found, suffix = f".{host}".rpartition(f".{known[:-1]}")
    return bool(found) and _SUFFIX.fullmatch(suffix) is not None and not name.endswith("..")
