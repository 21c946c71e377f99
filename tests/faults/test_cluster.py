"""A small crawl by three workers that everything happens to; `make faults` does it a hundred times over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.cluster import DELAY, LEASE, Cluster
from tests.faults.conductor import Conductor
from tests.faults.judge import judge
from tests.faults.mesh_web import RETRY_AFTER, MeshWeb
from tests.faults.plan import Plan

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.timeout(240)
def test_a_crawl_loses_no_link_and_no_manners_whatever_happens_to_its_parts(tmp_path: Path) -> None:
    web = MeshWeb(hosts=12, pages=30, has_deadly_page=True)
    plan = Plan(kills=6, freezes=1, redis_kills=1, redis_freezes=1, outage=4.0, lease=LEASE)
    with Cluster(tmp_path, web) as cluster:
        conductor = Conductor(cluster, plan)
        conductor.run(180)
        verdict = judge(
            cluster.server.log, cluster.edges(), web.edges, lambda host: web.delay(host, DELAY), RETRY_AFTER
        )
        buried = cluster.dead_letters()
    assert verdict.is_good, verdict
    assert buried == {web.deadly_url}
    assert not conductor.left
    assert not conductor.missed
