"""Link shorteners: hosts whose every short path leads elsewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from link_index.redirect_scripts.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from link_index.redirect_scripts.url_parts import UrlParts

_CODE = re.compile(r"[\w+~-]{1,60}(?:/[\w+~-]{1,60}){0,2}/?")


class Shorteners:
    """Knows shorteners by host, and those that give each customer a host by the domain."""

    def __init__(self, hosts: Iterable[str], domains: Iterable[str], own_pages: Iterable[str]) -> None:
        self.hosts = frozenset(hosts)
        self.domains = frozenset(domains)
        self._own_pages = frozenset(own_pages)

    def verdict(self, url: UrlParts) -> Verdict | None:
        """None for another host, for the shortener's home page and for its other pages of its own."""
        if not self.has(url.host) or not _CODE.fullmatch(url.path):
            return None
        if url.path.partition("/")[0].lower() in self._own_pages:
            return None
        return Verdict("shortener", f"{url.host} is a link shortener; its URL does not say where it leads.", None)

    def has(self, host: str) -> bool:
        """Whether a host is a shortener's."""
        return host in self.hosts or host.partition(".")[2] in self.domains
