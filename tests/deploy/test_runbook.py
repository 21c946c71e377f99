"""What the runbook says to type exists."""

from __future__ import annotations

import re
import shlex
import subprocess
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from backlinks.cli import main
from tests.deploy.conftest import BIN, ROOT

if TYPE_CHECKING:
    from pathlib import Path

RUNBOOK = (ROOT / "deploy" / "runbook.md").read_text("utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```", RUNBOOK, re.MULTILINE | re.DOTALL)
TYPED = [line for block in BLOCKS for line in block.splitlines()] + re.findall(r"`(backlinks [^`]+)`", RUNBOOK)
OURS = sorted({line for line in TYPED if line.startswith("backlinks ")})
FILES = sorted(set(re.findall(r"\bdeploy/[\w./@-]+\w", RUNBOOK)))


def parts(line: str) -> tuple[list[str], list[str]]:
    """The command's words and its options."""
    words = shlex.split(line)[1:]
    command = words[:2] if words[0] == "frontier" else words[:1]
    return command, [word.partition("=")[0] for word in words if word.startswith("--")]


@pytest.mark.parametrize("line", OURS)
def test_a_command_of_the_runbook_exists_with_its_options(line: str) -> None:
    command, options = parts(line)
    shown = CliRunner().invoke(main, [*command, "--help"])
    assert shown.exit_code == 0, shown.output
    for option in options:
        assert re.search(rf"{option}\b", shown.output), option


def test_every_verb_of_an_operator_is_in_the_runbook() -> None:
    verbs = {" ".join(parts(line)[0]) for line in OURS}
    assert verbs >= {"status", "seed", "pause", "resume", "drain", "stop"}
    assert verbs >= {"frontier rebuild", "frontier drop", "frontier retry"}


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_the_runbook_exists(name: str) -> None:
    assert (ROOT / name).exists()


def test_the_runbook_is_shell_as_it_stands(tmp_path: Path) -> None:
    script = tmp_path / "typed.sh"
    script.write_text("#!/bin/sh\n# shellcheck disable=SC1091,SC2154\n" + "\n".join(BLOCKS), "utf-8")
    done = subprocess.run([BIN / "shellcheck", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout
