"""Inputs for the targets as Hypothesis makes them: words that mean something among any bytes."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.fuzz.words import INSERTED

inputs = st.lists(
    st.one_of(st.sampled_from(INSERTED), st.binary(max_size=20), st.text(max_size=10).map(str.encode)), max_size=20
).map(b"".join)
