"""The commands to go on with, written so that they run as printed from where the user stands."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from importlib.resources import files
from pathlib import Path

from link_index.connection import without_secrets


def program(name: str = "backlinks") -> str:
    """A program of this environment as the shell finds it: its name if PATH leads there, else its path."""
    beside = Path(sys.executable).parent / name
    found = shutil.which(name)
    if found and (not beside.exists() or Path(found).samefile(beside)):
        return name
    return shlex.quote(_from_here(beside))


def mongosh(uri: str) -> str:
    """The line that opens the index in the Mongo shell; a URI with secrets is left in its variable."""
    address = shlex.quote(uri) if without_secrets(uri) == uri else '"$MONGODB_URI"'
    helpers = _from_here(Path(str(files("link_index") / "backlinks.js")))
    return f"mongosh {address} --shell {shlex.quote(helpers)}"


def _from_here(path: Path) -> str:
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative
