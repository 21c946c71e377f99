"""Every target holds for whatever broke one before, for the seeds, and for some inputs more in each run."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.__main__ import CORPUS, MAX_INPUT, NAMES
from tests.fuzz.inputs import inputs
from tests.fuzz.targets import TARGETS
from tests.fuzz.time_limit import limited

FILES = sorted(file for file in CORPUS.glob("*/*") if file.is_file())


def test_every_target_is_fuzzed_and_has_seeds() -> None:
    assert tuple(TARGETS) == NAMES
    assert {file.parent.name for file in FILES} == set(NAMES)
    assert all(file.stat().st_size <= MAX_INPUT for file in FILES)


@pytest.mark.parametrize("name", NAMES)
def test_the_corpus_breaks_nothing_and_takes_no_time(name: str) -> None:
    for file in FILES:
        if file.parent.name == name:
            limited(TARGETS[name])(file.read_bytes())


@pytest.mark.parametrize("name", NAMES)
def test_other_inputs_break_nothing_either(name: str) -> None:
    @settings(max_examples=80, deadline=None)
    @given(st.one_of(inputs, st.binary(max_size=100)))
    def holds(data: bytes) -> None:
        limited(TARGETS[name])(data)

    holds()
