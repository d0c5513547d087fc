"""The plan of a run: who is killed in which order, and what else happens; all from the seed."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from tests.faults.site import BROKER, DATABASE, PROCESSES, Victim
from tests.faults.wires import HEARTBEAT_SECONDS

OF_A_HUNDRED = {DATABASE: 5, BROKER: 5}
"""How many kills of a hundred are a server's; the rest are services'."""
INTERLUDES = (
    "cut",
    "stall",
    "half-open",
    "cut database",
    "stall database",
    "half-open database",
    "echo",
    "garbage",
    "stop",
)
EVERY_MOST = 12
"""Kills from one interlude to the next at the most."""
KINDS = ("open request", "unacked message", "unconfirmed event")


@dataclass(frozen=True, slots=True)
class Kill:
    """A kill.

    Attributes:
        victim: Who.
        kind: Work that it is to have in hand, if it has any of that kind soon.
    """

    victim: Victim
    kind: str


@dataclass(frozen=True, slots=True)
class Interlude:
    """Something else that goes wrong.

    Attributes:
        what: One of ``INTERLUDES``.
        victim: A process of a service, where one is concerned.
        seconds: How long it lasts, where it does.
        seed: Of what has to be drawn meanwhile.
    """

    what: str
    victim: Victim
    seconds: float
    seed: int


def plan(seed: str, kills: int) -> Iterator[Kill | Interlude]:
    """Return a run's steps in order."""
    chance = random.Random(f"{seed} plan")
    victims: list[Victim] = []
    for server, share in OF_A_HUNDRED.items():
        victims += [server] * max(1, kills * share // 100)
    chance.shuffle(processes := list(PROCESSES))
    for number in range(kills - len(victims)):
        victims.append(processes[number % len(processes)])
    chance.shuffle(victims)
    every = max(1, min(EVERY_MOST, kills // (len(INTERLUDES) + 1)))
    waiting: list[str] = []
    for number, victim in enumerate(victims, start=1):
        if number % every == 0:
            if not waiting:
                waiting = chance.sample(INTERLUDES, len(INTERLUDES))
            yield _interlude(waiting.pop(), chance)
        yield Kill(victim, chance.choice(KINDS))


def _interlude(what: str, chance: random.Random) -> Interlude:
    # The broker gives a client up after two heartbeats that it has missed, and looks once in one.
    least, most = (3.2, 4) if what == "stop" else (0.1, 3)
    seconds = chance.uniform(least, most) * HEARTBEAT_SECONDS
    return Interlude(what, chance.choice(PROCESSES), seconds, chance.getrandbits(32))
