"""The workload: many small meetings at once, until told that it is enough."""

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from deploy.local.installation import Installation
from tests.faults.caller import Caller, NoAnswer, OpenRequests, Refused
from tests.faults.journal import Journal
from tests.faults.meetings import Meeting
from tests.faults.office import Office, found

ORGANISERS = 8
TOGETHER = 8


class Workload:
    """Organisers at work, each in a thread.

    Attributes:
        journal: What they were told.
        opened: What they wait for right now.
        held: Number of meetings held to their end.
        failures: What stopped an organiser.
    """

    def __init__(self, zirve: Installation, seed: str, path: Path, opened: OpenRequests) -> None:
        self.journal = Journal(path)
        self.opened = opened
        self.held = 0
        self.failures: list[str] = []
        self._zirve = zirve
        self._token = zirve.token("organiser", subject="faults")
        self._mine = threading.local()
        self._callers: list[Caller] = []
        self._enough = threading.Event()
        self._numbers = itertools.count(1)
        self._together = ThreadPoolExecutor(TOGETHER, thread_name_prefix="together")
        self._office = Office(
            caller=self._caller,
            journal=self.journal,
            together=self._together,
            seed=seed,
            mayors={},
        )
        self._threads = [
            threading.Thread(target=self._organise, name=f"organiser {number}", daemon=True)
            for number in range(ORGANISERS)
        ]

    def start(self) -> None:
        """Found the network, then begin to hold meetings."""
        found(self._office)
        for each in self._threads:
            each.start()

    def stop(self) -> None:
        """Let every organiser finish the meeting that is begun."""
        self._enough.set()
        for each in self._threads:
            each.join()
        self._together.shutdown()
        for caller in self._callers:
            caller.close()
        self.journal.close()

    @property
    def works(self) -> bool:
        """Whether anybody still does anything."""
        return any(each.is_alive() for each in self._threads)

    def _organise(self) -> None:
        while not self._enough.is_set():
            number = next(self._numbers)
            if self._went_well(Meeting(self._office, number).hold, number):
                self.held += 1

    def _went_well(self, hold: Callable[[], None], number: int) -> bool:
        try:
            hold()
        except (NoAnswer, Refused) as error:
            self.failures.append(f"meeting {number}: {error}")
            return False
        return True

    def _caller(self) -> Caller:
        caller: Caller | None = getattr(self._mine, "caller", None)
        if caller is None:
            caller = Caller(self._zirve.url, self._token, self.journal, self.opened)
            self._mine.caller = caller
            self._callers.append(caller)
        return caller
