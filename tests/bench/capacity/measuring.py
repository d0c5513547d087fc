"""Measuring: meetings of several sizes through real processes, one step after the other."""

import os
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from tests.bench.capacity import PROCESSES, SERVICES, script
from tests.bench.capacity.costs import Measured, Run
from tests.bench.capacity.observed import Observed, difference
from tests.bench.capacity.organiser import Desk
from tests.bench.capacity.script import STEPS, Meeting
from tests.bench.world import resident_mib, wait

SIZES = (12, 40, 96)
"""Delegates of the meetings that are measured."""
ROUNDS = 2
CALLERS = 8
"""Commands that are given at the same time where costs are not counted, and in one more round."""
IDLE_SECONDS = 20.0


def say(text: str) -> None:
    """Show progress."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def found_network(desk: Desk, observed: Observed) -> list[str]:
    """Enter cities and their mayors; returns the ids of the cities that can be invited."""
    (imported,) = [desk.send(command) for command in script.founding()]
    path = f"/v1/imports/{imported['id']}"
    state = script.Command(service="membership", path=path, method="GET")
    wait(lambda: desk.send(state)["state"] == "completed", 0.2)
    city_ids = [row["city_id"] for row in script.cities()]
    people = desk.do(script.mayors(city_ids), CALLERS)
    offices = zip(city_ids, people, strict=True)
    desk.do([[script.office(city, person["id"])] for city, person in offices], CALLERS)
    observed.settle()
    return city_ids


class Measurement:
    """Meetings that are held and counted.

    Attributes:
        once: What was measured beside the steps, by quantity.
    """

    def __init__(self, desk: Desk, observed: Observed) -> None:
        self._desk = desk
        self._observed = observed
        self._watched: dict[str, float] = dict.fromkeys(PROCESSES, 0.0)
        self.once: dict[str, float] = {}

    def idle(self) -> None:
        """Learn what processes do while nobody asks for anything, and what looking at them adds."""
        observed = self._observed
        started, before = time.monotonic(), observed.work()
        time.sleep(IDLE_SECONDS)
        took = time.monotonic() - started
        for name in PROCESSES:
            work = observed.work()[name] - before[name]
            self.once[f"idle.{name}"] = work / took
            self.once[f"idle_resident.{name}"] = resident_mib(observed.pid(name))
        started, before = time.monotonic(), observed.work()
        observed.look_idly(IDLE_SECONDS)
        took = time.monotonic() - started
        self._watched = {
            name: work / took for name, work in difference(observed.work(), before).items()
        }

    def meeting(self, meeting: Meeting, callers: int) -> Iterator[Run]:
        """Hold a meeting; gives each of its steps."""
        for step in STEPS:
            run = self._step(meeting, step, callers)
            say(
                f"{meeting.name:10} {step:8} {run.size:5.0f}"
                f" {1000 * run.worked / run.size:8.1f} ms of processors for each"
            )
            yield run

    def _step(self, meeting: Meeting, step: str, callers: int) -> Run:
        observed = self._observed
        counted, written = observed.counted(), observed.written()
        work, started = observed.work(), time.monotonic()
        commands = meeting.take(step, self._desk, callers)
        observed.settle()
        took = time.monotonic() - started
        worked = difference(observed.work(), work)
        found = difference(observed.written(), written)
        found |= difference(observed.counted(), counted)
        found["commands"] = commands
        for name in PROCESSES:
            found[f"cpu.{name}"] = max(0.0, worked.get(name, 0.0) - self._watched_for(name, took))
        return Run(step=step, size=meeting.size(step), callers=callers, found=found)

    def _watched_for(self, process: str, seconds: float) -> float:
        return self._watched.get(process, 0.0) * seconds


def hold_meetings(desk: Desk, observed: Observed, sizes: Sequence[int], rounds: int) -> Measured:
    """Found a network, hold meetings of each size in it, and one with several organisers."""
    city_ids = found_network(desk, observed)
    measurement = Measurement(desk, observed)
    began = datetime.now(UTC)
    measurement.idle()
    desk.seconds.clear()
    runs: list[Run] = []
    hops: list[float] = []
    for number in range(rounds):
        for size in sizes:
            meeting = Meeting.of(f"{number}-{size}", size, city_ids)
            ended: dict[str, datetime] = {}
            for run in measurement.meeting(meeting, 1):
                runs.append(run)
                ended[run.step] = datetime.now(UTC)
            # Inviting and moving tell many at once, who then wait for one another.
            found = lags(observed, ended["invite"], ended["look"])
            hops += [seconds for each in found.values() for seconds in each]
    seconds = list(desk.seconds)
    runs += measurement.meeting(Meeting.of("together", max(sizes), city_ids), CALLERS)
    return Measured(
        runs=runs,
        seconds=seconds,
        hops=hops,
        bytes=observed.bytes_each(),
        once=measurement.once,
        told={
            "at": f"{began:%Y-%m-%d %H:%M} UTC",
            "cores": os.cpu_count(),
            "load": round(load(), 1),
            "sizes": list(sizes),
            "rounds": rounds,
            "events": dict(sorted(observed.events().items())),
            "runs": [[run.step, run.size, run.callers, round(run.worked, 3)] for run in runs],
        },
    )


def lags(observed: Observed, after: datetime, before: datetime) -> dict[str, list[float]]:
    """Return by service how long events took from being stored to being handled, seconds.

    Args:
        observed: Where.
        after: Only events stored from then on, real time.
        before: And until then.
    """
    stored = {}
    for service in SERVICES:
        within = {"at": {"$gte": after, "$lt": before}}
        for fact in observed.database(service)["_facts"].find(within, {"at": 1}):
            aggregate, _, sequence = fact["_id"].rpartition("@")
            stored[f"{service}/{aggregate}@{int(sequence)}"] = fact["at"]
    found: dict[str, list[float]] = {}
    for service in SERVICES:
        seen: Any = observed.database(service)["_seen"].find({"at": {"$gte": after}})
        found[service] = sorted(
            max(0.0, (batch["at"] - stored[event]).total_seconds())
            for batch in seen
            for event in batch["events"]
            if event in stored
        )
    return found


def load() -> float:
    """Return how many processes want a processor, on average of a minute."""
    return os.getloadavg()[0]
