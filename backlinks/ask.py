"""`backlinks show|summary|domains|anchors|anchor-profile|pages|redirects TARGET`: the questions to the index."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import click

from backlinks.answers import COUNTING, print_answer
from link_index import connection, output, profiles, queries, redirect_chains
from link_index.errors import UsageMistake
from link_index.filters import LINK_TYPES, PLACEMENTS, Filters, checked, one_of
from link_index.questions import ORDERS, question
from link_index.targets import KINDS, read_target

if TYPE_CHECKING:
    from pymongo.database import Database

    from link_index.documents import Document
    from link_index.questions import Answer, Question

TABLE_ROWS = 20  # what a screen holds; the formats for programs give every row


def _anchor_profile(db: Database[Document], asked: Question) -> Answer:
    from link_index.anchors.profile_answer import profile_answer  # stemmers and lists of words: for this verb alone

    return profile_answer(db, asked)


_ANSWERED_BY = {
    "show": queries.backlinks,
    "summary": profiles.summary,
    "domains": queries.referring_domains,
    "anchors": queries.anchors,
    "anchor-profile": _anchor_profile,
    "pages": queries.linked_pages,
    "redirects": redirect_chains.redirects,
}
_FLAGS = {
    "dofollow": "Links with no label against following them.",
    "nofollow": "Links labelled nofollow, by themselves or by their page.",
    "ugc": "Links labelled ugc.",
    "sponsored": "Links labelled sponsored.",
    "internal": "Links from the target's own domain.",
    "external": "Links from other domains.",
    "hard": "Links straight to the target.",
    "redirected": "Links that reach the target through redirects.",
    "live": "Links that were there at the last look.  [default, but for summary]",
    "lost": "Links that are gone.",
    "any-state": "Live and lost links.  [default for summary]",
}


def _command(verb: str, text: str) -> click.Command:
    options: list[click.Parameter] = [
        click.Argument(["target"], metavar="TARGET"),
        click.Option(["--as", "kind"], type=click.Choice(KINDS), help="Read TARGET as this; do not guess."),
        *(click.Option([f"--{name}"], is_flag=True, help=meaning) for name, meaning in _FLAGS.items()),
        click.Option(["--type", "link_types"], type=click.Choice(LINK_TYPES), multiple=True,
                     help="Of this type (repeat)."),
        click.Option(["--placement", "placements"], type=click.Choice(PLACEMENTS), multiple=True,
                     help="From this part of the page (repeat)."),
        click.Option(["--since"], metavar="DATE", default="", help="First seen since 2026-11-01, or 12h, 7d, 4w ago."),
        click.Option(["--anchor"], metavar="TEXT", default="", help="The anchor contains TEXT, in any case."),
    ]  # fmt: skip
    if verb in ORDERS:
        options += [
            click.Option(["--sort"], type=click.Choice(list(ORDERS[verb])), help="Order of the rows."),
            click.Option(["--limit"], type=click.IntRange(min=0), metavar="N",
                         help=f"Rows, 0 for all.  [default: {TABLE_ROWS} in a table, else all]"),
            click.Option(["--cursor"], metavar="TOKEN", help="Go on where the answer that gave this token ended."),
        ]  # fmt: skip
    options.append(
        click.Option(["--format", "form"], type=click.Choice(output.FORMATS), default="table", show_default=True)
    )
    return click.Command(verb, callback=lambda **said: _ask(verb, **said), params=options, help=text)


show = _command("show", """Show the backlinks of TARGET: source page, anchor, type, label, placement, first seen.

    \b
    backlinks show https://example.com/pricing
    backlinks show 'https://example.com/blog/*' --dofollow --external
    backlinks show example.com --lost --sort lost
    """)  # fmt: skip
summary = _command("summary", """Count the backlinks of TARGET by scope, state, label, type and placement.

    Internal links are counted apart from external ones, and lost ones apart from live ones.
    """)  # fmt: skip
domains = _command("domains", "List the domains that link to TARGET.")
anchors = _command("anchors", "List the anchor texts of the links to TARGET with their shares.")
anchor_profile = _command("anchor-profile", """Say how the anchors of TARGET's backlinks are spread and how they vary.

    By links and by referring domains over the classes exact, partial, branded, naked URL, generic, image, empty, other.
    Warns of anchors that look as if they were made to rank, with the links that cause it. Links of other domains are
    counted, or --internal ones.
    """)  # fmt: skip
pages = _command("pages", "List the most linked pages of TARGET, crawled or not.")
redirects = _command("redirects", """List the redirects that lead to TARGET, directly or through others.

    The filters choose the links that are counted for each; a redirect that none comes through is listed all the same.
    """)  # fmt: skip


def _ask(verb: str, target: str, kind: Any, form: str, sort: str | None = None, limit: int | None = None,
         cursor: str | None = None, **said: Any) -> None:  # fmt: skip
    if limit is None:
        limit = TABLE_ROWS if form == "table" else 0
    asked = question(verb, read_target(target, kind), _filters(verb, **said), sort=sort, limit=limit, cursor=cursor)
    db = connection.connect()
    with db.client:
        answer = _ANSWERED_BY[verb](db, asked)
        if _is_empty(asked, answer):
            answer.rows, answer.more = [], {}
            answer.notes = [] if asked.after else profiles.why_nothing(db, asked)
        elif answer.crawled:
            answer.notes = [profiles.crawled_sentence(asked.target, answer.crawled)]
        print_answer(asked, answer, form)


def _filters(verb: str, **said: Any) -> Filters:
    states = {name: said.pop(name.replace("-", "_")) for name in ("live", "lost", "any-state")}
    chosen = [name for name, given in states.items() if given]
    if len(chosen) > 1:
        raise UsageMistake("--live, --lost and --any-state exclude each other; ask for one of them.")
    internal = one_of(said.pop("internal"), said.pop("external"), "--internal and --external together")
    if verb == "anchor-profile" and internal is None:
        internal = False  # a site's own menus would outnumber what others say of it
    redirected = one_of(said.pop("redirected"), said.pop("hard"), "--hard and --redirected together")
    state = (chosen or ["any-state" if verb == "summary" else "live"])[0].removesuffix("-state")
    said["anchor"] = " ".join(said["anchor"].split())  # as anchors are kept
    return checked(Filters(state=state, internal=internal, redirected=redirected, **said))  # type: ignore[arg-type]


def _is_empty(asked: Question, answer: Answer) -> bool:
    if asked.verb in COUNTING:
        return not any(row.get("links") for row in answer.rows)
    if isinstance(answer.rows, list):
        return not answer.rows
    rows = iter(answer.rows)
    first = next(rows, None)
    answer.rows = rows if first is None else chain([first], rows)
    return first is None
