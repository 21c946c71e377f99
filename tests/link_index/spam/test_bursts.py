"""A burst stands out of a domain's own history; a crawl that begins, or reads more, is none."""

from __future__ import annotations

import pytest

from link_index.spam.bursts import bursts
from tests.link_index.spam.small_webs import Link, named, small_web

LIMITS = {"points": 15.0, "new": 20, "z": 8.0, "z_full": 30.0, "share": 0.3, "lift": 5.0, "weeks": 8, "known_days": 14}
START, LAST = 20_000, 20_000 + 20 * 7 - 1  # twenty whole weeks
SOURCES = named("source", 60)
WEEK_15 = START + 15 * 7


def history() -> dict[Link, int]:
    """Every source was known from the first day; each week three of them link to a target of the week."""
    links = {(source, "old"): START for source in SOURCES}
    links |= {(source, f"week{week:02}"): START + 7 * week for week in range(20) for source in SOURCES[:3]}
    return links | {(SOURCES[0], "last"): LAST}


def found(burst: dict[Link, int], **limits: float) -> list[str]:
    links = history() | burst
    web = small_web(list(links), days=links)
    return [web.names[each.domain] for each in bursts(web, LIMITS | limits)]


def linked(number: int, day: int) -> dict[Link, int]:
    return {(source, "bought"): day for source in SOURCES[:number]}


def test_scores_of_new_referring_domains_in_a_week_are_a_burst() -> None:
    links = history() | linked(30, WEEK_15 + 3)
    web = small_web(list(links), days=links)
    (finding,) = bursts(web, LIMITS)
    assert web.names[finding.domain] == "bought"
    assert finding.points == 15.0  # 30 in a week where none is usual: 30 deviations
    assert finding.evidence == {
        "week": "2025-01-17", "domains": 30, "usual": 0.0, "z": 30.0, "share": 1.0, "some": SOURCES[:10]
    }  # fmt: skip
    assert finding.said == "in the week from 2025-01-17 30 domains began to link to it; 0 are usual"


@pytest.mark.parametrize(("number", "is_burst"), [(19, False), (20, True)])
def test_fewer_new_referring_domains_are_no_burst(number: int, is_burst: bool) -> None:
    assert bool(found(linked(number, WEEK_15))) is is_burst


@pytest.mark.parametrize(("number", "is_burst"), [(19, False), (20, True)])
def test_each_week_is_judged_by_its_own_new_referring_domains(number: int, is_burst: bool) -> None:
    earlier = {(source, "bought"): START + 14 for source in SOURCES[30:55]}
    assert bool(found(linked(number, WEEK_15) | earlier)) is is_burst


def test_a_domain_whose_weeks_are_always_uneven_has_no_burst() -> None:
    # Ten and fifty in turn: 10 in the median week, 14.8 a deviation. A week of 76 is 4.5 of these above it.
    uneven = {
        (f"reader{week}-{each}", "bought"): START + 7 * week
        for week in range(2, 20)
        for each in range(10 + week % 2 * 40)
    }
    peak = {(f"late{each}", "bought"): WEEK_15 for each in range(26)}
    known = {(source, "old"): START for source, _ in uneven | peak}
    assert found(uneven | known | peak, share=0.1, lift=1.0) == []
    assert found(uneven | known | peak, share=0.1, lift=1.0, z=4.4) == ["bought"]


@pytest.mark.parametrize(("weeks", "is_burst"), [(15, True), (16, False)])
def test_the_first_weeks_of_an_index_are_no_burst(weeks: int, is_burst: bool) -> None:
    assert bool(found(linked(30, WEEK_15), weeks=weeks)) is is_burst


def test_an_index_of_some_days_says_nothing() -> None:
    links = {(source, "old"): START for source in SOURCES} | linked(60, START + 20)
    web = small_web(list(links), days=links)
    assert not list(bursts(web, LIMITS))


@pytest.mark.parametrize(("before", "is_burst"), [(14, True), (13, False)])
def test_links_of_domains_that_are_themselves_new_have_no_date(before: int, is_burst: bool) -> None:
    links = {(f"new{each}", "elsewhere"): WEEK_15 - before for each in range(30)}
    links |= {(f"new{each}", "bought"): WEEK_15 for each in range(30)}
    assert bool(found(links)) is is_burst


def test_a_domain_that_grows_as_ever_has_no_burst() -> None:
    steady = {(f"reader{week}-{each}", "steady"): START + 7 * week for week in range(20) for each in range(25)}
    known = {(source, "old"): START for source, _ in steady}
    assert found(steady | known | {("reader0-0", "last"): LAST}) == []


def test_a_week_in_which_the_whole_index_grew_is_no_burst() -> None:
    deeper = {(source, f"target{each:02}"): WEEK_15 for source in SOURCES[:30] for each in range(30)}
    assert found(deeper) == []


@pytest.mark.parametrize(("readers", "is_burst"), [(46, True), (47, False)])
def test_a_small_part_of_all_backlinks_is_no_burst(readers: int, is_burst: bool) -> None:
    # 20 of 66 are 0.303, of 67 0.299.
    others = {(f"reader{each}", "bought"): START for each in range(readers)}
    assert bool(found(linked(20, WEEK_15) | others)) is is_burst


@pytest.mark.parametrize(("number", "is_burst"), [(26, False), (27, True)])
def test_a_busy_domain_needs_more_for_a_burst(number: int, is_burst: bool) -> None:
    # Eight a week are usual, so a deviation is 3: 8 above 8 are 32 with those of the week itself.
    z = (number + 8 - 8) / 3
    busy = {(f"reader{week}-{each}", "bought"): START + 7 * week for week in range(20) for each in range(8)}
    known = {(source, "old"): START for source, _ in busy}
    assert bool(found(busy | known | linked(number, WEEK_15), z=9.0, share=0.1, lift=1.0)) is is_burst
    assert (z >= 9.0) is is_burst


def test_an_empty_web_has_no_bursts() -> None:
    assert not list(bursts(small_web([("a", "b")]), LIMITS))
