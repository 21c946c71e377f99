"""Text as it may be shown: nothing leads a terminal or a spreadsheet astray, and it can be read back."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from link_index.shown_text import csv_cell, defused, json_text, visible, visible_lines
from tests.poisons import read_back


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ünïcode 漢字 🙂", "plain ünïcode 漢字 🙂"),
        ("a\x1b[31mb", "a<U+001B>[31mb"),
        ("a\nb\tc\rd", "a<U+000A>b<U+0009>c<U+000D>d"),
        ("\u202egnp.exe", "<U+202E>gnp.exe"),
        ("\u2066x\u2069", "<U+2066>x<U+2069>"),
        ("a\u200bb\ufeffc\u00add", "a<U+200B>b<U+FEFF>c<U+00AD>d"),
        ("\x9b31m", "<U+009B>31m"),
        ("\ud800\udfff", "<U+D800><U+DFFF>"),
        ("a <U+202E> of its own", "a <U+003C>U+202E> of its own"),
        ("<b>, <U+>, <U+202>, <u+202e>", "<b>, <U+>, <U+202>, <u+202e>"),
    ],
)
def test_what_cannot_be_seen_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    "unseen",
    "\0\x1f\x7f\x90\x9f\xad\u061c\u180e\u200b\u200d\u200f\u2028\u202a\u202e\u2060\u2065\u206f\ufeff\ufff9\ufffa\ufffb",
)
def test_no_character_that_leads_astray_gets_through(unseen: str) -> None:
    assert visible(f"a{unseen}b") == f"a<U+{ord(unseen):04X}>b"
    text = json_text({"anchor": [f"a{unseen}b"]}, indent=1)
    assert unseen not in text.replace("\n", "")
    assert json.loads(text) == {"anchor": [f"a{unseen}b"]}


@pytest.mark.parametrize("seen", " ~\xa0\xac\xae\u061b\u180d\u200a\u2010\u2027\u202f\u205f\u2070\ufefe\ufff8\ufffc")
def test_its_neighbours_are_shown_as_they_are(seen: str) -> None:
    assert visible(f"a{seen}b") == f"a{seen}b"


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x", "'quoted"]
)
def test_a_cell_that_might_run_is_defused(cell: str) -> None:
    assert defused(cell) == "'" + cell


@given(st.text())
def test_defusing_is_undone_by_taking_one_quote_away(cell: str) -> None:
    assert defused(cell).removeprefix("'") == cell


@given(st.one_of(st.text(), st.text("<U+20E>'=;\t\r\n\x1b\u202e\ud800")))
def test_a_cell_of_csv_is_read_back_as_it_was(text: str) -> None:
    cell = csv_cell(text)
    assert read_back(cell) == text
    assert cell.isprintable() or all(char.isprintable() or visible(char) == char for char in cell)


@pytest.mark.parametrize("text", ["a;=cmd()", "a;'=cmd()", 'a;"+1', "a;;-1", "a;＝1"])
def test_no_formula_begins_within_a_cell_where_semicolons_part_cells(text: str) -> None:
    assert not re.search(r""";["']*[=+@＝-]""", csv_cell(text))
    assert read_back(csv_cell(text)) == text


@pytest.mark.parametrize("text", ["a; b", "a;b=c", "/x;jsessionid=1", "a=b;c"])
def test_other_semicolons_stay(text: str) -> None:
    assert csv_cell(text) == text


def test_lines_stay_lines() -> None:
    assert visible_lines("a\x1b\r\nb\u2028c\n") == "a<U+001B><U+000D>\nb<U+2028>c\n"
