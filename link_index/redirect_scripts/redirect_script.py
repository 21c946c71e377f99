"""Tells whether a URL is a redirection script, by which rule, and where it leads, if it says so.

Precision goes first: what may be a share button, a login, a search or a check is no redirection script.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, urlsplit

from link_index.redirect_scripts.carried_target import carried_target
from link_index.rules.rule_file import rules
from link_index.urls import registrable_domain

if TYPE_CHECKING:
    from link_index.rules.rule_file import Rules

VERSION = "redirection scripts, 1"
MOST_PARAMETERS = 50
NESTED = 3  # redirection scripts that carry one another
_WORD = re.compile(r"[a-z0-9]+")
_IN_PATH = re.compile(r"/(?=https?(?::/|%3a%2f|/))", re.IGNORECASE)
_SHORT_PATH = re.compile(r"/[A-Za-z0-9_-]{1,40}(?:/[A-Za-z0-9_-]{1,40})?/?")


class Verdict(NamedTuple):
    """A redirection script: the rule that says so, the reason in words, and where it leads if the URL carries it."""

    rule: str
    said: str
    target: str | None


class _Url(NamedTuple):
    host: str
    path: str
    query: str
    parameters: list[tuple[str, str]]


class RedirectScripts:
    """Judges URLs by a set of rules (`link_index/rules/redirect_scripts.toml`)."""

    def __init__(self, values: Rules | None = None) -> None:
        told = values or rules("redirect_scripts")
        generic, extra = told["generic"], told["extra"]
        self._shorteners = frozenset([*told["shorteners"]["hosts"], *extra["shorteners"]])
        self._scripts = frozenset([*generic["scripts"], *extra["scripts"]])
        self._sure = frozenset(generic["sure"])
        self._endings = frozenset(generic["endings"])
        self._parameters = frozenset([*generic["parameters"], *extra["parameters"]])
        self._excluded = frozenset([*generic["excluded"], *extra["excluded"]])
        self._login = frozenset(generic["login_parameters"])
        self._known: dict[str, list[dict[str, Any]]] = {}
        for known in told["known"]:
            self._known.setdefault(known["host"], []).append(known)

    def judge(self, url: str) -> Verdict | None:
        """The verdict on a normalised URL; a script that carries another one's URL leads where that leads."""
        verdict = self._judged(url)
        for _ in range(NESTED):
            inner = self._judged(verdict.target) if verdict and verdict.target else None
            if inner is None or inner.target is None or verdict is None:
                break
            verdict = verdict._replace(target=inner.target)
        return verdict

    def _judged(self, url: str) -> Verdict | None:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
        if host in self._shorteners:
            return self._shortened(host, parts.path)
        known = self._known_of(host)
        if not known and not self._may_be(parts.path, parts.query):
            return None
        split = [each.partition("=")[::2] for each in re.split("[&;]", parts.query, maxsplit=MOST_PARAMETERS)]
        read = _Url(host, parts.path, parts.query, [(unquote(name).lower(), value) for name, value in split])
        for rule in known:
            if (verdict := _by_name(rule, read)) is not None:
                return verdict
        return self._generic(read)

    def _shortened(self, host: str, path: str) -> Verdict | None:
        if not _SHORT_PATH.fullmatch(path):
            return None
        return Verdict("shortener", f"{host} is a link shortener", None)

    def _known_of(self, host: str) -> list[dict[str, Any]]:
        """The rules of the host and of the domains it belongs to; `google.*` is that name under any suffix."""
        labels = host.split(".")[-5:]
        found: list[dict[str, Any]] = []
        for start in range(len(labels) - 1):
            found += self._known.get(".".join(labels[start:]), ())
        for label in labels[:-1]:
            found += self._known.get(f"{label}.*", ()) if registrable_domain(host).startswith(f"{label}.") else ()
        return found

    def _may_be(self, path: str, query: str) -> bool:
        """Quick: whether anything is carried, or the name of the script says enough."""
        if "%2f" in query.lower() or "//" in query or "//" in path or "www." in query or "=" in query:
            return True
        return bool(_IN_PATH.search(path))

    def _generic(self, url: _Url) -> Verdict | None:
        if self._is_something_else(url):
            return None
        if (verdict := self._in_path(url)) is not None:
            return verdict
        name, ending = self._script(url.path)
        if name is None:
            return None
        for parameter, value in url.parameters:
            if _plain(parameter) in self._parameters or parameter in self._parameters:
                target = carried_target(value)
                if target is not None:
                    return self._elsewhere(url, f"{name}?{parameter}=", target)
        if (target := carried_target(url.query)) is not None:  # out.php?https://...
            return self._elsewhere(url, f"{name}?", target)
        within = any(unquote(value).startswith("/") for _, value in url.parameters)
        if name in self._sure and ending and url.query and not within:
            return Verdict("script", f"a script named {name}.{ending} redirects", None)
        return None

    def _is_something_else(self, url: _Url) -> bool:
        words = _WORD.findall(url.path[:500].lower())
        if not self._excluded.isdisjoint(words) or not self._excluded.isdisjoint(url.host.split(".")):
            return True
        return any(name in self._login for name, _ in url.parameters)

    def _script(self, path: str) -> tuple[str | None, str]:
        """The name of the script that a path ends with, and its ending; None for one that is no redirection's."""
        last = path.rstrip("/").rpartition("/")[2].lower()[:60]
        name, _, ending = last.partition(".")
        if ending and ending not in self._endings:
            return None, ""
        for candidate in (name, _plain(name), *re.split("[-_]", name)):
            if candidate in self._scripts:
                return candidate, ending
        return None, ""

    def _in_path(self, url: _Url) -> Verdict | None:
        """`/out/https://example.org/`: the whole rest of the URL is the target's."""
        found = _IN_PATH.search(url.path)
        if not found:
            return None
        name, _ = self._script(url.path[: found.start()])
        if name is None:
            return None
        rest = url.path[found.end() :] + (f"?{url.query}" if url.query else "")
        target = carried_target(re.sub(r"^(https?)(?::/|/)(?!/)", r"\1://", rest, flags=re.IGNORECASE))
        return self._elsewhere(url, f"{name}/", target) if target else None

    def _elsewhere(self, url: _Url, by: str, target: str) -> Verdict | None:
        """Within a site it is a login or a language switch as often as not."""
        if registrable_domain(urlsplit(target).hostname or "") == registrable_domain(url.host):
            return None
        return Verdict("script", f"its URL carries another one ({by})", target)


def _by_name(rule: dict[str, Any], url: _Url) -> Verdict | None:
    if not url.path.startswith(rule["path"]):
        return None
    said = f"{url.host} leads on ({rule['rule']})"
    if rule["rule"] == "urldefense":
        return Verdict("urldefense", said, _url_defense(url))
    if not rule["parameters"]:
        return Verdict(rule["rule"], said, None)
    values = dict(reversed(url.parameters))
    for name in rule["parameters"]:
        value = values.get(name.lower()) if name else url.query
        if value is None and name == "RU":  # a part of the path at Yahoo
            value = url.path.partition("/RU=")[2].partition("/")[0]
        if value and (target := carried_target(value)):
            return Verdict(rule["rule"], said, target)
    return None


def _url_defense(url: _Url) -> str | None:
    """Proofpoint: version 2 writes % as - and / as _, version 3 has the URL between two pairs of underscores."""
    if url.path.startswith("/v3/__"):
        return carried_target(re.sub(r"^(https?):/(?!/)", r"\1://", url.path[6:].rpartition("__;")[0]))
    value = dict(reversed(url.parameters)).get("u", "")
    return carried_target(value.replace("-", "%").replace("_", "/") if url.path.startswith("/v2") else value)


def _plain(name: str) -> str:
    """A name without what separates its words."""
    return name.replace("-", "").replace("_", "")


@lru_cache(1)
def _usual() -> RedirectScripts:
    return RedirectScripts()


def redirect_script(url: str) -> Verdict | None:
    """The verdict by the usual rules, read once; None for a URL that is no redirection script."""
    return _usual().judge(url)
