"""Builds the egg for scrapyd; all else is in pyproject.toml. Without it scrapyd-deploy would write a setup.py here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from setuptools import setup
from setuptools.command.bdist_egg import bdist_egg

# Stands in the egg under the name of a compiled module and puts that in its place.
LOADER = """\
import sys
from importlib import resources, util

# No system loads a library from inside a zip: it lies on the disk for as long as that takes.
with resources.as_file(resources.files(__package__).joinpath({library!r})) as path:
    spec = util.spec_from_file_location(__name__, path)
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
sys.modules[__name__] = module
"""


class Egg(bdist_egg):
    """An egg whose compiled modules can be imported.

    setuptools' own loader asks for the resources of a module where Python 3.11 knows those of packages alone, and
    leaves what it loaded out of `sys.modules`.
    """

    def get_ext_outputs(self) -> tuple[list[str], list[str]]:
        """The compiled modules are given a loader here, so setuptools is told of none."""
        libraries, modules = super().get_ext_outputs()
        for name in modules:
            library = Path(self.bdist_dir, name)
            module = library.name.partition(".")[0]
            library.with_name(f"{module}.py").write_text(LOADER.format(library=library.name), encoding="utf-8")
        return libraries, []


options: dict[str, Any] = {"cmdclass": {"bdist_egg": Egg}}
setup(**options)
