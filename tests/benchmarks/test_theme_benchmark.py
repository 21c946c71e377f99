import pytest

from benchmarks.theme.cases import FRESH, LANGUAGES, cases
from benchmarks.theme.judge import THRESHOLD, judge, tally
from benchmarks.theme.judge_sites import judge_sites
from benchmarks.theme.sites import FRESH_SITES, SITE_LANGUAGES, SITES, sites


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


@pytest.mark.parametrize("language", SITE_LANGUAGES)
@pytest.mark.parametrize("folder", [SITES, FRESH_SITES])
def test_every_site_has_enough_pages_to_have_a_template_and_some_are_of_one_software(folder, language):
    webs = sites(language, folder)
    assert {web[0].held_out for web in webs} == ({True, False} if folder == SITES else {False})
    for web in webs:
        assert all(len(site.pages) >= 5 for site in web)
        assert len({site.software for site in web}) < len(web)
    assert len(SITE_LANGUAGES) >= 4


@pytest.fixture(scope="module", params=["held out", "fresh"])
def of_sites(request):
    """Scores by kind of pair."""
    judged = judge_sites(FRESH_SITES if request.param == "fresh" else SITES)
    scores = {}
    for each in judged:
        if request.param == "fresh" or each.pair.source_site.held_out:
            scores.setdefault(each.pair.kind, []).append(each.score)
    return scores


def test_pages_about_one_thing_are_found_on_sites_that_are_all_about_its_subject(of_sites):
    assert sum(score >= THRESHOLD for score in of_sites["same"]) >= 0.9 * len(of_sites["same"])


@pytest.mark.parametrize(("kind", "mean"), [("template", 0.1), ("unrelated", 0.02)])
def test_one_software_makes_no_two_sites_alike(of_sites, kind, mean):
    assert max(of_sites[kind]) < THRESHOLD
    assert sum(of_sites[kind]) / len(of_sites[kind]) <= mean


def test_two_sites_about_one_subject_match_weakly(of_sites):
    scores = of_sites["subject"]
    assert sum(score >= THRESHOLD for score in scores) <= 1
    assert sum(score > 0 for score in scores) > len(scores) / 2
