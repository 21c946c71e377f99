"""An answer as text: a table to read, or JSON, JSON lines and CSV with the fields of rows.py for programs."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from link_index.rows import FIELDS
from link_index.shown_text import csv_cell, json_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from link_index.questions import Answer, Question, Row

FORMATS = ("table", "json", "jsonl", "csv")


def plain(value: Any) -> Any:
    """A value of a document in JSON's terms: ISO dates in UTC with milliseconds, ids as text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def row_of(verb: str, row: Row) -> Row:
    """The row's named fields, all of them and no others."""
    return {name: plain(row.get(name, absent)) for name, absent in FIELDS[verb].items()}


def written(asked: Question, answer: Answer, form: str) -> Iterator[str]:
    """The lines of an answer for programs, made as its rows come."""
    if form == "json":
        return as_json(asked, answer)
    return as_csv(asked, answer.rows) if form == "csv" else as_json_lines(asked, answer.rows)


def as_json_lines(asked: Question, rows: Iterable[Row]) -> Iterator[str]:
    return (json_text(row_of(asked.verb, row)) for row in rows)


def as_json(asked: Question, answer: Answer) -> Iterator[str]:
    """One JSON object, written as its rows come; what is known only after them stands behind them."""
    target = asked.target
    head = {
        "question": asked.verb,
        "target": {"name": target.name, "read_as": target.kind, "guessed": target.guessed, "match": target.match()},
        "scope": asked.filters.sentence(),
        "filters": asked.filters.values(),
        "sort": asked.sort,
        "asked_at": plain(asked.asked_at),
        "crawled": plain(answer.crawled),
    }
    yield json_text(head)[:-1] + ', "rows": ['
    count = 0
    for line in as_json_lines(asked, answer.rows):
        yield f"{',' if count else ''}{line}"
        count += 1
    total = count if answer.total is None and asked.after is None else answer.total
    tail = {"total": total, "total_is_capped": answer.capped, "cursor": answer.cursor, "notes": answer.notes}
    yield "], " + json_text(tail | {name: plain(value) for name, value in answer.more.items()})[1:]


def as_csv(asked: Question, rows: Iterable[Row]) -> Iterator[str]:
    """A header and one record a row: lists of words separated by blanks, anything deeper as JSON."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(FIELDS[asked.verb])
    for row in rows:
        yield _taken(buffer)
        writer.writerow([_cell(value) for value in row_of(asked.verb, row).values()])
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue().removesuffix("\n")
    buffer.seek(0)
    buffer.truncate()
    return text


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return csv_cell(" ".join(value))
    return csv_cell(json_text(value) if isinstance(value, list | dict) else str(value))
