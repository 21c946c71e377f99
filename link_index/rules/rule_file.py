"""Reads a file of rules: the packaged one, with what the operator's file of the same name says instead."""

from __future__ import annotations

import json
import os
import tomllib
from hashlib import sha256
from importlib.resources import files
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from link_index.errors import BadRules

if TYPE_CHECKING:
    from collections.abc import Mapping

RULES_DIR_VARIABLE = "BACKLINKS_RULES_DIR"

Rules = dict[str, Any]


def rules(name: str, folder: str | os.PathLike[str] | None = None) -> Rules:
    """The tables of `<name>.toml`; `folder`, else BACKLINKS_RULES_DIR, holds the operator's files.

    An operator's file names the keys it changes and no others; each keeps the type it has in the packaged file, and
    a list replaces the list. Raises BadRules, naming file and key, for what cannot be read or is not known.
    """
    packaged = tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text("utf-8"))
    chosen = folder or os.environ.get(RULES_DIR_VARIABLE)
    if not chosen:
        return packaged
    path = Path(chosen).expanduser() / f"{name}.toml"
    if not path.parent.is_dir():
        raise BadRules(f"{path.parent} is no folder; {RULES_DIR_VARIABLE} names the one that holds your rules.")
    _refuse_unknown(path.parent)
    try:
        own = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return packaged
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadRules(f"{path} is no TOML file: {error}.") from None
    return overridden(packaged, own, str(path))


def _refuse_unknown(folder: Path) -> None:
    """A file whose name is misspelled would change nothing, and nobody would know."""
    known = {file.name for file in files(__package__).iterdir() if file.name.endswith(".toml")}
    if unknown := sorted({file.name for file in folder.glob("*.toml")} - known):
        raise BadRules(f"{folder / unknown[0]} is no file of rules; there are {', '.join(sorted(known))}.")


def overridden(known: Mapping[str, Any], own: Mapping[str, Any], where: str) -> Rules:
    """The known rules with those of `own` in their place; `where` names the file in errors."""
    result = dict(known)
    for key, value in own.items():
        place = f"{where}: {key}"
        if key not in known:
            raise BadRules(f"{place} is no rule; there are {', '.join(known)}.")
        result[key] = _value(known[key], value, place)
    return result


def _value(known: Any, own: Any, place: str) -> Any:
    if isinstance(known, dict) and isinstance(own, dict):
        return overridden(known, own, place)
    if type(known) is float and type(own) is int:
        return float(own)
    if type(own) is float and not isfinite(own):
        raise BadRules(f"{place} has to be a number.")
    if type(known) is not type(own):
        raise BadRules(f"{place} has to be like {known!r}.")
    return own


def digest(values: Rules) -> str:
    """Two sets of rules with one digest say the same."""
    return sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]
