"""Answers as text: nothing leads a terminal, a spreadsheet or a parser astray."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest

from link_index.output import FORMATS, as_csv, as_json, as_json_lines, plain, written
from link_index.questions import Answer, Question, question
from link_index.rows import FIELDS
from link_index.targets import read_target
from tests.poisons import read_back

NASTY = '\u202eevil\x1b[31m\x9b1m\x00\x7f\u200b\u2028,"quoted"\t[red]=1+1'


def _asked(verb: str = "anchors") -> Question:
    return question(verb, read_target("example.com"))


def test_the_formats_are_these() -> None:
    assert FORMATS == ("table", "json", "jsonl", "csv")


def test_documents_are_told_in_plain_terms() -> None:
    moment = datetime(2026, 11, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    assert plain({"at": [moment], "id": UUID(int=1), "n": 1, "none": None}) == {
        "at": ["2026-11-01T10:00:00.000Z"],
        "id": "00000000-0000-0000-0000-000000000001",
        "n": 1,
        "none": None,
    }


def test_every_row_has_every_field_and_no_other() -> None:
    [line] = as_json_lines(_asked(), [{"anchor": "x", "_rows": 7}])
    row = json.loads(line)
    assert list(row) == list(FIELDS["anchors"])
    assert (row["anchor"], row["links"]) == ("x", 0)


def test_json_gives_nasty_text_back_and_shows_none_of_it() -> None:
    [line] = as_json_lines(_asked(), [{"anchor": NASTY}])
    assert json.loads(line)["anchor"] == NASTY
    assert line.isprintable()


def test_csv_gives_nasty_text_back() -> None:
    rows: list[dict[str, Any]] = [
        {"anchor": NASTY, "image": True},
        {"anchor": "=1", "links": 3, "first_seen": datetime(2026, 11, 1, tzinfo=UTC)},
        {"anchor": "two\nlines", "first_seen": None},
    ]
    text = "\n".join(as_csv(_asked(), rows)) + "\n"
    header, *records = csv.reader(io.StringIO(text))
    assert header == list(FIELDS["anchors"])
    assert [read_back(record[0]) for record in records] == [NASTY, "=1", "two\nlines"]
    assert all(map(str.isprintable, text.splitlines()))
    assert records[0][1] == "true"
    assert records[1][2] == "3"
    assert [record[-1] for record in records] == ["", "2026-11-01T00:00:00.000Z", ""]


def test_csv_writes_words_with_blanks_and_the_rest_as_json() -> None:
    row = {"rel": ["nofollow", "ugc"], "hops": [{"url": "http://a/", "status": 301}], "via": []}
    header, record = csv.reader(as_csv(_asked("show"), [row]))
    cells = dict(zip(header, record, strict=True))
    assert (cells["rel"], cells["via"], cells["hops"]) == ("nofollow ugc", "", '[{"url": "http://a/", "status": 301}]')


def test_csv_says_no_as_false_and_nothing_as_nothing() -> None:
    header, record = csv.reader(as_csv(_asked("show"), [{"dofollow": False, "nofollow": None, "ugc": True}]))
    cells = dict(zip(header, record, strict=True))
    assert (cells["dofollow"], cells["nofollow"], cells["ugc"], cells["occurrences"]) == ("false", "", "true", "1")


def test_letters_of_any_script_are_readable_in_json() -> None:
    [line] = as_json_lines(_asked(), [{"anchor": "ünï漢🙂"}])
    assert '"anchor": "ünï漢🙂"' in line


@pytest.mark.parametrize(
    ("form", "written_by"), [("json", as_json), ("jsonl", lambda asked, answer: as_json_lines(asked, answer.rows)),
                             ("csv", lambda asked, answer: as_csv(asked, answer.rows))]
)  # fmt: skip
def test_an_answer_is_written_in_the_format_asked_for(form: str, written_by: Any) -> None:
    asked, answer = _asked(), Answer([{"anchor": "a"}])
    assert list(written(asked, answer, form)) == list(written_by(asked, answer))


def test_json_says_what_was_asked_and_when() -> None:
    asked = _asked()
    moment = datetime(2026, 11, 1, tzinfo=UTC)
    told = json.loads("\n".join(as_json(asked, Answer([], crawled={"fetched_at": moment}))))
    assert (told["sort"], told["asked_at"]) == ("links", plain(asked.asked_at))
    assert told["crawled"] == {"fetched_at": "2026-11-01T00:00:00.000Z"}


def test_a_later_page_that_nobody_counted_has_no_total() -> None:
    asked = replace(_asked(), after=(1, "a", False))
    assert json.loads("\n".join(as_json(asked, Answer([{"anchor": "a"}]))))["total"] is None


def test_an_answer_without_rows_still_has_a_header() -> None:
    assert list(as_csv(_asked(), [])) == [",".join(FIELDS["anchors"])]


def test_json_is_one_object_with_rows_and_cursor() -> None:
    rows = [{"anchor": "a"}, {"anchor": "b"}]
    told = json.loads("\n".join(as_json(_asked(), Answer(rows, total=5, cursor="token", notes=["note"]))))
    assert told["question"] == "anchors"
    assert told["target"] == {
        "name": "example.com",
        "read_as": "domain",
        "guessed": True,
        "match": {"target_domain": "example.com"},
    }
    assert told["scope"] == "live links, internal and external"
    assert told["filters"]["state"] == "live"
    assert [row["anchor"] for row in told["rows"]] == ["a", "b"]
    assert (told["total"], told["total_is_capped"], told["cursor"], told["notes"]) == (5, False, "token", ["note"])


def test_json_counts_a_stream_itself() -> None:
    told = json.loads("\n".join(as_json(_asked(), Answer(iter([{"anchor": "a"}])))))
    assert (told["total"], told["cursor"]) == (1, None)


@pytest.mark.parametrize("form", ["json", "jsonl", "csv"])
def test_rows_are_written_as_they_come(form: str) -> None:
    def rows() -> Any:
        yield {"anchor": "first"}
        pytest.fail("read ahead")

    lines = written(_asked(), Answer(rows()), form)
    assert any("first" in next(lines) for _ in range(1 if form == "jsonl" else 2))
