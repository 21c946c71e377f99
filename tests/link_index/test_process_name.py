"""Who is known to have ended: processes of this machine, and no other."""

from __future__ import annotations

import subprocess
import sys

import pytest

from link_index.process_name import has_ended, process_name

pytestmark = pytest.mark.skipif(not process_name().partition("/")[0], reason="this system does not tell")


def test_this_process_runs_and_one_that_ended_is_known_to() -> None:
    command = [sys.executable, "-c", "from link_index.process_name import process_name; print(process_name())"]
    ended = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    assert not has_ended(process_name())
    assert ended != process_name()
    assert has_ended(ended)


@pytest.mark.parametrize("name", ["", "/1", "another-boot/pid:[1]/999999999", "x"])
def test_nothing_is_known_of_a_process_elsewhere(name: str) -> None:
    assert not has_ended(name)
