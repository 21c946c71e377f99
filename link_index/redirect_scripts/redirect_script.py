"""Tells whether a URL is a redirection script, by which rule, and where it leads, if it says so.

Precision goes first: what may be a share button, a login, a search or a check is no redirection script.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from link_index.redirect_scripts.known_scripts import KnownScripts
from link_index.redirect_scripts.named_scripts import NamedScripts
from link_index.redirect_scripts.shorteners import Shorteners
from link_index.redirect_scripts.url_parts import UrlParts, url_parts
from link_index.redirect_scripts.verdict import Verdict
from link_index.rules.rule_file import rules

if TYPE_CHECKING:
    from link_index.rules.rule_file import Rules

__all__ = ["RedirectScripts", "Verdict", "redirect_script"]

VERSION = "redirection scripts, 2"
MOST = 4096  # characters; a longer URL is not judged
NESTED = 4  # redirection scripts that carry one another


class RedirectScripts:
    """Judges URLs by a set of rules (`link_index/rules/redirect_scripts.toml`), which are read once."""

    def __init__(self, values: Rules | None = None) -> None:
        told = values or rules("redirect_scripts")
        shorteners, extra = told["shorteners"], told["extra"]
        self._shorteners = Shorteners(
            [*shorteners["hosts"], *extra["shorteners"]], shorteners["domains"], shorteners["own_pages"]
        )
        self._known = KnownScripts(told["known"], extra["known"])
        self._named = NamedScripts(told)
        self._is_known_host = lru_cache(65536)(self._read_host)

    def judge(self, url: str) -> Verdict | None:
        """The verdict on a normalised URL; where a script carries another script's URL, the target is that one's."""
        verdict = self._judged(url)
        for _ in range(NESTED):
            inner = self._judged(verdict.target) if verdict and verdict.target else None
            if inner is None or inner.target is None or verdict is None:
                break
            verdict = verdict._replace(target=inner.target)
        return verdict

    def _judged(self, url: str) -> Verdict | None:
        """Most URLs are none: what tells so is asked first, before the URL is taken apart."""
        if len(url) > MOST:
            return None
        authority, _, rest = url.partition("://")[2].partition("/")
        is_known_host = self._is_known_host(authority)
        may_be_named = self._named.may_be(rest)
        if not (is_known_host or may_be_named or self._known.may_be(rest)):
            return None
        parts = url_parts(url)
        return (
            (self._by_host(parts) if is_known_host else None)
            or self._known.by_path(parts)
            or (self._named.verdict(parts) if may_be_named else None)
        )

    def _by_host(self, url: UrlParts) -> Verdict | None:
        return self._shorteners.verdict(url) or self._known.by_host(url)

    def _read_host(self, authority: str) -> bool:
        host = url_parts(f"http://{authority}/").host
        return self._shorteners.has(host) or self._known.has(host)


@lru_cache(1)
def _usual() -> RedirectScripts:
    return RedirectScripts()


def redirect_script(url: str) -> Verdict | None:
    """The verdict by the usual rules, read once; None for a URL that is no redirection script."""
    return _usual().judge(url)
