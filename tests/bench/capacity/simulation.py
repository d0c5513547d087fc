"""A discrete simulation: commands arrive, are worked on, and their events are heard elsewhere.

Each process is one server: it does one thing at a time, in the order of arrival. Broker and
database are servers of their own. All share the machine's processors, so that nobody works while
every processor is taken. How long a piece of work takes is drawn from the measured shape about
the measured mean. Events are handled one by one: what batches save is not in it.
"""

import heapq
import itertools
import random
from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.bench.capacity import PROCESSES, SERVICES
from tests.bench.capacity.costs import Costs

MAIL = "mail"
MAILS_AT_ONCE = 3
"""Batches that a process handles at once; the mails of a batch go out one after the other."""
DOORS = {
    "enrol": "membership",
    "call": "events",
    "invite": "events",
    "answer": "events",
    "name": "events",
    "book": "travel",
    "lodge": "travel",
    "move": "events",
    "look": "travel",
}
"""Whose doors a step knocks at."""


@dataclass(frozen=True, kw_only=True)
class Errand:
    """What one command sets going.

    Attributes:
        door: Service that is asked.
        work: Mean processor seconds of a piece of work, by process.
        heard: Mean number of events that a service hears because of the command, by service; each
            is a piece of work.
        aside: Processor seconds of services that hear nothing, and work all the same.
        mails: Mean number of mails; each goes out because of an event that notification hears.
    """

    door: str
    work: Mapping[str, float]
    heard: Mapping[str, float]
    aside: Mapping[str, float]
    mails: float = 0.0


@dataclass(slots=True)
class Job:
    """A piece of work.

    Attributes:
        process: Who does it.
        seconds: How long it takes.
        is_event: Whether its lag counts.
        is_mail: Whether a mail goes out after it.
        then: What it sets going when it is a command.
        came: When it came; a mail comes with its event.
    """

    process: str
    seconds: float
    is_event: bool = False
    is_mail: bool = False
    then: Errand | None = None
    came: float | None = None


@dataclass(slots=True)
class Outcome:
    """What came of a simulation.

    Attributes:
        seconds: Simulated time in which commands arrived.
        commands: How many arrived.
        busy: Processor seconds by process.
        lags: By service, seconds from an event's publication until it was handled, in order.
    """

    seconds: float
    commands: int = 0
    busy: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    lags: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def utilisation(self, process: str) -> float:
        """Return the processors that a process keeps busy, on average."""
        return self.busy[process] / self.seconds

    def lag(self, service: str, part: float) -> float:
        """Return the lag that a part of a service's events stays below, seconds."""
        lags = self.lags[service]
        return lags[min(len(lags) - 1, int(part * len(lags)))] if lags else 0.0


def errand_of(costs: Costs, step: str) -> Errand:
    """Return what one command of a step sets going on average, by what each one adds."""
    door = DOORS[step]
    commands = costs.of(step, "commands").each

    def mean(quantity: str) -> float:
        return costs.of(step, quantity).each / commands

    heard = {service: mean(f"handled.{service}") for service in SERVICES}
    pieces = {service: heard[service] + (service == door) for service in SERVICES}
    # Every message goes through the broker, and every piece of work reads and writes.
    pieces |= dict.fromkeys(("broker", "database"), sum(pieces.values()))
    work = {name: mean(f"cpu.{name}") / pieces[name] for name in PROCESSES if pieces[name]}
    aside = {name: mean(f"cpu.{name}") for name in SERVICES if not pieces[name]}
    mails = min(mean("mails"), heard["notification"])
    return Errand(door=door, work=work, heard=heard, aside=aside, mails=mails)


class Simulation:
    """One installation under commands that arrive at random.

    Args:
        costs: What was measured.
        processes: By service, how many there are; one of each that is not named.
        cores: Processors that all share.
        seed: Of what is drawn.
        mail_server_seconds: How long the mail server takes for a mail.
    """

    def __init__(
        self,
        costs: Costs,
        *,
        processes: Mapping[str, int],
        cores: int,
        seed: int,
        mail_server_seconds: float = 0.0,
    ) -> None:
        self._chance = random.Random(seed)
        self._shape: Sequence[float] = costs.shapes["command"]
        self._hop: Sequence[float] = costs.shapes["hop"]
        self._hop_seconds = costs.once["hop.seconds"]
        self._servers = {name: processes.get(name, 1) for name in SERVICES}
        self._servers |= {"broker": cores, "database": cores}
        # A mail waits for the mail server and takes no processor; so many are under way at once.
        self._servers[MAIL] = MAILS_AT_ONCE * self._servers["notification"]
        self._mail_seconds = MAILS_AT_ONCE / (
            costs.once["mail.at_once"] / (costs.once["mail.own_seconds"] + mail_server_seconds)
        )
        self._idle = dict(self._servers)
        self._idle_cores = cores
        self._queues: dict[str, deque[Job]] = {name: deque() for name in self._servers}
        self._turns = deque(self._servers)
        self._agenda: list[tuple[float, int, bool, Job]] = []
        self._numbers = itertools.count()

    def run(self, rates: Sequence[tuple[Errand, float]], seconds: float) -> Outcome:
        """Have commands arrive for so long, and work until everything is done.

        Args:
            rates: Commands a second by what each sets going.
            seconds: How long they arrive.
        """
        outcome = Outcome(seconds)
        for errand, rate in rates:
            outcome.commands += self._arrive(errand, rate, seconds)
        while self._agenda:
            now, _, done, job = heapq.heappop(self._agenda)
            if done:
                self._finish(job, now, outcome)
            else:
                job.came = now if job.came is None else job.came
                self._queues[job.process].append(job)
            self._begin(now, outcome)
        for lags in outcome.lags.values():
            lags.sort()
        return outcome

    def _arrive(self, errand: Errand, rate: float, seconds: float) -> int:
        arrived, at = 0, self._chance.expovariate(rate) if rate else seconds
        while at < seconds:
            self._plan(at, Job(errand.door, self._long(errand, errand.door), then=errand))
            self._beside(errand, at)
            for service, work in errand.aside.items():
                if work:
                    self._plan(at, Job(service, work * self._chance.choice(self._shape)))
            arrived, at = arrived + 1, at + self._chance.expovariate(rate)
        return arrived

    def _finish(self, job: Job, now: float, outcome: Outcome) -> None:
        self._idle[job.process] += 1
        self._idle_cores += job.process != MAIL
        if job.then is not None:
            self._tell(job.then, now)
        elif job.is_mail:
            self._plan(now, Job(MAIL, self._mail_seconds, is_event=True, came=job.came))
        elif job.is_event:
            # Besides waiting and working, an event is on its way, and its database is waited for.
            hearer = "notification" if job.process == MAIL else job.process
            outcome.lags[hearer].append(now - (job.came or 0.0) + self._on_its_way())

    def _tell(self, errand: Errand, now: float) -> None:
        """Have the events that a command has led to be heard."""
        for service in SERVICES:
            for _ in range(self._whole(errand.heard[service])):
                job = Job(service, self._long(errand, service), is_event=True)
                if service == "notification":
                    share = errand.mails / errand.heard[service]
                    job.is_mail = self._chance.random() < share
                self._plan(now, job)
                self._beside(errand, now)

    def _beside(self, errand: Errand, at: float) -> None:
        """Broker and database work while the service waits for them."""
        for server in ("broker", "database"):
            self._plan(at, Job(server, self._long(errand, server)))

    def _begin(self, now: float, outcome: Outcome) -> None:
        """Begin what can begin; whose turn it is goes round."""
        for _ in range(len(self._turns)):
            process = self._turns[0]
            self._turns.rotate(-1)
            while (
                (self._idle_cores or process == MAIL)
                and self._idle[process]
                and self._queues[process]
            ):
                job = self._queues[process].popleft()
                self._idle[process] -= 1
                self._idle_cores -= process != MAIL
                outcome.busy[process] += job.seconds
                self._plan(now + job.seconds, job, done=True)

    def _plan(self, at: float, job: Job, *, done: bool = False) -> None:
        heapq.heappush(self._agenda, (at, next(self._numbers), done, job))

    def _long(self, errand: Errand, process: str) -> float:
        return errand.work[process] * self._chance.choice(self._shape)

    def _on_its_way(self) -> float:
        return self._hop_seconds * self._chance.choice(self._hop)

    def _whole(self, mean: float) -> int:
        whole = int(mean)
        return whole + (self._chance.random() < mean - whole)
