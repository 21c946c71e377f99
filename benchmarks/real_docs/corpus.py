"""The corpus: Debian packages of documentation, and the host each is served under."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Site:
    """A folder of a package, served as the URL `root`; `charset` is what this host adds to `text/html`, if anything."""

    package: str
    folder: str
    root: str
    index: str = "index.html"
    charset: str = ""


# Under names ending in .test (RFC 2606), so that no link of a page can lead from the corpus to the real web or back.
SITES = (
    Site("python3.11-doc", "usr/share/doc/python3.11/html", "http://docs.python.test/3.11/", charset="utf-8"),
    Site("git-doc", "usr/share/doc/git-doc", "http://git-scm.test/docs/"),
    Site("postgresql-doc-15", "usr/share/doc/postgresql-doc-15/html", "http://www.postgresql.test/docs/15/"),
    Site("apache2-doc", "usr/share/doc/apache2-doc/manual", "http://httpd.apache.test/docs/"),
    Site(
        "python-django-doc", "usr/share/doc/python-django-doc/html", "http://docs.djangoproject.test/", charset="UTF-8"
    ),
    Site("exim4-doc-html", "usr/share/doc/exim4-doc-html/spec_html", "http://exim.test/spec_html/"),
    Site("debian-policy", "usr/share/doc/debian-policy/policy.html", "http://policy.debian.test/"),
    Site("developers-reference", "usr/share/developers-reference", "http://devref.debian.test/"),
    Site("debian-reference-en", "usr/share/debian-reference", "http://www.debian.test/reference/", "index.en.html"),
    Site("maint-guide", "usr/share/doc/maint-guide/html", "http://www.debian.test/maint-guide/", "index.en.html"),
    Site("debmake-doc", "usr/share/doc/debmake-doc/html", "http://www.debian.test/debmake/", "index.en.html"),
)


class Missing(Exception):
    """What the check cannot do without, as one sentence."""


def fetch(folder: Path) -> dict[str, str]:
    """Unpack every package below `folder`, downloading what is not there yet; the version of each package.

    Nothing is installed and no right is needed: `apt-get download` and `dpkg-deb --extract` write into the folder.
    """
    for tool in ("apt-get", "dpkg-deb"):
        if not shutil.which(tool):
            raise Missing(f"{tool} is needed to download the documentation: run this on Debian or a derivative.")
    versions = {}
    for package in sorted({site.package for site in SITES}):
        archive = _archive(package, folder / "packages")
        versions[package] = archive.name.split("_")[1].replace("%3a", ":")
        unpacked = folder / "unpacked" / package
        if not unpacked.exists():
            partial = unpacked.with_suffix(".partial")
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir(parents=True)
            subprocess.run(["dpkg-deb", "--extract", archive, partial], check=True)
            partial.rename(unpacked)
    return versions


def _archive(package: str, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    found = sorted(folder.glob(f"{package}_*.deb"))
    if not found:
        told = subprocess.run(
            ["apt-get", "download", "--quiet", package], cwd=folder, capture_output=True, text=True, check=False
        )
        found = sorted(folder.glob(f"{package}_*.deb"))
        if told.returncode or not found:
            raise Missing(f"apt-get could not download {package}: {told.stderr.strip().splitlines()[-1:]}")
    return found[-1]
