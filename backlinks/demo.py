"""`backlinks demo`: the whole job on a small web that comes with the project, without a network."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from backlinks.next_steps import program

if TYPE_CHECKING:
    from collections.abc import Mapping

WEB = Path(__file__).with_name("demo_web")
LATER = WEB / "later"
SEEDS = ("brightkettle.example", "dailyherald.example", "teaforum.example")
CRAWL = ("crawl", *SEEDS, "-s", "DOWNLOAD_DELAY=0.05")  # nobody else is to be spared on loopback

Question = tuple[str, tuple[str, ...]]
FIRST_QUESTIONS: tuple[Question, ...] = (
    ("How well is this brand linked to, sub-domains and all?", ("summary", "brightkettle.example")),
    ("By whom?", ("domains", "brightkettle.example", "--external")),
    ("In which words?", ("anchors", "brightkettle.example", "--external", "--limit", "8")),
    (
        "Who links to its copper kettle, with which labels, and over which redirects?",
        ("show", "http://brightkettle.example/kettles/copper", "--external"),
    ),
    ("Which links were paid for?", ("show", "brightkettle.example", "--sponsored")),
    ("Which redirects lead to the brand?", ("redirects", "brightkettle.example")),
)
LATER_QUESTIONS: tuple[Question, ...] = (
    ("Which links did the brand lose?", ("show", "brightkettle.example", "--lost")),
    (
        "Which pictures link to that page? One was dofollow before; `--format json` shows the change.",
        ("show", "http://brightkettle.example/kettles/copper", "--type", "image", "--external"),
    ),
)
VALUE_QUESTIONS: tuple[Question, ...] = (
    ("What is each link worth?", ("score",)),
    ("Which are the best?", ("show", "brightkettle.example", "--sort", "value", "--limit", "5")),
    ("And why?", ("explain", "http://morningpost.example/", "http://brightkettle.example/kettles/copper")),
)


@click.command()
def demo() -> None:
    """Crawl a small web that comes with this project, and ask the index.

    The web is served on loopback; no network is needed. The index is the demo's own and never mixes with yours.
    """
    from backlinks.web_folder import WebFolder
    from backlinks.web_server import WebServer
    from link_index.connection import data_dir

    folder = data_dir() / "demo"
    with WebServer(WebFolder(WEB)) as server:
        _say(f"A web of {len(server.web.hosts)} hosts is served on loopback. The demo keeps its own index in\n{folder}")
        environment = _environment(server.proxy, folder)
        _run(CRAWL, environment)
        _ask(FIRST_QUESTIONS, environment)
        server.web = WebFolder(WEB, LATER)
        _say("Some days later the web has changed: the same command crawls again and brings the index up to date.")
        _run(CRAWL, environment)
    _ask(LATER_QUESTIONS + VALUE_QUESTIONS, environment)
    _say("Go on as you like, in a shell that asks the demo's index:")
    click.echo(f"\n  export BACKLINKS_DATA_DIR={shlex.quote(str(folder))}")
    if program() != "backlinks":
        click.echo(f'  PATH={shlex.quote(str(Path(sys.executable).parent))}:"$PATH"')
    click.echo(_NEXT)


_NEXT = """\
  backlinks show 'http://brightkettle.example/kettles/*' --dofollow --external
  backlinks pages brightkettle.example
  backlinks show boilwell.example                          # a domain that redirects elsewhere
  backlinks show brightkettle.example --format csv > links.csv
  backlinks report brightkettle.example --format html -o report.html
  mongosh "$(backlinks db uri)" --shell link_index/backlinks.js

`backlinks db stop` ends the demo's database server, `unset BACKLINKS_DATA_DIR` goes back to your own index.
`backlinks crawl SEED` fills that."""


def _environment(proxy: str, folder: Path) -> dict[str, str]:
    """The environment of the demo's commands: its web in place of the network, its own index whatever is in force."""
    kept = {name: value for name, value in os.environ.items() if name.lower() not in {"no_proxy", "mongodb_uri"}}
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), proxy)
    return kept | proxies | {"BACKLINKS_DATA_DIR": str(folder)}


def _ask(questions: tuple[Question, ...], environment: Mapping[str, str]) -> None:
    for question, command in questions:
        _say(question)
        _run(command, environment)


def _run(command: tuple[str, ...], environment: Mapping[str, str]) -> None:
    """Run a command as a person would type it; end with its exit status if it fails."""
    click.secho(f"$ backlinks {shlex.join(command)}", bold=True)
    sys.stdout.flush()
    done = subprocess.run([sys.executable, "-m", "backlinks", *command], env=dict(environment), check=False)  # noqa: S603
    if done.returncode:
        raise SystemExit(done.returncode)


def _say(text: str) -> None:
    click.secho(f"\n{text}", fg="cyan")
