"""What a network does in a year: assumptions, each with its reason. Nothing here is measured.

Whoever has a network of another kind changes these and asks the model again.

Source:
    Sizes follow what B40 tells of its own meetings (https://b40network.org): 106 representatives of
    24 cities at the summit of 2021, nearly 50 cities at that of 2025, a board of seven, 35 people
    of 10 cities at a working group in May 2024. deploy/demo/data ships its 76 cities.
"""

from collections.abc import Mapping
from dataclasses import dataclass

CITIES = 76
HOURS_A_WEEK = 40
WEEKS_A_YEAR = 52


@dataclass(frozen=True, kw_only=True)
class MeetingKind:
    """Meetings of one kind.

    Attributes:
        name: As readers know it.
        per_year: How many a network holds.
        cities: How many are invited.
        delegates: How many people come.
        why: Why these numbers.
    """

    name: str
    per_year: float
    cities: int
    delegates: int
    why: str


KINDS = (
    MeetingKind(
        name="summit",
        per_year=1,
        cities=76,
        delegates=220,
        why="yearly; all are invited, 50 come with 4.4 each (106 of 24 cities in 2021)",
    ),
    MeetingKind(
        name="board meeting",
        per_year=4,
        cities=8,
        delegates=14,
        why="quarterly; seven seats and the secretariat, two each",
    ),
    MeetingKind(
        name="working group",
        per_year=12,
        cities=20,
        delegates=35,
        why="four groups, three times; 35 of 10 cities in May 2024, half of those invited",
    ),
    MeetingKind(
        name="visit",
        per_year=12,
        cities=2,
        delegates=5,
        why="monthly; two cities, a handful of people",
    ),
)

MONTHS = (0.8, 1.0, 1.3, 1.5, 1.6, 1.3, 0.4, 0.2, 1.2, 1.6, 1.5, 0.6)
"""How often meetings' deadlines fall into each month, beside a mean of 1.08: summits and groups
meet in spring and autumn, nobody in August."""

DEADLINE_SHARE = 0.4
"""Of answers and names, what comes on the day of the deadline; the rest comes over two weeks."""
LAST_HOUR_SHARE = 0.4
"""Of that, what comes in the last hour."""
BUSIEST_MINUTE = 3.0
"""Commands in the busiest minute of an hour, beside its mean."""
READS = 10
"""Requests that look, for each that changes something."""


@dataclass(frozen=True, kw_only=True)
class Habit:
    """How often a step is taken, and when.

    Attributes:
        per: ``meeting``, ``city`` or ``delegate``: what its size is counted in.
        times: How often it is taken for each of them.
        before_deadline: Whether people leave it to the last hour.
        why: Why so often.
    """

    per: str
    times: float = 1.0
    before_deadline: bool = False
    why: str = ""


HABITS: Mapping[str, Habit] = {
    "enrol": Habit(per="delegate", times=0.5, before_deadline=True, why="half of them came before"),
    "call": Habit(per="meeting", why="called and announced once"),
    "invite": Habit(per="city", why="one command for all"),
    "answer": Habit(per="city", times=0.8, before_deadline=True, why="a fifth stays silent"),
    "name": Habit(per="delegate", times=1.1, before_deadline=True, why="a tenth is replaced"),
    "book": Habit(per="delegate", times=1.2, why="there and back; a fifth is booked again"),
    "lodge": Habit(per="delegate", times=0.8, why="a fifth needs no room"),
    "move": Habit(per="delegate", times=0.15, why="one meeting in seven is moved"),
}
"""By step of the scripted meeting (``script``); looking is counted by ``READS``."""


def size(kind: MeetingKind, habit: Habit) -> float:
    """Return how many a step is taken for at a meeting of a kind."""
    return {"meeting": 1, "city": kind.cities, "delegate": kind.delegates}[habit.per]


def busiest_week() -> float:
    """Return the share of a year's meetings whose deadlines lie in a week of the busiest month."""
    weeks_a_month = WEEKS_A_YEAR / len(MONTHS)
    return max(MONTHS) / sum(MONTHS) / weeks_a_month


def in_last_hour(habit: Habit) -> float:
    """Return the share of a step's commands about one meeting that comes in its busiest hour."""
    if not habit.before_deadline:
        return 0.0
    return DEADLINE_SHARE * LAST_HOUR_SHARE


def all_the_time(habit: Habit) -> float:
    """Return the share of a week's commands of a step that comes in any of its working hours."""
    return (1 - DEADLINE_SHARE if habit.before_deadline else 1.0) / HOURS_A_WEEK
