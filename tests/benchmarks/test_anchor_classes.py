"""The classes of anchors on the labelled cases that were held out while the rules were made."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from benchmarks.anchor_classes import Case, accuracy, cases, classified, counted
from link_index.anchors.anchor_class import CLASSES

LANGUAGES = ["de", "en", "es", "fr", "ja", "pl", "ru", "tr", "zh"]
FLOORS = {"exact": (0.85, 0.9), "partial": (0.9, 0.9), "branded": (0.95, 0.85), "naked_url": (0.95, 0.95),
          "generic": (0.95, 0.9), "image": (0.9, 0.9), "empty": (1, 1), "other": (0.8, 0.85)}  # fmt: skip


@cache
def held_out() -> list[tuple[Case, str, str]]:
    return classified([case for case in cases() if case.held_out])


def test_every_language_has_enough_cases_and_half_of_them_are_held_out() -> None:
    sizes = Counter(case.language for case in cases())
    assert sorted(sizes) == LANGUAGES
    assert min(sizes.values()) >= 70
    assert min(Counter(case.language for case, _, _ in held_out()).values()) >= 35
    assert {case.name for case in cases()} == set(CLASSES)


@pytest.mark.parametrize("name", CLASSES)
def test_precision_and_recall_of_each_class_hold(name: str) -> None:
    precision, recall = FLOORS[name]
    count = counted(held_out(), name)
    assert count.precision >= precision
    assert count.recall >= recall


@pytest.mark.parametrize("language", LANGUAGES)
def test_accuracy_of_each_language_holds(language: str) -> None:
    assert accuracy([row for row in held_out() if row[0].language == language]) >= 0.8
