"""What the web says, in the log of a crawl: visible, and never a line of its own."""

from __future__ import annotations

import io
import logging
import sys

import pytest

from backlink_spider.log_lines import VisibleRecords

FORGED = "2026-11-01 00:00:00 [root] CRITICAL: all is lost"


def _logged(message: str, *args: object, exc_info: object = None) -> list[str]:
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(VisibleRecords(logging.Formatter("[%(name)s] %(message)s")))
    handler.handle(logging.LogRecord("name", logging.ERROR, "file", 1, message, args, exc_info))  # type: ignore[arg-type]
    return handler.stream.getvalue().removesuffix("\n").split("\n")


@pytest.mark.parametrize(
    ("quoted", "shown"),
    [
        ("plain ünïcode", "plain ünïcode"),
        ("\x1b[2J\x9b1m\x07", "<U+001B>[2J<U+009B>1m<U+0007>"),
        ("a\rb\0c\u2028d", "a<U+000D>b<U+0000>c<U+2028>d"),
        ("\u202egnp.exe", "<U+202E>gnp.exe"),
        ("\udcff", "<U+DCFF>"),
    ],
)
def test_what_a_terminal_would_obey_is_written_out(quoted: str, shown: str) -> None:
    assert _logged("could not read %s", quoted) == [f"[name] could not read {shown}"]


def test_a_line_break_makes_no_record_of_its_own() -> None:
    assert _logged("could not read %s", f"x\n{FORGED}\r\n{FORGED}") == [
        "[name] could not read x",
        f"    {FORGED}<U+000D>",
        f"    {FORGED}",
    ]


def test_nor_does_one_in_the_message_of_an_exception() -> None:
    try:
        raise ValueError(f"x\n{FORGED}\x1b[1m")
    except ValueError:
        first, *others = _logged("could not read it", exc_info=sys.exc_info())
    assert first == "[name] could not read it"
    assert f"    {FORGED}<U+001B>[1m" in others
    assert all(line.startswith("    ") for line in others)


def test_the_record_itself_stays_as_it_is_for_other_handlers() -> None:
    record = logging.LogRecord("name", logging.ERROR, "file", 1, "%s", ("\x1b",), None)
    VisibleRecords(logging.Formatter()).format(record)
    assert (record.getMessage(), record.args) == ("\x1b", ("\x1b",))
