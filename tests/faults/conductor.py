"""Carries a plan out: kills, freezes and restarts the parts of a crawl until it has come to its end."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.faults.plan import Fault, Plan, together

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.cluster import Cluster, Worker

STEP = 0.02  # seconds between two looks at the workers
COMING_BACK = 15.0  # seconds in which a worker may still find that something was away


@dataclass
class Conductor:
    """`say` is told every fault. After `run`, `done` counts them, `left` are those the crawl did not last for.

    `amid` counts what was so at the kills: the database away, Redis away, a worker frozen.
    """

    cluster: Cluster
    plan: Plan
    seed: int = 1
    say: Callable[[str], None] = print
    done: Counter[str] = field(default_factory=Counter)
    amid: Counter[str] = field(default_factory=Counter)
    left: list[Fault] = field(default_factory=list)

    def run(self, seconds: float) -> None:
        """Raises TimeoutError if the crawl has not ended after so long, RuntimeError if a worker gives up."""
        self.left = self.plan.faults(random.Random(self.seed))
        self._promised = together(self.left)
        self._started = time.monotonic()
        self._later: list[tuple[float, Callable[[], None]]] = []
        self._away_until = 0.0
        self._has_database = self._has_redis = True
        for worker in self.cluster.crew:
            worker.start()
        due = self._started + 2.0
        while not self._look_after_workers():
            now = time.monotonic()
            if now > self._started + seconds:
                raise TimeoutError(f"The crawl did not end within {seconds:.0f} s.")
            self._do_what_is_due(now)
            if self.left and now >= due:
                fault = self.left.pop()
                self._do(fault)
                due = now + fault.pause
            time.sleep(STEP)
        self._do_what_is_due(float("inf"))

    @property
    def missed(self) -> set[str]:
        """What the plan promised of some kill, and was so at none."""
        return self._promised - {what for what, number in self.amid.items() if number}

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

    def _do_what_is_due(self, now: float) -> None:
        """In the order in which it was due, however late it is: what is to happen amid a fault comes before its end."""
        for entry in sorted((entry for entry in self._later if entry[0] <= now), key=lambda entry: entry[0]):
            self._later.remove(entry)
            entry[1]()

    def _do(self, fault: Fault) -> None:
        now = time.monotonic()
        if not self._can(fault):
            self.left.insert(0, fault)
            return
        if fault.name == "kill":
            self._kill(fault)
        elif fault.name == "freeze":
            self._freeze(self._one_awake(fault), now + fault.seconds)
        elif fault.name.startswith("redis"):
            self._take_redis(fault, now)
        else:
            self._away(fault.seconds)
            self._has_database = False
            self.cluster.stop_database()
            self._later.append((now + fault.seconds, self._give_database_back))
        for after, kill in fault.meanwhile:
            self._later.append((now + after, lambda kill=kill: self._do(kill)))  # type: ignore[misc]
        self.done[fault.name] += 1
        asked = len(self.cluster.server.log)
        self.say(f"{now - self._started:7.1f} s  {fault.name}  ({len(self.left)} to come, {asked:,} requests)")

    def _can(self, fault: Fault) -> bool:
        if fault.name.startswith("redis"):
            return self._has_redis
        return fault.name == "outage" or bool(self._awake())

    def _awake(self) -> list[Worker]:
        return [worker for worker in self.cluster.crew if worker.status is None and not worker.frozen_until]

    def _one_awake(self, fault: Fault) -> Worker:
        awake = self._awake()
        return awake[int(fault.pick * len(awake))]

    def _kill(self, fault: Fault) -> None:
        self._one_awake(fault).send(signal.SIGKILL)
        self.amid["the database was away"] += not self._has_database
        self.amid["Redis was away"] += not self._has_redis
        self.amid["a worker was frozen"] += any(each.frozen_until for each in self.cluster.crew)

    def _take_redis(self, fault: Fault, now: float) -> None:
        redis = self.cluster.redis
        take, give_back = (redis.kill, redis.start) if fault.name == "redis kill" else (redis.pause, redis.go_on)
        self._away(fault.seconds)
        self._has_redis = False
        take()

        def back() -> None:
            give_back()
            self._has_redis = True

        self._later.append((now + fault.seconds, back))

    def _give_database_back(self) -> None:
        self.cluster.start_database()
        self._has_database = True

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
