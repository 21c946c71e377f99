import pytest

from link_index.theme.compounds import compound_parts


def test_beginnings_and_ends_that_may_be_words():
    parts = compound_parts(["zahnimplantat"], "de")
    assert {"zahn", "implantat"} <= parts.keys()
    assert set(parts.values()) == {"zahnimplantat"}


@pytest.mark.parametrize("part", ["zah", "tat", "zahnimplantat", "zahnimplant"])
def test_parts_that_are_too_short_or_leave_too_little(part):
    assert part not in compound_parts(["zahnimplantat"], "de")


def test_languages_that_write_compounds_apart_have_none():
    assert compound_parts(["toothbrush"], "en") == {}
    assert compound_parts(["toothbrush"], None) == {}
