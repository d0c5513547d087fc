"""The site: an installation behind proxies, two processes of each service, and who is at work."""

import os
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from deploy.local.errors import LocalError
from deploy.local.installation import Installation
from deploy.local.ports import LOOPBACK
from deploy.local.services import Outside
from tests.faults.caller import OpenRequests
from tests.faults.owners import Owners
from tests.faults.proxy import Passage, Proxy
from tests.faults.wires import AmqpWire, MongoWire

SERVICES = ("membership", "events", "travel", "notification")
NUMBERS = (1, 2)
TAPPED = 2
"""Number of the processes that reach the database through a proxy; the others know it as a replica
set, as in production."""
LADDER_SECONDS = (1, 2, 4, 8)
SETTINGS = {
    "RETRY_LADDER_SECONDS": ",".join(map(str, LADDER_SECONDS)),
    # What a killed process leaves is found sooner than in production, so that clients wait less.
    "OUTBOX_SWEEP_SECONDS": "2",
    # For so long, and half as long again, a mail waits whose process was killed at it.
    "SMTP_SECONDS": "4",
}
STARTS_MOST = 8


@dataclass(frozen=True, slots=True)
class Victim:
    """A process: of a service, or ``broker`` or ``database``."""

    name: str
    number: int = 1

    def __str__(self) -> str:
        """Return its name, with its number where there are several."""
        return f"{self.name}-{self.number}" if self.name in SERVICES else self.name


PROCESSES = tuple(Victim(service, number) for service in SERVICES for number in NUMBERS)
BROKER, DATABASE = Victim("broker"), Victim("database")


class Site:
    """Everything that runs, as the controller handles it.

    Attributes:
        zirve: The installation.
        to_broker: Every process's way to the broker.
        to_database: The way to the database of those that are tapped.
        opened: What clients wait for.
        down: Who does not run, or is stopped.
        failures: What did not start again.
    """

    def __init__(self, zirve: Installation, tapped: Installation, *proxies: Proxy) -> None:
        self.zirve = zirve
        self.to_broker, self.to_database = proxies
        self.opened = OpenRequests()
        self.down: set[Victim] = set()
        self.failures: list[str] = []
        self._tapped = tapped
        self._owners = Owners()
        self._pids: dict[Victim, int] = {}
        self._ports: Mapping[str, int] = {}

    @classmethod
    @contextmanager
    def running(cls, folder: Path) -> Iterator["Site"]:
        """Run a site for the length of a block."""
        counts = dict.fromkeys(SERVICES, len(NUMBERS))
        made: list[Installation] = []

        def port(uri: str) -> int:
            return urlsplit(uri).port or 0

        to_broker = Proxy(lambda: port(made[0].amqp_uri), AmqpWire)
        to_database = Proxy(lambda: port(made[0].mongo_uri), MongoWire)
        through = {"AMQP_URI": f"amqp://guest:guest@{LOOPBACK}:{to_broker.port}/"}
        tap = {"MONGO_URI": f"mongodb://{LOOPBACK}:{to_database.port}/?directConnection=true"}
        made += [
            Installation(folder, counts=counts, settings={**SETTINGS, **more}, outside=Outside())
            for more in (through, {**through, **tap})
        ]
        try:
            with made[0]:
                site = cls(*made, to_broker, to_database)
                site._tap()
                yield site
        finally:
            to_broker.close()
            to_database.close()

    def kill(self, victim: Victim) -> None:
        """End a process as a crash would."""
        self.down.add(victim)
        if victim == DATABASE:
            self.to_database.is_open = False
        self.zirve.kill(victim.name, victim.number)

    def start(self, victim: Victim) -> None:
        """Start a process again, however often it takes while others are being killed."""
        for _ in range(STARTS_MOST):
            if victim in PROCESSES:
                self._wait_for_servers()
            try:
                self._installation(victim).start(victim.name, victim.number)
            except LocalError as error:
                reason = str(error)
                continue
            break
        else:
            self.failures.append(f"{victim} did not start: {reason}")
        if victim == DATABASE:
            # Only now is it a primary again; whoever goes past the driver's look at the replica
            # set must not find it before.
            self.to_database.is_open = True
        self.down.discard(victim)
        self._learn()

    def deploy(self, code: Path) -> None:
        """Take another version of the code: its deploy step first, before any process of it."""
        for each in (self.zirve, self._tapped):
            each.use(code)
        self.zirve.declare()

    def replace(self, victim: Victim) -> None:
        """End a process in order, and start it from the code that was deployed last."""
        self.down.add(victim)
        self.zirve.stop(victim.name, victim.number)
        self.start(victim)

    @contextmanager
    def stopped(self, victim: Victim) -> Iterator[None]:
        """Halt a process for the length of a block, as a machine that swaps does."""
        self.down.add(victim)
        pid = self.zirve.pid(victim.name, victim.number)
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)
            self.down.discard(victim)

    # -- work in hand --------------------------------------------------------------------------

    def work_of(self, victim: Victim) -> dict[str, str]:
        """Return what a victim has in hand right now, by the kind of work."""
        if victim == DATABASE:
            asked = sum(len(each.wire.open) for each in self.to_database.passages)
            return {"command": f"{asked} commands open"} if asked else {}
        if victim == BROKER:
            return self._on_its_way(self.to_broker.passages)
        pid, port = self._pids[victim], self._ports[victim.name]
        found = self._on_its_way(self.passages_of(pid))
        for request in self.opened.of(victim.name):
            # Asked again at the end: an answer of a moment ago would be no evidence.
            if self._owner(port, request.port) == pid and request in self.opened.of(victim.name):
                found["open request"] = f"request {request.number} open"
                break
        return found

    def passages_of(self, pid: int) -> list[Passage]:
        """Return a process's connections to the broker."""
        return [
            each
            for each in list(self.to_broker.passages)
            if self._owner(each.port, self.to_broker.port) == pid
        ]

    def pid(self, victim: Victim) -> int:
        """Return a victim's pid."""
        return self._pids[victim]

    def _on_its_way(self, passages: list[Passage]) -> dict[str, str]:
        wires = [each.wire for each in passages if isinstance(each.wire, AmqpWire)]
        unacked = sum(len(each.unacked) for each in wires)
        unconfirmed = sum(len(each.open) for each in wires)
        found = {}
        if unacked:
            found["unacked message"] = f"{unacked} unacked"
        if unconfirmed:
            found["unconfirmed event"] = f"{unconfirmed} unconfirmed"
        return found

    def _owner(self, local: int, remote: int) -> int | None:
        return self._owners.of(local, remote, self._pids.values())

    # -- steps ---------------------------------------------------------------------------------

    def _installation(self, victim: Victim) -> Installation:
        tapped = victim in PROCESSES and victim.number == TAPPED
        return self._tapped if tapped else self.zirve

    def _tap(self) -> None:
        """Have those that are to be tapped start anew."""
        tapped = [each for each in PROCESSES if each.number == TAPPED]
        for each in tapped:
            self.kill(each)
        threads = [threading.Thread(target=self.start, args=(each,)) for each in tapped]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self._learn()

    def _wait_for_servers(self) -> None:
        while self.down & {BROKER, DATABASE}:
            time.sleep(0.05)

    def _learn(self) -> None:
        """Look up pids and ports, which a moment of evidence leaves no time for."""
        for each in set(PROCESSES) - self.down:
            with suppress(LocalError):  # It may be killed meanwhile, and is learned of again then.
                self._pids[each] = self.zirve.pid(each.name, each.number)
        self._ports = {name: urlsplit(self.zirve.url(name)).port or 0 for name in SERVICES}
        self._owners.forget()
