"""The closed form: what so many networks need, from what one meeting costs and when meetings are.

One installation for all of them is what the figures of work stand for. It is a limit, not a plan:
an installation serves one network today, and ``apart`` says what that costs.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from tests.bench.capacity import PROCESSES, SERVICES
from tests.bench.capacity.costs import KEPT_A_DAY, Costs
from tests.bench.capacity.network import (
    BUSIEST_MINUTE,
    HABITS,
    KINDS,
    READS,
    MeetingKind,
    all_the_time,
    busiest_week,
    in_last_hour,
    size,
)

UTILISATION = 0.6
"""Share of a processor that a process may be busy in the busiest minute; beyond it queues grow fast
(at 0.6 of one server work waits 1.5 times its own length on average, at 0.9 nine times)."""
DEVIATIONS = 2.0
"""Standard deviations above the mean that the busiest of a season's weeks lies, about."""
HOUR = 3600.0
GIB = 2.0**30


@dataclass(frozen=True)
class Model:
    """What networks need.

    Attributes:
        costs: What was measured.
    """

    costs: Costs

    # -- one network -------------------------------------------------------------------------------

    def of_meeting(self, kind: MeetingKind, step: str, quantity: str) -> float:
        """Return how much a step of one meeting takes of a quantity, looking included."""
        habit = HABITS[step]
        own = self.costs.of(step, quantity).at(size(kind, habit)) * habit.times
        if quantity == "commands":
            return own
        return own + self._looks(kind, step) * self.costs.of("look", quantity).each

    def a_year(self, quantity: str) -> float:
        """Return how much a network takes of a quantity in a year."""
        return sum(
            kind.per_year * self.of_meeting(kind, step, quantity)
            for kind in KINDS
            for step in HABITS
        )

    def reads(self) -> float:
        """Return the requests that look, of a network in a year."""
        return READS * self.a_year("commands")

    def bytes_a_year(self) -> dict[str, float]:
        """Return what a network's documents of a year take on disk, by service; bytes."""
        kept = dict.fromkeys(SERVICES, 0.0)
        for name, each in self.costs.bytes.items():
            service, _, collection = name.partition(".")
            if collection not in KEPT_A_DAY:
                kept[service] += each * self.a_year(f"documents.{name}")
        return kept

    # -- many --------------------------------------------------------------------------------------

    def busiest_hour(self, quantity: str, networks: float) -> float:
        """Return how much so many networks take of a quantity in the busiest hour of a year.

        The last hour before the deadlines of a week of the busiest month: its mean, and as much
        above it as the busiest of many weeks lies; never less than that of the largest meeting.
        """
        mean = variance = largest = 0.0
        for kind in KINDS:
            meetings = networks * kind.per_year * busiest_week()
            burst = sum(
                in_last_hour(habit) * self.of_meeting(kind, step, quantity)
                for step, habit in HABITS.items()
            )
            steady = sum(
                all_the_time(habit) * self.of_meeting(kind, step, quantity)
                for step, habit in HABITS.items()
            )
            # Deadlines of answers and of names lie in different weeks.
            mean += meetings * (burst + steady)
            variance += meetings * burst**2
            largest = max(largest, burst)
        return max(mean + DEVIATIONS * math.sqrt(variance), largest)

    def mix(self) -> dict[str, float]:
        """Return each step's share of the commands of the busiest hour, looking apart."""
        found = {
            step: sum(
                kind.per_year
                * (in_last_hour(habit) + all_the_time(habit))
                * self.of_meeting(kind, step, "commands")
                for kind in KINDS
            )
            for step, habit in HABITS.items()
        }
        return {step: each / sum(found.values()) for step, each in found.items()}

    def a_second(self, quantity: str, networks: float) -> float:
        """Return the mean rate of that hour."""
        return self.busiest_hour(quantity, networks) / HOUR

    def busiest_minute(self, quantity: str, networks: float) -> float:
        """Return the rate of the busiest minute of that hour, a second."""
        return BUSIEST_MINUTE * self.a_second(quantity, networks)

    def cores(self, process: str, networks: float) -> float:
        """Return how many processors are busy for one of ``PROCESSES`` in the busiest minute."""
        return self.busiest_minute(f"cpu.{process}", networks)

    def processes(self, service: str, networks: float) -> int:
        """Return how many processes of a service carry that minute, mails included."""
        wanted = self.cores(service, networks) / UTILISATION
        if service == "notification":
            mails = self.busiest_minute("mails", networks) / self.mails_a_second()
            wanted = max(wanted, mails / UTILISATION)
        return max(1, math.ceil(wanted))

    def mails_a_second(self, smtp_seconds: float | None = None) -> float:
        """Return what one process of notification hands over, by how long the server takes."""
        once = self.costs.once
        seconds = once["mail.assumed_seconds"] if smtp_seconds is None else smtp_seconds
        return once["mail.at_once"] / (seconds + once["mail.own_seconds"])

    def all_cores(self, networks: float) -> float:
        """Return how many processors all of it takes in the busiest minute, at ``UTILISATION``."""
        return sum(self.cores(process, networks) for process in PROCESSES) / UTILISATION

    def deliveries(self, service: str, networks: float) -> float:
        """Return the messages a second that a service's inbox takes in the busiest minute."""
        return self.busiest_minute(f"handled.{service}", networks)

    def database_gib(self, networks: float, years: float) -> float:
        """Return the size of the four databases after so many years, GiB."""
        return networks * years * sum(self.bytes_a_year().values()) / GIB

    def backlog_mib(self, service: str, networks: float, hours: float) -> float:
        """Return what an inbox holds on disk if nobody reads it in the busiest hours; MiB."""
        waiting = self.busiest_hour(f"handled.{service}", networks) * hours
        return waiting * self.costs.once["queue.disk_bytes"] / 2**20

    # -- an installation for each ------------------------------------------------------------------

    def apart(self, networks: float) -> dict[str, float]:
        """Return what an installation of its own for each network takes when nobody does anything.

        Returns:
            ``memory_gib``, ``cores``, ``processes``, ``queues``, ``collections`` and ``disk_gib``.
        """
        once = self.costs.once
        resident = sum(once[f"idle_resident.{service}"] for service in SERVICES)
        beside = once["empty.broker_mib"] + once["empty.database_mib"]
        idle = sum(once[f"idle.{service}"] for service in SERVICES)
        for server in ("broker", "database"):
            # What its processes have the servers do, and what its queues and collections do.
            idle += max(0.0, once[f"idle.{server}"] - once[f"base.{server}"])
            idle += once[f"empty.{server}_cores"]
        return {
            "processes": networks * len(SERVICES),
            "memory_gib": networks * (resident + beside) / 1024,
            "cores": networks * idle,
            "queues": networks * once["empty.queues"],
            "collections": networks * once["empty.collections"],
            "disk_gib": networks * once["empty.disk_mib"] / 1024,
        }

    # -- walls -------------------------------------------------------------------------------------

    def networks_until(self, demand: float, capacity: float) -> float:
        """Return how many networks take a capacity, when one of very many takes ``demand``."""
        return capacity / demand if demand else math.inf

    def one_of_many(self, quantity: str) -> float:
        """Return the share of one network in the busiest minute of ten thousand, a second."""
        many = 10_000.0
        return self.busiest_minute(quantity, many) / many

    def _looks(self, kind: MeetingKind, step: str) -> float:
        """Return how many units of looking go with a step of one meeting."""
        commands = self.of_meeting(kind, step, "commands")
        a_unit = self.costs.of("look", "commands").each
        return READS * commands / a_unit if a_unit else 0.0


def walls(model: Model, capacities: Mapping[str, tuple[str, float]]) -> list[tuple[str, float]]:
    """Return by name at how many networks a capacity is used up, the nearest first.

    Args:
        model: Of what networks need.
        capacities: By name the quantity and how much of it there is a second.
    """
    found = [
        (name, model.networks_until(model.one_of_many(quantity), capacity))
        for name, (quantity, capacity) in capacities.items()
    ]
    return sorted(found, key=lambda each: each[1])
