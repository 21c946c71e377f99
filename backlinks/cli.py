"""The command `backlinks`: its sub-commands, imported when asked for, and how failures are told."""

from __future__ import annotations

import errno
import sys
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from link_index.errors import LinkIndexError, UsageMistake

if TYPE_CHECKING:
    from collections.abc import Iterator

# In the order of --help: the sub-command and the module that holds it under the same name, hyphens as underscores.
_MODULES = {
    "crawl": "backlinks.crawl",
    "demo": "backlinks.demo",
    "show": "backlinks.ask",
    "summary": "backlinks.ask",
    "domains": "backlinks.ask",
    "anchors": "backlinks.ask",
    "anchor-profile": "backlinks.ask",
    "pages": "backlinks.ask",
    "redirects": "backlinks.ask",
    "score": "backlinks.score",
    "explain": "backlinks.explain",
    "report": "backlinks.report",
    "compare": "backlinks.compare",
    "opportunities": "backlinks.opportunities",
    "disavow": "backlinks.disavow",
    "graph": "backlinks.graph",
    "db": "backlinks.db",
    "status": "backlinks.status",
    "seed": "backlinks.seed",
    "pause": "backlinks.steer",
    "resume": "backlinks.steer",
    "drain": "backlinks.steer",
    "stop": "backlinks.steer",
    "frontier": "backlinks.frontier",
}


class _Failure(click.ClickException):
    """One sentence on standard error, exit status 1."""


class _Mistake(click.ClickException):
    """One sentence on standard error, exit status 2, as click's own usage errors."""

    exit_code = 2


class _LazyGroup(click.Group):
    """Imports a sub-command's module when it is asked for: `backlinks db uri` need not wait for Scrapy."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _MODULES:
            return None
        command: click.Command = getattr(import_module(_MODULES[cmd_name]), cmd_name.replace("-", "_"))
        return command

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        with _told_visibly():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        with _told_visibly():
            return super().invoke(ctx)


@contextmanager
def _told_visibly() -> Iterator[None]:
    """Failures as sentences without a character that a terminal obeys, whatever of the user or the web they quote."""
    try:
        yield
    except Exception as error:
        failure = error if isinstance(error, click.ClickException) else _told(error)
        if failure is None:
            raise
        from link_index.shown_text import visible_lines

        failure.message = visible_lines(failure.message)  # type: ignore[misc]  # only its class means it to be final
        if failure is error:
            raise
        raise failure from error


def _told(error: Exception) -> click.ClickException | None:
    """The failure as a sentence, None for what only a programmer can mend (or click itself tells)."""
    if isinstance(error, UsageMistake):
        return _Mistake(str(error))
    if isinstance(error, LinkIndexError):
        return _Failure(str(error))
    if "backlink_spider.errors" in sys.modules:
        from backlink_spider import errors

        if isinstance(error, errors.CrawlError):
            return _Mistake(str(error)) if isinstance(error, errors.UsageMistake) else _Failure(str(error))
    if isinstance(error, OSError) and error.errno != errno.EPIPE:  # a closed pipe is no failure: click ends quietly
        place = f"{error.filename}: " if error.filename else ""
        return _Failure(f"{place}{error.strerror or error}.")
    if "pymongo" in sys.modules:
        from pymongo.errors import ConnectionFailure, OperationFailure

        if isinstance(error, ConnectionFailure):
            return _Failure("The database stopped answering; `backlinks db status` says more.")
        if isinstance(error, OperationFailure):
            return _Failure(f"The database refused: {(error.details or {}).get('errmsg', error)}.")
    return None


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="open-backlink-index", prog_name="backlinks")
def main() -> None:
    """Who links to this target?

    Crawl outward from seed domains, then ask the index. A TARGET is a URL, a prefix*, a host or a domain.

    \b
    backlinks crawl example.com --depth 2      fill the index
    backlinks summary example.org              counts of its backlinks
    backlinks show https://example.org/page    the backlinks themselves
    mongosh "$(backlinks db uri)"              the same data, in the Mongo shell

    Exit status: 0 done, 1 failed, 2 asked wrongly. BACKLINKS_DATA_DIR is the folder of all that is kept on disk,
    MONGODB_URI a MongoDB to use in place of the embedded server.
    """
