"""The unpacked packages as a plain static web server shows them."""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from backlinks.web_folder import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from benchmarks.real_docs.corpus import Site

_NOT_FOUND = Answer(404, (("Content-Type", "text/html"),), b"<title>Not found</title>")


class StaticWeb:
    """What GET answers for every URL: files by their extension, a folder by its index file or else 404.

    Symbolic links are followed within their package only, so that no file of this machine is ever shown.
    """

    def __init__(self, sites: Iterable[Site], unpacked: Path) -> None:
        self._sites = tuple((site, (unpacked / site.package).resolve()) for site in sites)

    def answer(self, url: str) -> Answer | None:
        """The answer to a GET, None if the host is none of this web."""
        bare = url.partition("?")[0]
        for site, package in self._sites:
            if bare.startswith(site.root) or f"{bare}/" == site.root:
                return _answer(bare, site, package)
        host = urlsplit(url).netloc
        return _NOT_FOUND if any(urlsplit(site.root).netloc == host for site, _ in self._sites) else None


def _answer(url: str, site: Site, package: Path) -> Answer:
    file = package / site.folder / unquote(url[len(site.root) :])
    if not file.resolve().is_relative_to(package):
        return _NOT_FOUND
    if file.is_dir():
        if not url.endswith("/"):
            return Answer(301, (("Location", f"{quote(url, safe='%/:')}/"), ("Content-Type", "text/html")))
        file /= site.index
    if not file.is_file() or not file.resolve().is_relative_to(package):
        return _NOT_FOUND
    return Answer(200, (("Content-Type", content_type(file.name, site.charset)),), file.read_bytes())


def content_type(name: str, charset: str) -> str:
    """The Content-Type of a file by its extension, with the charset the host says of its HTML."""
    kind, compression = mimetypes.guess_type(name)
    if compression:
        return f"application/{compression}"
    if kind == "text/html" and charset:
        return f"{kind}; charset={charset}"
    return kind or "application/octet-stream"
