"""A replay: real processes carry a steady rate, and what they do is held against the prediction.

Delegates arrive at random, as many a second as the busiest hour of so many networks brings; each is
named and confirmed, some seconds later booked there and back, and then lodged. What they need
beforehand is done before the clock runs.
"""

import heapq
import itertools
import os
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.capacity import PROCESSES, SERVICES
from tests.bench.capacity.costs import Costs
from tests.bench.capacity.measuring import CALLERS, lags, load
from tests.bench.capacity.observed import Observed
from tests.bench.capacity.organiser import Chain, Desk
from tests.bench.capacity.script import Meeting
from tests.bench.capacity.simulation import Errand, Outcome, Simulation, errand_of

STEPS = ("name", "book", "lodge")
AFTER_SECONDS = {"name": 0.0, "book": 4.0, "lodge": 8.0}
"""When a delegate's steps begin: by then what they build upon was heard."""
WARM_SECONDS = 12.0
A_MEETING = 96


@dataclass
class Replayed:
    """What a replay showed.

    Attributes:
        rate: Delegates a second that were asked for.
        seconds: Length of the time that was measured.
        others: Processors that others on the machine kept busy meanwhile.
        load: Load average at its end.
        busy: By process, processors that it kept busy.
        predicted: The same from the costs.
        lags: By service, seconds until events were handled, in order.
        simulated: What the simulation says.
        failures: What was not done.
    """

    rate: float
    seconds: float
    simulated: Outcome
    others: float = 0.0
    load: float = 0.0
    busy: dict[str, float] = field(default_factory=dict)
    predicted: dict[str, float] = field(default_factory=dict)
    lags: dict[str, list[float]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is to be carried.

    Attributes:
        rate: Delegates a second.
        seconds: For how long.
        seed: Of when they come.
    """

    rate: float
    seconds: float
    seed: int


def replay(
    desk: Desk, observed: Observed, city_ids: list[str], costs: Costs, asked: Asked
) -> Replayed:
    """Carry a rate of delegates for so long."""
    chance = random.Random(asked.seed)
    until = WARM_SECONDS + asked.seconds
    needed = int(asked.rate * until * 1.2) + A_MEETING
    name = f"{asked.seed}-{asked.rate:g}"
    meetings = list(_prepared(desk, observed, city_ids, needed, name))
    delegates = [(meeting, number) for meeting in meetings for number in range(meeting.delegates)]
    chance.shuffle(delegates)
    plan = _planned(delegates, asked.rate, until, chance)
    one_each = dict.fromkeys(SERVICES, 1)
    simulation = Simulation(costs, processes=one_each, cores=os.cpu_count() or 1, seed=asked.seed)
    simulated = simulation.run(rates_of(costs, asked.rate), asked.seconds)
    found = Replayed(asked.rate, asked.seconds, simulated)
    found.predicted = predicted(costs, asked.rate)
    Replay(desk, observed, found).carry(plan)
    return found


def rates_of(costs: Costs, rate: float) -> list[tuple[Errand, float]]:
    """Return the commands a second of each step, as the simulation takes them."""
    return [(errand_of(costs, step), rate * costs.of(step, "commands").each) for step in STEPS]


def predicted(costs: Costs, rate: float) -> dict[str, float]:
    """Return the processors that each process keeps busy at so many delegates a second."""
    return {
        name: costs.once[f"idle.{name}"]
        + rate * sum(costs.of(step, f"cpu.{name}").each for step in STEPS)
        for name in PROCESSES
    }


def _prepared(
    desk: Desk, observed: Observed, city_ids: list[str], delegates: int, name: str
) -> Iterator[Meeting]:
    """Hold meetings as far as everybody may be named, and open their hotels."""
    for number in range(-(-delegates // A_MEETING)):
        meeting = Meeting.of(f"replay-{name}-{number}", A_MEETING, city_ids)
        for step in ("enrol", "call", "invite", "answer"):
            meeting.take(step, desk, CALLERS)
            observed.settle()
        meeting.open_blocks(desk)
        yield meeting
    observed.settle()


def _planned(
    delegates: Sequence[tuple[Meeting, int]], rate: float, seconds: float, chance: random.Random
) -> list[tuple[float, int, Chain]]:
    """Return what is to be sent when, seconds from the beginning, in order."""
    plan: list[tuple[float, int, Chain]] = []
    order = itertools.count()
    at = chance.expovariate(rate)
    for meeting, number in delegates:
        if at > seconds:
            break
        chains = {
            "name": meeting.naming(number),
            "book": meeting.booking(number),
            "lodge": meeting.lodging(number),
        }
        for step, chain in chains.items():
            heapq.heappush(plan, (at + AFTER_SECONDS[step], next(order), chain))
        at += chance.expovariate(rate)
    return [heapq.heappop(plan) for _ in range(len(plan))]


class Replay:
    """Sends a plan, and looks at what it does to the processes.

    Args:
        desk: Sends.
        observed: Looks.
        found: What it is noted in.
    """

    def __init__(self, desk: Desk, observed: Observed, found: Replayed) -> None:
        self._desk = desk
        self._observed = observed
        self._found = found
        self._marks: list[Mark] = []

    def carry(self, plan: list[tuple[float, int, Chain]]) -> None:
        """Send the plan; measures between warming up and the end of arrivals."""
        began = time.monotonic()
        moments = [WARM_SECONDS, WARM_SECONDS + self._found.seconds]
        for at, _, chain in plan:
            while moments and at >= moments[0]:
                _sleep_until(began + moments.pop(0))
                self._mark()
            _sleep_until(began + at)
            self._desk.later(chain, self._done)
        for moment in moments:
            _sleep_until(began + moment)
            self._mark()
        self._observed.settle()
        self._conclude(*self._marks)

    def _mark(self) -> None:
        mark = Mark(time.monotonic(), datetime.now(UTC), self._observed.work(), _busy_seconds())
        self._marks.append(mark)

    def _done(self, error: Exception | None) -> None:
        if error is not None:
            self._found.failures.append(str(error)[:200])

    def _conclude(self, first: "Mark", last: "Mark") -> None:
        found = self._found
        found.seconds = last.moment - first.moment
        work = {name: last.work[name] - first.work[name] for name in PROCESSES}
        found.busy = {name: seconds / found.seconds for name, seconds in work.items()}
        found.others = (last.everybody - first.everybody - sum(work.values())) / found.seconds
        found.load = load()
        found.lags = lags(self._observed, first.at, last.at)


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment of a replay.

    Attributes:
        moment: ``time.monotonic``.
        at: Real time, UTC.
        work: Processor seconds so far by process.
        everybody: The same of all that runs on the machine.
    """

    moment: float
    at: datetime
    work: dict[str, float]
    everybody: float


def _sleep_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))


def _busy_seconds() -> float:
    """Return the processor seconds of everybody on the machine so far (proc(5), ``/proc/stat``)."""
    user, nice, system, _, _, irq, softirq, *_ = map(
        int, Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    )
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")
