"""A plan is the same for the same seed, and has kills in the midst of all that can be away or frozen."""

from __future__ import annotations

import random
from collections import Counter

from tests.faults.plan import ABSENCES, Fault, Plan, together

PLAN = Plan(kills=100, freezes=10, redis_kills=5, redis_freezes=3, outage=60.0)


def faults(plan: Plan, seed: int = 1) -> list[Fault]:
    return plan.faults(random.Random(seed))


def test_the_same_seed_is_the_same_plan() -> None:
    assert faults(PLAN) == faults(PLAN)
    assert faults(PLAN, 2) != faults(PLAN)


def test_a_worker_is_killed_in_the_midst_of_every_other_fault() -> None:
    found = faults(PLAN)
    for fault in found:
        if fault.name != "kill":
            assert fault.meanwhile, fault
            assert all(0 < moment < 0.8 * fault.seconds and kill.name == "kill" for moment, kill in fault.meanwhile)
    assert together(found) == set(ABSENCES.values())
    assert [len(fault.meanwhile) for fault in found if fault.name == "outage"] == [4]


def test_each_fault_happens_as_often_as_was_asked_for() -> None:
    found = faults(PLAN)
    names = Counter(fault.name for fault in found)
    assert names["kill"] + sum(len(fault.meanwhile) for fault in found) == 100
    assert (names["freeze"], names["redis kill"], names["redis freeze"], names["outage"]) == (10, 5, 3, 1)


def test_few_kills_are_not_made_more() -> None:
    found = faults(Plan(kills=1, freezes=2, outage=60.0))
    assert sum(len(fault.meanwhile) for fault in found) == 1
    assert together(found) == {"the database was away"}
    assert faults(Plan()) == []


def test_nobody_is_left_to_be_killed_beside_a_lone_worker_that_is_frozen() -> None:
    assert together(faults(Plan(kills=9, freezes=2, outage=9.0, workers=1))) == {"the database was away"}
