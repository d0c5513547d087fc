"""A year drawn by lot: how much of a quantity falls into its busiest hour.

Checks what the closed form says of the busiest hour: here meetings are dealt out to weeks, and each
city and delegate decides alone whether to leave it to the last hour.
"""

import math
import random
from collections import Counter
from collections.abc import Iterator
from statistics import median

from tests.bench.capacity.model import Model
from tests.bench.capacity.network import (
    HABITS,
    KINDS,
    MONTHS,
    WEEKS_A_YEAR,
    MeetingKind,
    all_the_time,
    in_last_hour,
    size,
)

LAG_WEEKS = 3
"""Weeks from the deadline of answers to that of names."""
FEW = 50
"""Below so many, a binomial number is drawn one by one; above, as a normal one."""


def busiest_hour(model: Model, quantity: str, networks: int, *, seed: int, years: int = 1) -> float:
    """Return how much of a quantity falls into the busiest hour of a year, the median of years."""
    chance = random.Random(f"{seed} {quantity} {networks}")
    return median(max(_hours(model, quantity, networks, chance)) for _ in range(years))


def _hours(model: Model, quantity: str, networks: int, chance: random.Random) -> Iterator[float]:
    """Return what falls into the last hour before the deadlines of each week."""
    held = {kind: _weeks(networks * kind.per_year, chance) for kind in KINDS}
    for week in range(WEEKS_A_YEAR):
        yield sum(
            _of_step(model, quantity, kind, step, held[kind][(week - lag) % WEEKS_A_YEAR], chance)
            for kind in KINDS
            for step, lag in _steps()
        )


def _steps() -> list[tuple[str, int]]:
    return [(step, 0 if step == "answer" else LAG_WEEKS) for step in HABITS]


def _weeks(meetings: float, chance: random.Random) -> Counter[int]:
    """Deal meetings out to the weeks of a year, by how busy its months are."""
    a_month = WEEKS_A_YEAR / len(MONTHS)
    weights = [MONTHS[min(len(MONTHS) - 1, int(week / a_month))] for week in range(WEEKS_A_YEAR)]
    return Counter(chance.choices(range(WEEKS_A_YEAR), weights, k=round(meetings)))


def _of_step(
    model: Model,
    quantity: str,
    kind: MeetingKind,
    step: str,
    meetings: int,
    chance: random.Random,
) -> float:
    habit = HABITS[step]
    units = size(kind, habit) * habit.times
    share = in_last_hour(habit) + all_the_time(habit)
    taken = drawn(round(meetings * units), share, chance)
    return taken * model.of_meeting(kind, step, quantity) / units


def drawn(number: int, share: float, chance: random.Random) -> float:
    """Draw how many of a number do something that each does with a probability."""
    if number <= FEW:
        return float(sum(chance.random() < share for _ in range(number)))
    spread = math.sqrt(number * share * (1 - share))
    return max(0.0, chance.gauss(number * share, spread))
