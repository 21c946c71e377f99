"""Kills, freezes and restarts the parts of a crawl at moments drawn from a seed, until it has come to its end."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.cluster import Cluster, Worker

STEP = 0.02  # seconds between two looks at the workers
FROZEN = (1.5, 2.3)  # times the lease
COMING_BACK = 15.0  # seconds in which a worker may still find that something was away


@dataclass(frozen=True, slots=True)
class Plan:
    """How often what happens, in a random order; an outage of the database lasts `outage` seconds, 0 for none."""

    kills: int = 0
    freezes: int = 0
    redis_kills: int = 0
    redis_freezes: int = 0
    outage: float = 0.0
    pause: tuple[float, float] = (0.3, 4.0)  # seconds between two of them

    def faults(self, chance: random.Random) -> list[str]:
        names = ["kill"] * self.kills + ["freeze"] * self.freezes
        names += ["redis kill"] * self.redis_kills + ["redis freeze"] * self.redis_freezes
        names += ["outage"] if self.outage else []
        chance.shuffle(names)
        return names


@dataclass
class Conductor:
    """`say` is told every fault. After `run`, `done` counts them, `left` are those the crawl did not last for."""

    cluster: Cluster
    plan: Plan
    lease: float
    seed: int = 1
    say: Callable[[str], None] = print
    done: Counter[str] = field(default_factory=Counter)
    left: list[str] = field(default_factory=list)

    def run(self, seconds: float) -> None:
        """Raises TimeoutError if the crawl has not ended after so long, RuntimeError if a worker gives up."""
        self._chance = random.Random(self.seed)
        self.left = self.plan.faults(self._chance)
        self._started = time.monotonic()
        self._later: list[tuple[float, Callable[[], None]]] = []
        self._away_until = 0.0
        for worker in self.cluster.crew:
            worker.start()
        due = self._started + 2.0
        while not self._look_after_workers():
            now = time.monotonic()
            if now > self._started + seconds:
                raise TimeoutError(f"The crawl did not end within {seconds:.0f} s.")
            for entry in [entry for entry in self._later if entry[0] <= now]:
                self._later.remove(entry)
                entry[1]()
            if self.left and now >= due:
                self._do(self.left.pop())
                due = now + self._chance.uniform(*self.plan.pause)
            time.sleep(STEP)
        for _, undo in self._later:
            undo()

    def _look_after_workers(self) -> bool:
        """Start the dead again, as a supervisor does; whether all have come to an end of their own."""
        for worker in self.cluster.crew:
            status = worker.status
            if not status:
                continue
            was_killed = status == -signal.SIGKILL
            # A worker does not start without its database and Redis, and says so: it is started until it can.
            if not was_killed and not (status == 1 and time.monotonic() < self._away_until):
                raise RuntimeError(f"Worker {worker.number} ended with status {status}:\n{worker.log()[-3000:]}")
            worker.frozen_until = 0.0
            worker.start()
        return all(worker.status == 0 for worker in self.cluster.crew)

    def _do(self, fault: str) -> None:
        cluster, now = self.cluster, time.monotonic()
        awake = [worker for worker in cluster.crew if worker.status is None and not worker.frozen_until]
        if fault in {"kill", "freeze"}:
            if not awake:
                self.left.insert(0, fault)
                return
            worker = self._chance.choice(awake)
            if fault == "kill":
                worker.send(signal.SIGKILL)
            else:
                self._freeze(worker, now + self.lease * self._chance.uniform(*FROZEN))
        elif fault == "redis kill":
            self._away(0.0)
            cluster.redis.restart()
        elif fault == "redis freeze":
            self._away(0.75 * self.lease)
            cluster.redis.pause()
            self._later.append((now + 0.75 * self.lease, cluster.redis.go_on))
        else:
            self._away(self.plan.outage)
            cluster.stop_database()
            self._later.append((now + self.plan.outage, cluster.start_database))
        self.done[fault] += 1
        self.say(
            f"{now - self._started:7.1f} s  {fault}  ({len(self.left)} to come, {len(cluster.server.log):,} requests)"
        )

    def _away(self, seconds: float) -> None:
        self._away_until = max(self._away_until, time.monotonic() + seconds + COMING_BACK)

    def _freeze(self, worker: Worker, until: float) -> None:
        worker.send(signal.SIGSTOP)
        worker.frozen_until = until

        def thaw() -> None:
            if worker.frozen_until == until:
                worker.frozen_until = 0.0
                worker.send(signal.SIGCONT)

        self._later.append((until, thaw))
