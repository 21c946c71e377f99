"""`backlinks explain SOURCE TARGET`: why a link is worth what it is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from link_index import connection
from link_index.output import plain
from link_index.shown_text import json_text, visible
from link_index.targets import KINDS, read_target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from link_index.scoring.explanation import Explanation


_LINK_FIELDS = (
    "source_url", "target_url", "anchor", "link_type", "placement", "dofollow", "first_seen", "lost_at", "scores",
)  # fmt: skip


@click.command()
@click.argument("source", metavar="SOURCE")
@click.argument("target", metavar="TARGET")
@click.option("--as", "kind", type=click.Choice(KINDS), help="Read TARGET as this; do not guess.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def explain(source: str, target: str, kind: Any, form: str) -> None:
    """Explain the value of the links from page SOURCE to TARGET, as a sum of parts with the weight of each.

    The value is 0 to 100: points for each quality of the link, times factors for what takes from the whole. The weights
    are in link_index/rules/link_value.toml; BACKLINKS_RULES_DIR names a folder with your own.

    \b
    backlinks explain https://example.net/page example.org
    backlinks explain https://example.net/page https://example.org/pricing --format json
    """
    from link_index.scoring.explanation import explain as explained

    database = connection.connect()
    with database.client:
        found = explained(database, read_target(source, "url"), read_target(target, kind))
    if form == "json":
        click.echo(json_text([_fields(each) for each in found], indent=1))
        return
    click.echo("\n\n".join("\n".join(_told(each)) for each in found))


def _told(found: Explanation) -> Iterator[str]:
    """The sum as a person would argue it."""
    link, argument, run = found.link, found.argument, found.run
    anchor = f'as "{link["anchor"]}"' if link["anchor"] else "without an anchor"
    yield visible(f"{link['source_url']} links to {link['target_url']} {anchor}.")
    yield f"It is worth {argument.value:.1f} of 100 by the scores of run {run['_id']}, {run['finished']:%Y-%m-%d}."
    if found.is_stale:
        stored = link["scores"]["value"]
        why = "a crawl has changed the link or its page" if found.is_by_same_rules else "the rules are others now"
        yield f"It was {stored:.1f} then: {why}. `backlinks score` scores anew."
    yield ""
    for part in argument.parts:
        yield visible(f"{part.points:6.1f} of {part.of:4.1f}  {_name(part.name):14}  {part.said}")
    whole = sum(part.points for part in argument.parts)
    yield f"{whole:6.1f} of  100"
    for factor in argument.factors:
        yield visible(f"{'x':>3} {factor.factor:.2f}           {_name(factor.name):14}  {factor.said}")
    if argument.factors:
        yield f"{argument.value:6.1f}"
    yield from _details(found)


def _details(found: Explanation) -> Iterator[str]:
    """What some parts rest on."""
    spam = found.domain_scores.get("spam", {})
    if spam or found.script or found.shared_words:
        yield ""
    for part in spam.get("parts", ()):
        yield visible(f"spam, {part['points']:.0f} points: {part['said']}")
    if script := found.script:
        where = f"; the URL says that it leads to {script.target}" if script.target else ""
        yield visible(f"redirection script: {script.said}{where}")
    if found.shared_words:
        yield visible(f"Words that both pages are about: {', '.join(found.shared_words)}")


def _name(name: str) -> str:
    return name.replace("_", " ")


def _fields(found: Explanation) -> dict[str, Any]:
    link, argument = found.link, found.argument
    fields: dict[str, Any] = plain(
        {name: link[name] for name in _LINK_FIELDS if name in link}
        | {
            "value": argument.value,
            "parts": [part._asdict() for part in argument.parts],
            "factors": [factor._asdict() for factor in argument.factors],
            "shared_words": found.shared_words,
            "page_scores": dict(found.page_scores),
            "domain_scores": dict(found.domain_scores),
            "run": {name: found.run[name] for name in ("_id", "finished", "methods", "parameters", "seeds")},
        }
    )
    return fields
