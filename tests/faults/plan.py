"""What is to happen to a crawl, drawn from a seed before it begins: how long, to whom, and what happens meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable

FROZEN = (1.5, 2.3)  # times the lease
REDIS_FROZEN = 0.75  # of the lease
REDIS_GONE = (0.4, 1.2)  # seconds
PAUSE = (0.3, 4.0)  # seconds between two faults
OUTAGE_A_KILL = 20.0  # seconds
ABSENCES = {"outage": "the database was away", "redis kill": "Redis was away", "redis freeze": "Redis was away"}
ABSENCES |= {"freeze": "a worker was frozen"}


@dataclass(frozen=True, slots=True)
class Fault:
    """`pick` is who it hits, as a share of those there are; `meanwhile` are kills, so many seconds after it began."""

    name: str
    pick: float = 0.0
    seconds: float = 0.0  # that it lasts
    pause: float = 0.0  # seconds to the next
    meanwhile: tuple[tuple[float, Fault], ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """How often what happens; an outage of the database lasts `outage` seconds, 0 for none. `lease` is the workers'.

    A worker is killed in the midst of every other fault, as long as there are kills: while another is frozen, while
    Redis is away, and while the database is, once more in every OUTAGE_A_KILL seconds.
    """

    kills: int = 0
    freezes: int = 0
    redis_kills: int = 0
    redis_freezes: int = 0
    outage: float = 0.0
    lease: float = 4.0
    workers: int = 3

    def faults(self, chance: random.Random) -> list[Fault]:
        """In the order they are to happen."""
        lasting = [Fault("outage", seconds=self.outage)] if self.outage else []
        lasting += [Fault("redis freeze", seconds=REDIS_FROZEN * self.lease) for _ in range(self.redis_freezes)]
        lasting += [Fault("redis kill", seconds=chance.uniform(*REDIS_GONE)) for _ in range(self.redis_kills)]
        lasting += [Fault("freeze", seconds=self.lease * chance.uniform(*FROZEN)) for _ in range(self.freezes)]
        left, faults = self.kills, []
        for fault in lasting:
            anyone = self.workers > 1 or fault.name != "freeze"
            kills = min(1 + int(fault.seconds / OUTAGE_A_KILL), left) if anyone else 0
            left -= kills
            moments = sorted(fault.seconds * chance.uniform(0.2, 0.7) for _ in range(kills))
            kill = [(moment, Fault("kill", pick=chance.random())) for moment in moments]
            faults.append(replace(fault, meanwhile=tuple(kill)))
        faults += [Fault("kill")] * left
        chance.shuffle(faults)
        return [replace(fault, pick=chance.random(), pause=chance.uniform(*PAUSE)) for fault in faults]


def together(faults: Iterable[Fault]) -> set[str]:
    """What is so at some kill, if these are carried out."""
    return {ABSENCES[fault.name] for fault in faults if fault.meanwhile}
