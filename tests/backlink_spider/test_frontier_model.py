"""A shard beside a model of it in Python: whatever is called in whatever order, nothing is lost, nothing is double."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from backlink_spider import shard_calls
from backlink_spider.frontier_entry import loads
from backlink_spider.redis_scripts import SessionLost
from backlink_spider.shard_calls import Release
from link_index.urls import target

if TYPE_CHECKING:
    from tests.redis_frontier_steps import Shard

HOSTS = ("a.example.org", "b.example.org", "c.example")
BUDGET = 12
sessions = st.integers(1, 3)
hosts = st.sampled_from(HOSTS)


class Model(RuleBasedStateMachine):
    """Knows of each URL whether it waits, is in flight (session, serial) or is done. Nothing rests: delays are 0."""

    shard: Shard
    per_domain = 0

    def __init__(self) -> None:
        super().__init__()
        self.shard.redis.flushall()
        self.shard.found()
        self.waiting: dict[str, list[tuple[int, str]]] = {host: [] for host in HOSTS}  # (depth, url) in order
        self.flying: dict[int, tuple[int, int, str, str]] = {}  # serial -> session, depth, host, url
        self.held: dict[str, tuple[int, int]] = {}  # host -> session, token
        self.alive: set[int] = set()
        self.seen: set[str] = set()
        self.done = 0
        self.buried = 0

    @rule(host=hosts, depth=st.integers(0, 3), numbers=st.lists(st.integers(0, 60), min_size=1, max_size=9))
    def push(self, host: str, depth: int, numbers: list[int]) -> None:
        urls = [f"https://{host}/{number}" for number in dict.fromkeys(numbers)]
        new = [url for url in urls if url not in self.seen]
        assert self.shard.push(*urls, depth=depth) == len(new)
        self.seen.update(new)
        self._queue(host, [(depth, url) for url in new], at_head=False)

    @rule(session=sessions, most=st.integers(0, 3), pages=st.integers(1, 10), each=st.integers(1, 5))
    def lease(self, session: int, most: int, pages: int, each: int) -> None:
        is_new = session not in self.alive
        leased = self.shard.lease(
            session, is_new=is_new, hosts=most, pages=pages, pages_a_host=each, per_domain=self.per_domain
        )
        self.alive.add(session)
        assert len(leased.grants) <= most
        for grant in leased.grants:
            assert grant.host not in self.held, "two workers on a host"
            self.held[grant.host] = (session, grant.token)
            for at, entry in enumerate(grant.entries):
                url = loads(entry, grant.host).url
                assert (grant.depth, url) == self.waiting[grant.host].pop(0), "not in order"
                self.flying[grant.token + at] = (session, grant.depth, grant.host, url)
        if not leased.grants and most and not self.per_domain:
            assert all(not self.waiting[host] for host in HOSTS if host not in self.held), "a host was forgotten"

    @rule(session=sessions, share=st.integers(1, 4), data=st.data())
    def settle(self, session: int, share: int, data: st.DataObject) -> None:
        mine = [serial for serial, page in self.flying.items() if page[0] == session]
        acked = mine[::share]
        given_back = [host for host, lease in self.held.items() if lease[0] == session and data.draw(st.booleans())]
        releases = [Release(host, self.held[host][1], 0, -1) for host in given_back]
        assert self.shard.settle(session, [*acked, 10**9], *releases) == [len(acked), len(releases)]
        assert self.shard.settle(session, acked, *releases) == [0, 0]
        for serial in acked:
            del self.flying[serial]
        for host in given_back:
            del self.held[host]
        self.done += len(acked)

    @rule(session=sessions)
    def die(self, session: int) -> None:
        back = self.shard.end_leases(session)
        lost = self._put_back(session, keep=())
        assert back == ({1: lost} if lost else {})
        self.alive.discard(session)
        with pytest.raises(SessionLost):
            self.shard.lease(session, is_new=False)

    @rule(session=sessions, share=st.integers(2, 3))
    def put_back_own(self, session: int, share: int) -> None:
        mine = [serial for serial, page in self.flying.items() if page[0] == session]
        tokens = [token for owner, token in self.held.values() if owner == session]
        keep, keep_tokens = mine[::share], tokens[::share]
        call = shard_calls.put_back_own(self.shard.place(session), 0, keep, keep_tokens)
        back = shard_calls.put_back(self.shard.run(call))
        lost = self._put_back(session, keep, keep_tokens)
        assert back == ({1: lost} if lost else {})

    @rule(session=sessions)
    def bury(self, session: int) -> None:
        serial = next((serial for serial, page in self.flying.items() if page[0] == session), None)
        assert self.shard.run(shard_calls.bury(self.shard.place(session), serial or 0, "errors")) == (
            serial is not None
        )
        if serial is not None:
            del self.flying[serial]
            self.done += 1
            self.buried += 1

    @invariant()
    def counters_add_up(self) -> None:
        counts = self.shard.counts()
        waiting = sum(map(len, self.waiting.values()))
        assert counts["queued"] == waiting + len(self.flying)
        assert (counts["flying"], counts["fetched"], counts["buried"]) == (len(self.flying), self.done, self.buried)
        assert counts["pushed"] == counts["seen"] == len(self.seen)
        assert 0 <= counts["aside"] <= waiting

    @invariant()
    def every_waiting_host_is_in_one_place(self) -> None:
        redis = self.shard.redis
        places = {
            host: [
                redis.zscore("{b7}1:d", host),
                redis.zscore("{b7}1:r", host),
                redis.sismember("{b7}1:x", host) or None,
            ]
            for host in HOSTS
        }
        for host, found in places.items():
            there = sum(place is not None for place in found)
            assert there <= 1, (host, found)
            if self.waiting[host]:
                assert there == (host not in self.held), (host, found)

    def _put_back(
        self, session: int, keep: tuple[int, ...] | list[int], tokens: tuple[int, ...] | list[int] = ()
    ) -> int:
        lost = [
            (serial, *self.flying[serial][1:]) for serial in sorted(self.flying) if self.flying[serial][0] == session
        ]
        lost = [page for page in lost if page[0] not in keep]
        for host in HOSTS:
            self._queue(host, [(depth, url) for _, depth, of, url in lost if of == host], at_head=True)
        for serial, *_ in lost:
            del self.flying[serial]
        for host in [host for host, (owner, token) in self.held.items() if owner == session and token not in tokens]:
            del self.held[host]
        return len(lost)

    def _queue(self, host: str, pages: list[tuple[int, str]], *, at_head: bool) -> None:
        """A stable sort by depth: by which side pages come in, they are the first or the last of their depth."""
        queue = self.waiting[host]
        self.waiting[host] = sorted(pages + queue if at_head else queue + pages, key=lambda page: page[0])


class Budgeted(Model):
    """The same with a budget for each domain: never more pages of one than that, and none of them for nothing."""

    per_domain = BUDGET

    @invariant()
    def no_domain_exceeds_its_budget(self) -> None:
        taken: dict[str, int] = {}
        for _, _, host, _ in self.flying.values():
            domain = target(f"https://{host}/").domain
            taken[domain] = taken.get(domain, 0) + 1
        counted = {name.decode(): int(n) for name, n in self.shard.redis.hgetall("{b7}1:n").items()}
        assert all(n <= counted.get(domain, 0) for domain, n in taken.items())
        assert all(n <= BUDGET for n in counted.values())


@pytest.mark.parametrize("machine", [Model, Budgeted])
def test_a_shard_does_what_the_model_says(shard: Shard, machine: type[Model]) -> None:
    machine.shard = shard
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=25,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],  # to make a failing case smaller takes minutes
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
        ),
    )
