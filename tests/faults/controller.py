"""The controller: kills, stops and cuts off as planned, each kill at a moment of work."""

import random
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from tests.faults.journal import Journal
from tests.faults.noise import Noise
from tests.faults.plan import Interlude, Kill
from tests.faults.proxy import Passage, Proxy
from tests.faults.site import BROKER, DATABASE, Site, Victim

ACKNOWLEDGED_BETWEEN = 20
LOOK_SECONDS = 0.001
KIND_SECONDS = 1.0
"""How long the kind of work that was drawn is waited for; then any will do."""
WORK_SECONDS = 4
"""How long any work is waited for; who has none is spared until others had their turn."""
DOWN_MOST = 4
"""Processes that do not run at the same time."""
LOOK_AHEAD = 12
"""Steps among which one is looked for that can be taken."""
STILL_SECONDS = 420
"""How long nothing may be acknowledged before the run is given up."""


class StandStill(Exception):
    """Nothing is acknowledged any more."""


@dataclass(frozen=True, slots=True)
class Incident:
    """Something went wrong, on purpose.

    Attributes:
        what: What.
        victim: Whom it struck.
        began: Seconds since the epoch.
        ended: When all was as before.
    """

    what: str
    victim: Victim
    began: float
    ended: float


@dataclass
class Tally:
    """What was done.

    Attributes:
        kills: Counted ones, by victim.
        kinds: The same by the work that was in hand.
        idle: How often a victim had no work, and was spared for then.
        others: Everything else, by kind.
        incidents: All of it, with its times.
    """

    kills: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    idle: Counter[str] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)
    incidents: list[Incident] = field(default_factory=list)


class Controller:
    """Does what is planned.

    Attributes:
        tally: What was done so far.
    """

    def __init__(
        self, site: Site, journal: Journal, noise: Noise, say: Callable[[str], None]
    ) -> None:
        self.tally = Tally()
        self._site = site
        self._journal = journal
        self._noise = noise
        self._say = say
        self._at_work: list[threading.Thread] = []
        self._acknowledged = 0
        self._planned: deque[Kill | Interlude] = deque()
        self._until = 0.0
        self._began = time.monotonic()

    def run(self, steps: Iterable[Kill | Interlude], until: float) -> list[str]:
        """Take the steps one after the other; what they bring about goes on meanwhile.

        Args:
            steps: What is planned.
            until: Monotonic time at which no further step is taken.

        Returns:
            Why it came to an end before, if it did.
        """
        self._planned = deque(steps)
        self._until = until
        try:
            while (step := self._next()) is not None:
                if isinstance(step, Kill):
                    self._kill(step)
                else:
                    self._begin(partial(self._interlude, step))
        except StandStill as still:
            return [f"nothing goes on any more: {still}"]
        finally:
            for thread in self._at_work:
                thread.join()
        return []

    def _next(self) -> Kill | Interlude | None:
        """Wait for the first step that can be taken; whose victim is away has to wait."""
        still = time.monotonic() + STILL_SECONDS
        while self._planned and (now := time.monotonic()) < self._until:
            if now > still:
                down = ", ".join(map(str, self._site.down))
                raise StandStill(f"{self._journal.acknowledged()} acknowledged, down: {down}")
            for step in list(self._planned)[:LOOK_AHEAD]:
                if self._can_be_taken(step):
                    self._planned.remove(step)
                    return step
            time.sleep(0.01)
        return None

    def _can_be_taken(self, step: Kill | Interlude) -> bool:
        down = self._site.down
        if step.victim in down or down & {BROKER, DATABASE}:
            return False
        if isinstance(step, Interlude):
            return True
        fresh = self._journal.acknowledged() - self._acknowledged
        return fresh >= ACKNOWLEDGED_BETWEEN and len(down) < DOWN_MOST

    def _begin(self, work: Callable[[], None]) -> None:
        self._at_work = [each for each in self._at_work if each.is_alive()]
        thread = threading.Thread(target=work, daemon=True)
        self._at_work.append(thread)
        thread.start()

    def _tell(self, line: str) -> None:
        self._say(f"{time.monotonic() - self._began:7.1f} s  {line}")

    # -- kills ---------------------------------------------------------------------------------

    def _kill(self, step: Kill) -> None:
        work = self._moment(step)
        if work is None:
            self.tally.idle[str(step.victim)] += 1
            self._planned.append(step)
            return
        began = time.time()
        self._site.kill(step.victim)
        self._acknowledged = self._journal.acknowledged()
        self.tally.kills[str(step.victim)] += 1
        self.tally.kinds[work[0]] += 1
        number = self.tally.kills.total()
        self._tell(
            f"{number:5} {step.victim!s:16} {work[1]:24} {self._acknowledged:7} acknowledged"
        )
        self._begin(lambda: self._restore(step.victim, began))

    def _restore(self, victim: Victim, began: float) -> None:
        self._site.start(victim)
        self.tally.incidents.append(Incident("kill", victim, began, time.time()))

    def _moment(self, step: Kill) -> tuple[str, str] | None:
        """Wait until the victim has work in hand; returns its kind and what it was."""
        began = time.monotonic()
        while (waited := time.monotonic() - began) < WORK_SECONDS:
            work = self._site.work_of(step.victim)
            if step.kind in work:
                return step.kind, work[step.kind]
            if work and (waited > KIND_SECONDS or step.victim in (BROKER, DATABASE)):
                return next(iter(work.items()))
            time.sleep(LOOK_SECONDS)
        return None

    # -- other faults --------------------------------------------------------------------------

    def _interlude(self, step: Interlude) -> None:
        proxy, passages = self._struck(step)
        began = time.time()
        match step.what.removesuffix(" database"):
            case "cut":
                proxy.cut(passages)
            case "half-open":
                proxy.deafen(passages)
            case "stall":
                with proxy.stalled(passages):
                    time.sleep(step.seconds)
            case "stop":
                with self._site.stopped(step.victim):
                    time.sleep(step.seconds)
                self.tally.others["stop noticed"] += not set(passages) & set(proxy.passages)
            case "echo":
                self._noise.echo(random.Random(step.seed))
            case "garbage":
                self._noise.garbage(random.Random(step.seed))
        self.tally.others[step.what] += 1
        self.tally.incidents.append(Incident(step.what, step.victim, began, time.time()))
        self._tell(f"      {step.what} ({step.victim}), {time.time() - began:.0f} s")

    def _struck(self, step: Interlude) -> tuple[Proxy, list[Passage]]:
        """Return the connections that are concerned, if any are."""
        if step.what.endswith("database"):
            return self._site.to_database, list(self._site.to_database.passages)
        return self._site.to_broker, self._site.passages_of(self._site.pid(step.victim))
