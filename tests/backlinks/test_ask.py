"""The asking commands as a person and a script meet them."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from backlinks import ask
from backlinks.cli import main
from link_index.filters import LINK_TYPES, PLACEMENTS
from link_index.questions import ORDERS
from link_index.rows import FIELDS

VERBS = ["show", "summary", "domains", "anchors", "anchor-profile", "pages", "redirects"]
OLD, FINAL = "301 https://old.example.com/old", "https://example.com/blog/one"
GUESS = "example.com, read as a domain with its sub-domains; --as url|prefix|host|domain to say otherwise"


@pytest.fixture
def asked(known_uri: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run `backlinks` with these words on the known index."""
    monkeypatch.setenv("MONGODB_URI", known_uri)

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, list(words))

    return run


def test_show_tells_guess_scope_and_links(asked: Any) -> None:
    result = asked("show", "example.com", "--redirected")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        GUESS,
        "2 of 2 backlinks, newest first; live links, internal and external, redirected only.",
        "",
        "source page        anchor    type  label     placement  first seen  target                        via",
        f"https://f.dev/     short     text  dofollow  content    2025-11-06  {FINAL}  302 https://t.co/x {OLD}",
        f"https://c.co.uk/p  old post  text  dofollow  content    2025-11-04  {FINAL}  {OLD}",
    ]


def test_a_forced_reading_is_said_without_the_hint(asked: Any) -> None:
    assert asked("show", "example.com", "--as", "host").stdout.startswith("example.com, read as a host\n")


FIRST_ROWS = [
    ("domains", "a.org             4      3         2      2025-11-01  https://a.org/1"),
    ("anchors", "Pricing                                2      16.7%  1         2        2025-11-01"),
    ("anchor-profile", "exact      2      20.0%           2        40.0%"),
    ("pages", "https://example.com/blog/one      4      4         4      4        2025-11-03  no"),
    ("redirects", f"https://old.example.com/old  2      1     {OLD} -> {FINAL}                     2025-11-07"),
    ("summary", "links              10             2              2              0"),
]  # fmt: skip


@pytest.mark.parametrize(("verb", "row"), FIRST_ROWS)
def test_every_question_has_a_table(asked: Any, verb: str, row: str) -> None:
    lines = asked(verb, "example.com").stdout.splitlines()
    assert lines[0] == GUESS
    assert row in lines


@pytest.mark.parametrize("verb", VERBS)
def test_no_character_of_a_page_reaches_the_terminal_unseen(asked: Any, verb: str) -> None:
    for line in asked(verb, "example.com").stdout.splitlines():
        assert line.isprintable()


def test_a_cursor_goes_on_where_the_answer_ended(asked: Any) -> None:
    pages, words = [], ["show", "example.com", "--limit", "5"]
    cursor: list[str] = []
    for shown in ("5", "5 more", "2 more"):
        lines = asked(*words, *cursor).stdout.splitlines()
        assert lines[1].startswith(f"{shown} of 12 backlinks, newest first; ")
        more = lines[-1].partition("more: ")[2]
        pages += lines[4:-2] if more else lines[4:]
        cursor = more.split()
    assert cursor == []
    assert len(pages) == len(set(pages)) == 12


@pytest.mark.parametrize("verb", VERBS)
def test_json_is_one_object_on_standard_output(asked: Any, verb: str) -> None:
    result = asked(verb, "example.com", "--format", "json")
    told = json.loads(result.stdout)
    assert [list(row) for row in told["rows"]] == [list(FIELDS[verb])] * told["total"]
    assert told["target"]["read_as"] == "domain"
    assert told["cursor"] is None
    assert result.stderr.startswith(GUESS)


@pytest.mark.parametrize("verb", VERBS)
def test_json_lines_and_csv_hold_the_same_rows(asked: Any, verb: str) -> None:
    lines = [json.loads(line) for line in asked(verb, "example.com", "--format", "jsonl").stdout.splitlines()]
    records = list(csv.DictReader(io.StringIO(asked(verb, "example.com", "--format", "csv").stdout)))
    assert len(records) == len(lines) > 0
    assert list(records[0]) == list(FIELDS[verb])
    numbers = [name for name, value in lines[0].items() if type(value) is int]
    assert [[record[name] for name in numbers] for record in records] == [
        [str(line[name]) for name in numbers] for line in lines
    ]


def test_machine_formats_page_too(asked: Any) -> None:
    first = json.loads(asked("domains", "example.com", "--format", "json", "--limit", "4").stdout)
    rest = asked("domains", "example.com", "--format", "jsonl", "--cursor", first["cursor"])
    assert (len(first["rows"]), first["total"], len(rest.stdout.splitlines())) == (4, 6, 2)
    cut = asked("domains", "example.com", "--format", "csv", "--limit", "4")
    assert cut.stderr.splitlines()[-1].startswith("more: --cursor ")


def test_no_backlinks_is_said_with_what_a_crawl_knows(asked: Any) -> None:
    result = asked("show", "example.com/lonely")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[1:] == [
        "No backlinks: live links, internal and external.",
        "https://example.com/lonely was fetched on 2025-11-14 09:00 UTC (status 200).",
    ]


@pytest.mark.parametrize(("form", "stdout_lines"), [("table", 3), ("json", 2), ("jsonl", 0), ("csv", 1)])
@pytest.mark.parametrize("verb", VERBS)
def test_an_unknown_target_is_no_failure(asked: Any, verb: str, form: str, stdout_lines: int) -> None:
    result = asked(verb, "nothing.example", "--format", form)
    assert result.exit_code == 0
    assert "nothing.example was never fetched by a crawl." in result.output
    assert len(result.stdout.splitlines()) == stdout_lines


MISTAKES = [
    (["--dofollow", "--nofollow"], "--dofollow leaves no link"),
    (["--internal", "--external"], "--internal and --external together"),
    (["--hard", "--redirected"], "--hard and --redirected together"),
    (["--live", "--lost"], "--live, --lost and --any-state exclude each other"),
    (["--since", "soon"], "--since takes a date"),
    (["--anchor", "x" * 600], "--anchor takes at most"),
    (["--sort", "lost"], "--sort lost needs --lost"),
    (["--cursor", "bm90aGluZw"], "This cursor does not belong to this question"),
    (["--limit", "-1"], "-1 is not in the range"),
    (["--type", "link"], "'link' is not one of"),
    (["--as", "site"], "'site' is not one of"),
    (["--format", "xml"], "'xml' is not one of"),
]


@pytest.mark.parametrize(("words", "sentence"), MISTAKES)
def test_a_usage_mistake_is_one_sentence_and_status_two(asked: Any, words: list[str], sentence: str) -> None:
    result = asked("show", "example.com", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr


def test_a_target_that_cannot_be_read_is_a_usage_mistake(asked: Any) -> None:
    result = asked("show", "mailto:a@example.com")
    assert (result.exit_code, result.stderr) == (
        2,
        "Error: The target's scheme is mailto:, and the index holds http and https only.\n",
    )


def test_hard_links_come_through_no_redirect(asked: Any) -> None:
    assert asked("redirects", "example.com", "--hard").exit_code == 2


def test_an_unreachable_database_is_one_sentence_and_status_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONGODB_URI", "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100")
    result = CliRunner().invoke(main, ["show", "example.com"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: No database answers at mongodb://127.0.0.1:1/")


def test_an_empty_index_says_how_to_fill_it(db: Any, db_uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONGODB_URI", db_uri)
    result = CliRunner().invoke(main, ["summary", "example.com"])
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (
        0,
        "The index is empty; fill it with `backlinks crawl SEED`.",
    )


DOCUMENT = (Path(__file__).parents[2] / "docs" / "asking.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```console\n\$ backlinks ([^\n]*)\n(.*?)```", DOCUMENT, re.DOTALL)


@pytest.mark.parametrize(("words", "output"), EXAMPLES)
def test_the_documented_answers_are_the_real_ones(asked: Any, words: str, output: str) -> None:
    assert re.sub(r"(--cursor )\S+", r"\1TOKEN", asked(*shlex.split(words)).stdout) == output


@pytest.mark.parametrize("verb", VERBS)
def test_every_question_and_option_is_documented(verb: str) -> None:
    command = getattr(ask, verb.replace("-", "_"))
    options = [name for parameter in command.params for name in parameter.opts if name.startswith("--")]
    sorts = [f"--sort {sort}" for sort in ORDERS.get(verb, ())]
    words = [f"backlinks {verb}", *options, *sorts, *LINK_TYPES, *PLACEMENTS, *FIELDS[verb]]
    assert [word for word in words if f"`{word}" not in DOCUMENT] == []


def _run(known_uri: str, *words: str, **how: Any) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "MONGODB_URI": known_uri}
    command = [sys.executable, "-m", "backlinks", *words]
    return subprocess.run(command, env=environment, text=True, capture_output=True, timeout=60, check=False, **how)


def test_the_installed_command_answers(known_uri: str) -> None:
    done = _run(known_uri, "show", "https://example.com/pricing", "--external", "--format", "jsonl")
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 3)
    assert done.stderr.splitlines()[1] == "all backlinks, newest first; live links, external only."


def test_a_target_of_broken_bytes_is_refused(known_uri: str) -> None:
    done = _run(known_uri, "show", os.fsdecode(b"exa\xffmple.com"))
    assert (done.returncode, done.stderr) == (
        2,
        "Error: The target holds control or invisible characters; type it anew.\n",
    )


def test_a_reader_that_leaves_early_is_no_failure(known_uri: str) -> None:
    words = f"'{sys.executable}' -m backlinks anchors example.com --format jsonl 2>errors | head -n 1"
    environment = {**os.environ, "MONGODB_URI": known_uri, "PYTHONPATH": str(Path.cwd())}
    folder = Path(os.environ["BACKLINKS_DATA_DIR"]).parent
    done = subprocess.run(
        words, shell=True, cwd=folder, env=environment, text=True, capture_output=True, timeout=60, check=True
    )
    assert json.loads(done.stdout)["anchor"] == "Pricing"
    assert "Traceback" not in (folder / "errors").read_text()


def test_a_terminal_gets_lines_that_fit_it(known_uri: str) -> None:
    reading, terminal = pty.openpty()
    environment = {**os.environ, "MONGODB_URI": known_uri, "TERM": "dumb"}  # of 80 columns
    command = [sys.executable, "-m", "backlinks", "show", "example.com", "--redirected"]
    subprocess.run(command, env=environment, stdout=terminal, timeout=60, check=True)
    os.close(terminal)
    lines = os.read(reading, 100_000).decode().splitlines()
    os.close(reading)
    assert lines[3] == "https://f.dev/"
    assert max(map(len, lines[3:])) <= 80
