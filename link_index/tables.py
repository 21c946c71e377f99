"""An answer as a table: fitted to a terminal's width, or whole columns of text when it goes to a file or a pipe."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from link_index.shown_text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from link_index.questions import Question, Row

Column = tuple[str, Callable[[dict[str, Any]], str]]  # heading, and the cell of a row

_SHORT = 22  # a column up to here is not wrapped
_IN_NUMBERS = str.maketrans("", "", ",.-")  # and in dates
_READABLE = 30  # characters a wrapped column needs


def table(asked: Question, rows: Sequence[Row]) -> tuple[list[str], list[list[str]]]:
    """Headings and body, every cell as it may be shown."""
    if asked.verb == "summary":
        return summary_table(rows)
    columns = _link_columns(asked, rows) if asked.verb == "show" else _COLUMNS[asked.verb]
    return [heading for heading, _ in columns], [[visible(cell(row)) for _, cell in columns] for row in rows]


def plain_lines(headings: Sequence[str], body: Sequence[Sequence[str]]) -> list[str]:
    """Lines with aligned columns, nothing cut and nothing wrapped: for files, pipes and grep."""
    table = [headings, *body]
    widths = [max(cell_len(line[column]) for line in table) for column in range(len(headings))]
    return [
        "  ".join(cell + " " * (width - cell_len(cell)) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in table
    ]


def fitted(headings: Sequence[str], body: Sequence[Sequence[str]], width: int) -> Table | Text:
    """A table of that width, or a paragraph for each row where a table would be too narrow to read.

    What is too long is wrapped, never cut, and no markup is read in it.
    """
    widths = [max(map(cell_len, column)) for column in zip(headings, *body, strict=True)]
    short = [width <= _SHORT for width in widths]
    wide = len(short) - sum(short)
    left = width - sum(width + 2 for width, is_short in zip(widths, short, strict=True) if is_short)
    if wide > 1 and sum(widths) + 2 * len(widths) > width and left < wide * _READABLE:
        return Text("\n").join(_paragraph(headings, line) for line in body)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading, column, is_short in zip(headings, zip(*body, strict=True), short, strict=True):
        justify: Literal["left", "right"] = "right" if all(map(is_number, column)) else "left"
        table.add_column(heading, justify=justify, overflow="fold", no_wrap=is_short)
    for line in body:
        table.add_row(*map(Text, line))
    return table


def fitted_lines(headings: Sequence[str], body: Sequence[Sequence[str]], width: int) -> list[str]:
    """The same as lines of text."""
    console = Console(width=width, color_system=None)
    with console.capture() as captured:
        console.print(fitted(headings, body, width))
    return [line.rstrip() for line in captured.get().splitlines()]


def _paragraph(headings: Sequence[str], line: Sequence[str]) -> Text:
    first, *others = line
    told = [f"{heading} {cell}" for heading, cell in zip(headings[1:], others, strict=True) if cell]
    return Text.assemble((first, "bold"), "\n  ", "; ".join(told), "\n")


def is_number(cell: str) -> bool:
    """Whether the cell may stand in a column of numbers; an empty one and a dash may."""
    return cell.strip("%").translate(_IN_NUMBERS).isdigit() or cell in ("", "-")


def summary_table(rows: Sequence[Row]) -> tuple[list[str], list[list[str]]]:
    """A summary turned on its side: a column for each scope and state, a line for each count."""
    headings = ["", *(f"{row['scope']} {row['state']}" for row in rows)]
    body = [[name, *(cell(row) for row in rows)] for name, cell in _SUMMARY]
    for title, field in (("type", "by_type"), ("placement", "by_placement")):
        kinds = sorted({kind for row in rows for kind in row[field]})
        body += [[f"{title} {visible(kind)}", *(f"{row[field].get(kind, 0):,}" for row in rows)] for kind in kinds]
    return headings, body


def day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else ""


def label(row: Row) -> str:
    """`dofollow`, or why not: `nofollow, ugc (rel)`."""
    if row["dofollow"]:
        return "dofollow"
    names = ", ".join(name for name in ("nofollow", "ugc", "sponsored") if row[name]) or "nofollow"
    causes = ", ".join(row.get("nofollow_by", ()))
    return f"{names} ({causes})" if causes else names


def hops(chain: Iterable[dict[str, Any]]) -> str:
    """`301 http://old.example/`, and a meta refresh by its name."""
    return " ".join(f"{hop['status'] if hop['kind'] == 'http' else hop['kind']} {hop['url']}" for hop in chain)


def anchor(row: Row) -> str:
    image = row["image"] if "image" in row else row["link_type"] == "image"
    if image:
        return f"(image) {row['anchor']}" if row["anchor"] else "(image without text)"
    return row["anchor"] or "(empty)"


def _count(name: str) -> Callable[[Row], str]:
    return lambda row: f"{row.get(name) or 0:,}"


def _score(name: str) -> Callable[[Row], str]:
    return lambda row: score(row[name])


def score(value: float | None) -> str:
    """A score of 0 to 100 with its decimal, a dash where there is none."""
    return "-" if value is None else f"{value:.1f}"


def _share(row: Row) -> str:
    return f"{row['share']:.1%}"


def _state(row: Row) -> str:
    return f"lost {day(row['lost_at'])}, {row.get('lost_reason', '')}" if row.get("lost_at") else "live"


def _link_columns(asked: Question, rows: Sequence[Row]) -> list[Column]:
    shown: list[Column] = [
        ("source page", lambda row: row["source_url"]),
        ("anchor", anchor),
        ("type", lambda row: row["link_type"]),
        ("label", label),
        ("placement", lambda row: row["placement"]),
        ("first seen", lambda row: day(row["first_seen"])),
    ]
    if any(row.get("value") is not None for row in rows):
        shown.insert(1, ("value", _score("value")))
    if asked.filters.state != "live":
        shown.append(("state", _state))
    if asked.target.kind != "url":
        shown.append(("target", lambda row: row.get("final_url") or row["target_url"]))
    if any(row.get("hops") for row in rows):
        shown.append(("via", lambda row: hops(row.get("hops", ()))))
    return shown


_COLUMNS: dict[str, list[Column]] = {
    "domains": [
        ("referring domain", lambda row: row["source_domain"]),
        ("links", _count("links")),
        ("dofollow", _count("dofollow")),
        ("pages", _count("referring_pages")),
        ("first seen", lambda row: day(row["first_seen"])),
        ("example page", lambda row: row["example_url"]),
    ],
    "anchors": [
        ("anchor", anchor),
        ("links", _count("links")),
        ("share", _share),
        ("dofollow", _count("dofollow")),
        ("domains", _count("referring_domains")),
        ("first seen", lambda row: day(row["first_seen"])),
    ],
    "anchor-profile": [
        ("class", lambda row: row["anchor_class"]),
        ("links", _count("links")),
        ("share of links", lambda row: f"{row['link_share']:.1%}"),
        ("domains", _count("referring_domains")),
        ("share of domains", lambda row: f"{row['domain_share']:.1%}"),
    ],
    "pages": [
        ("page", lambda row: row["url"]),
        ("links", _count("links")),
        ("dofollow", _count("dofollow")),
        ("pages", _count("referring_pages")),
        ("domains", _count("referring_domains")),
        ("first seen", lambda row: day(row["first_seen"])),
        ("crawled", lambda row: str(row.get("status") or row.get("outcome") or "no")),
    ],
    "redirects": [
        ("redirect", lambda row: row["url"]),
        ("links", _count("links")),
        ("hops", lambda row: str(len(row["chain"]))),
        ("chain", lambda row: f"{hops(row['chain'])} -> {row['final_url']}"),
        ("seen", lambda row: day(row["seen_at"])),
    ],
    "opportunities": [
        ("to mend", lambda row: row["kind"]),
        ("gain", _score("gain")),
        ("worth", _score("worth")),
        ("source page", lambda row: row["source_url"]),
        ("anchor", anchor),
        ("target", lambda row: row["target_url"]),
        ("why", lambda row: row["said"]),
    ],
    "compare": [
        ("found in", lambda row: row["found_in"]),
        ("referring domain", lambda row: row["source_domain"]),
        ("rank", _score("rank")),
        ("trust", _score("trust")),
        ("spam", _score("spam")),
        ("links to each", lambda row: " / ".join(f"{links:,}" for links in row["links"])),
        ("dofollow", lambda row: " / ".join(f"{links:,}" for links in row["dofollow"])),
        ("example page", lambda row: row["example_url"]),
    ],
}

_SUMMARY: list[Column] = [
    ("links", _count("links")),
    ("occurrences", _count("occurrences")),
    ("referring pages", _count("referring_pages")),
    ("referring domains", _count("referring_domains")),
    ("dofollow", _count("dofollow")),
    ("dofollow share", lambda row: "" if row["dofollow_share"] is None else f"{row['dofollow_share']:.1%}"),
    ("dofollow domains", _count("dofollow_referring_domains")),
    ("nofollow", _count("nofollow")),
    ("ugc", _count("ugc")),
    ("sponsored", _count("sponsored")),
    ("hard", _count("hard")),
    ("redirected", _count("redirected")),
    ("first seen", lambda row: day(row.get("first_seen"))),
    ("newest first seen", lambda row: day(row.get("newest_first_seen"))),
    ("last seen", lambda row: day(row.get("last_seen"))),
    ("last lost", lambda row: day(row.get("last_lost_at"))),
]
