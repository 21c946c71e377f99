"""How failures are told: a sentence that steers no terminal, whatever it quotes."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from backlinks.cli import main
from link_index.errors import LinkIndexError
from tests.poisons import OBEYED

STEER = "\x1b]0;owned\x07\x9b1m\r\u202e\udcff"
SHOWN = "<U+001B>]0;owned<U+0007><U+009B>1m<U+000D><U+202E><U+DCFF>"


@pytest.mark.parametrize(
    "words",
    [
        [STEER],
        [f"--{STEER}"],
        ["show", f"--{STEER}", "example.com"],
        ["show", STEER],
        ["show", "example.com", STEER],
        ["show", "example.com", "--as", STEER],
        ["show", "example.com", "--since", STEER],
        ["show", "example.com", "--cursor", STEER],
        ["compare", "example.com", STEER],
        ["explain", STEER, "example.com"],
        ["disavow", "example.com", "-o", f"{STEER}.csv"],
        ["db", STEER],
        ["frontier", "drop", STEER],
        ["pause", STEER],
        ["seed", STEER, "--name", "x"],
        ["seed", "example.com", "--name", STEER],
        ["crawl", STEER],
        ["crawl", "example.com", "--name", STEER],
        ["crawl", "example.com", "-s", STEER],
        ["crawl", "example.com", "--allow-domain", STEER],
        ["score", "--trusted", f"/nowhere/{STEER}"],
        ["graph", "export", f"/dev/null/{STEER}"],
    ],
)
def test_what_the_user_typed_is_quoted_visibly(words: list[str]) -> None:
    done = CliRunner().invoke(main, words)
    assert done.exit_code in (1, 2), done
    assert isinstance(done.exception, SystemExit)
    assert "Error" in done.stderr
    assert not OBEYED.search(done.output), done.output


def test_the_sentence_of_any_failure_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise LinkIndexError(f"The server says {STEER}.")

    monkeypatch.setattr("link_index.connection.connect", fails)
    done = CliRunner().invoke(main, ["show", "example.com"])
    assert done.stderr == f"Error: The server says {SHOWN}.\n"
    assert done.exit_code == 1
