import pytest

from benchmarks.theme.cases import FRESH, LANGUAGES, cases
from benchmarks.theme.judge import judge, tally


@pytest.fixture(scope="module")
def held_out():
    return [each for each in judge() if each.case.held_out]


def of_kind(judged, kind):
    return [each for each in judged if each.case.kind == kind]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_pairs_of_all_kinds_in_both_halves(language):
    found = {(case.kind, case.held_out) for case in cases(language)}
    kinds = ("related", "short", "sense", "short_sense", "lookalike", "unrelated", "short_unrelated")
    assert found == {(kind, half) for kind in kinds for half in (True, False)}
    assert sum(case.kind in ("related", "short", "sense", "lookalike") for case in cases(language)) >= 40


@pytest.mark.parametrize("language", LANGUAGES)
def test_precision_and_recall_in_each_language(held_out, language):
    found = tally([each for each in held_out if each.case.language == language])
    assert found.precision >= 0.9
    assert found.recall >= 0.55


def test_pages_that_link_to_what_they_are_about_are_found(held_out):
    assert tally(of_kind(held_out, "related")).recall >= 0.88


def test_targets_that_were_not_crawled_are_found_by_their_urls_and_anchors():
    held_out = [each for each in judge(crawled=False) if each.case.held_out]
    assert tally(of_kind(held_out, "related")).recall >= 0.7
    assert tally(held_out).precision >= 0.9


def test_pairs_written_after_the_rules_are_judged_nearly_as_well():
    found = tally(judge(FRESH))
    assert found.precision >= 0.75
    assert found.recall >= 0.55


@pytest.mark.parametrize("kind", ["unrelated", "short_unrelated", "sense", "short_sense", "lookalike"])
def test_unrelated_pages_and_other_senses_and_lookalikes_are_not_said_to_be_related(held_out, kind):
    assert tally(of_kind(held_out, kind)).wrong <= 1
