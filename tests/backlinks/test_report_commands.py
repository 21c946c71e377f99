"""Report, comparison, opportunities and disavowal as a person and a script meet them."""

from __future__ import annotations

import csv
import fcntl
import io
import json
import os
import pty
import re
import shlex
import struct
import subprocess
import sys
import termios
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from backlinks.cli import main
from link_index.rows import FIELDS
from tests.known_links import fill

if TYPE_CHECKING:
    from collections.abc import Callable

    from pymongo.database import Database

    Run = Callable[..., Result]

DOCUMENT = (Path(__file__).parents[2] / "docs" / "reports.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```console\n\$ backlinks ([^\n]*)\n(.*?)```", DOCUMENT, re.DOTALL)

ANSWERS = [
    ("opportunities", ["example.com"], 5),
    ("compare", ["example-x.com", "example.com", "one.github.io"], 5),
]


@pytest.mark.parametrize(("words", "output"), EXAMPLES)
def test_the_documented_answers_are_the_real_ones(on_scored: Run, words: str, output: str) -> None:
    told = on_scored(*shlex.split(words)).stdout
    assert told.replace(f"{datetime.now(UTC):%Y-%m-%d}", "TODAY") == output


@pytest.mark.parametrize("verb", ["report", "compare", "opportunities", "disavow"])
def test_every_command_and_option_is_documented(verb: str) -> None:
    command = main.get_command(None, verb)  # type: ignore[arg-type]
    assert command is not None
    options = [name for parameter in command.params for name in parameter.opts if name.startswith("-")]
    words = [f"backlinks {verb}", *options, *FIELDS.get(verb, ())]
    assert [word for word in words if f"`{word}" not in DOCUMENT] == []


@pytest.mark.parametrize(("verb", "targets", "rows"), ANSWERS)
def test_answers_come_in_every_format(on_scored: Run, verb: str, targets: list[str], rows: int) -> None:
    told = json.loads(on_scored(verb, *targets, "--format", "json").stdout)
    assert [list(row) for row in told["rows"]] == [list(FIELDS[verb])] * rows
    lines = on_scored(verb, *targets, "--format", "jsonl").stdout.splitlines()
    assert [json.loads(line) for line in lines] == told["rows"]
    records = list(csv.DictReader(io.StringIO(on_scored(verb, *targets, "--format", "csv").stdout)))
    assert [list(record) for record in records] == [list(FIELDS[verb])] * rows


@pytest.mark.parametrize(
    ("verb", "targets"),
    [(verb, targets) for verb, targets, _ in ANSWERS] + [("disavow", ["example.com"]), ("report", ["example.com"])],
)
def test_no_character_of_a_page_reaches_the_terminal_unseen(on_scored: Run, verb: str, targets: list[str]) -> None:
    for line in on_scored(verb, *targets).stdout.split("\n"):
        assert not line or line.isprintable()


def test_no_opportunity_is_an_answer_too(on_scored: Run) -> None:
    result = on_scored("opportunities", "one.github.io")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[1].startswith("No opportunities: live and lost links, external only")


MISTAKES = [
    (["compare", "example.com"], "nothing to compare with"),
    (["compare", "example.com", "EXAMPLE.com"], "named twice"),
    (["compare", "example.com", "b.net", "--at-least", "3"], "--at-least 3 asks for more targets than the 2"),
    (["compare", *(f"{n}.example" for n in range(21))], "At most 20 targets"),
    (["compare", "example.com", "mailto:x@example.com"], "scheme is mailto:"),
    (["disavow", "example.com", "-o", "list.csv"], "ends in .txt"),
    (["disavow", "example.com", "--spam", "101"], "101"),
]


@pytest.mark.parametrize(("words", "sentence"), MISTAKES)
def test_a_usage_mistake_is_one_sentence_and_status_two(on_scored: Run, words: list[str], sentence: str) -> None:
    result = on_scored(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr


def test_nothing_is_proposed_for_disavowal_without_scores(
    db: Database[dict[str, Any]], db_uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(db)
    monkeypatch.setenv("MONGODB_URI", db_uri)
    result = CliRunner().invoke(main, ["disavow", "example.com"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "No domain has a spam score yet; `backlinks score` computes them." in result.stderr


def test_a_list_to_disavow_is_written_to_a_file(on_scored: Run, tmp_path: Path) -> None:
    result = on_scored("disavow", "example.com", "-o", str(tmp_path / "list.txt"))
    assert (result.exit_code, result.stdout) == (0, "")
    lines = (tmp_path / "list.txt").read_bytes().decode("utf-8").split("\n")
    assert [line for line in lines if line and not line.startswith("# ")] == ["domain:evil.test", "domain:b.net"]
    assert lines[2].startswith("# Nothing was sent anywhere.")
    assert result.stderr == f"2 entries written to {tmp_path / 'list.txt'}, 0 left out. Review them.\n"


def test_a_file_that_cannot_be_written_is_one_sentence(on_scored: Run, tmp_path: Path) -> None:
    result = on_scored("disavow", "example.com", "-o", str(tmp_path / "missing" / "list.txt"))
    assert result.exit_code == 1
    assert "No such file or directory" in result.stderr


@pytest.mark.parametrize(
    ("form", "begins"), [("terminal", "Backlinks of"), ("markdown", "# Backl"), ("html", "<!DOCTYPE")]
)
def test_a_report_comes_in_every_format_to_a_file_too(on_scored: Run, tmp_path: Path, form: str, begins: str) -> None:
    printed = on_scored("report", "example.com", "--format", form).stdout
    assert printed.startswith(begins)
    file = tmp_path / "report"
    assert on_scored("report", "example.com", "--format", form, "-o", str(file)).stdout == ""
    assert file.read_bytes().decode("utf-8") == printed


def test_a_report_without_scores_says_how_to_get_them(
    db: Database[dict[str, Any]], db_uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(db)
    monkeypatch.setenv("MONGODB_URI", db_uri)
    result = CliRunner().invoke(main, ["report", "example.com"])
    assert result.exit_code == 0
    assert "No scores yet, so nothing here is judged: `backlinks score` computes them." in result.stdout


def test_a_report_fits_the_terminal(scored_uri: str) -> None:
    reading, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 72, 0, 0))
    command = [sys.executable, "-m", "backlinks", "report", "https://example.com/blog/one"]
    environment = {name: text for name, text in os.environ.items() if name != "COLUMNS"} | {"MONGODB_URI": scored_uri}
    shown = b""
    with subprocess.Popen(command, env=environment, stdout=terminal) as told:
        os.close(terminal)
        with suppress(OSError):  # Linux says so when the last writer has gone
            while part := os.read(reading, 100_000):
                shown += part
    os.close(reading)
    assert told.returncode == 0
    tables = [line for line in shown.decode().splitlines() if not line.endswith(".")]
    assert max(map(len, tables)) <= 72
    assert "█" * 20 in shown.decode()
