"""The workload: many small meetings at once, until told that it is enough."""

import itertools
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.local.installation import Installation
from tests.faults.caller import Caller, NoAnswer, OpenRequests, Refused
from tests.faults.journal import Journal
from tests.faults.meetings import Meeting
from tests.faults.office import CITIES, Office, found, register

ORGANISERS = 8
TOGETHER = 8
CITY = next(iter(CITIES))
LOOK_SECONDS = 0.05
CLERK_SECONDS = 0.1
"""Pause between two persons that the clerk registers."""


class Workload:
    """Organisers at work, each in a thread, for the length of a block.

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
        self._goes_on = threading.Event()
        self._goes_on.set()
        self._busy = 0
        self._changes = threading.Lock()
        self._over = threading.Event()
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
            threading.Thread(target=work, daemon=True)
            for work in (self._register, *[self._organise] * ORGANISERS)
        ]

    def __enter__(self) -> Self:
        """Found the network, then begin to hold meetings."""
        found(self._office)
        for each in self._threads:
            each.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Let every organiser finish the meeting that is begun; at once if something went wrong."""
        self._enough.set()
        self._goes_on.set()
        if error is not None:
            self._over.set()
        for each in self._threads:
            each.join()
        self._together.shutdown()
        for caller in self._callers:
            caller.close()
        self.journal.close()

    def pause(self) -> None:
        """Let every organiser finish what is begun, and begin nothing until ``go_on``."""
        self._goes_on.clear()
        while self._busy:
            time.sleep(LOOK_SECONDS)

    def go_on(self) -> None:
        """End a pause."""
        self._goes_on.set()

    def _organise(self) -> None:
        while not self._enough.is_set():
            number = next(self._numbers)
            if self._went_well(Meeting(self._office, number).hold, number):
                self.held += 1

    def _register(self) -> None:
        """Register people who go nowhere: work for which nothing has to be heard first."""
        for number in itertools.count(1):
            if self._enough.wait(CLERK_SECONDS):
                return
            key = f"{self._office.seed}-{number}"
            self._went_well(lambda key=key: register(self._office, CITY, "Citizen", key), 0)

    def _went_well(self, hold: Callable[[], object], number: int) -> bool:
        self._goes_on.wait()
        with self._changes:
            self._busy += 1
        try:
            hold()
        except (NoAnswer, Refused) as error:
            self.failures.append(f"meeting {number}: {error}")
            return False
        finally:
            with self._changes:
                self._busy -= 1
        return True

    def _caller(self) -> Caller:
        caller: Caller | None = getattr(self._mine, "caller", None)
        if caller is None:
            caller = Caller(self._zirve.url, self._token, self.journal, self.opened, self._over)
            self._mine.caller = caller
            self._callers.append(caller)
        return caller
