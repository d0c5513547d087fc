"""Starting one process and waiting until it is of use."""

import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from deploy.local.environment import inherited
from deploy.local.errors import NotRunning, StartFailed
from deploy.local.layout import Layout
from deploy.local.ports import free_port, is_free
from deploy.local.process import Process, end, kill, spawn
from deploy.local.state import Entry, Processes

PYTHON = sys.executable
PROBE_SECONDS = 0.1


def wait_until_ready(
    name: str, process: Process, layout: Layout, is_ready: Callable[[], bool], seconds: float
) -> None:
    """Wait for a process to do its work.

    Raises:
        StartFailed: It ended, or the time is up.
    """
    deadline = time.monotonic() + seconds
    while not is_ready():
        if not process.is_alive():
            raise StartFailed(name, "ended at its start", layout.log(name))
        if time.monotonic() > deadline:
            raise StartFailed(name, f"is not ready after {seconds:g} s", layout.log(name))
        time.sleep(PROBE_SECONDS)


class Server(ABC):
    """A server that the installation starts for its services.

    ``launch`` and ``wait`` are two steps, so that servers can start beside one another.

    Attributes:
        name: Of the process, its log and its state.
        purposes: What each of its ports is for.
        ready_seconds: How long it may take to be ready.
        end_seconds: How long it may take to end.
    """

    name: ClassVar[str]
    purposes: ClassVar[tuple[str, ...]]
    ready_seconds: ClassVar[float] = 60
    end_seconds: ClassVar[float] = 30

    def __init__(self, layout: Layout, processes: Processes) -> None:
        self.layout = layout
        self.processes = processes

    @property
    @abstractmethod
    def uri(self) -> str:
        """Where its clients connect to."""

    @abstractmethod
    def command(self, ports: Mapping[str, int]) -> Sequence[str]:
        """Prepare its files; return program and arguments."""

    @abstractmethod
    def is_ready(self) -> bool:
        """Tell whether it serves its clients."""

    def environment(self, ports: Mapping[str, int]) -> Mapping[str, str]:
        """Return its environment."""
        return inherited()

    def launch(self) -> None:
        """Start it if it does not run; at the same ports as before if they are still free."""
        if self.processes.alive(self.name):
            return
        last = self.processes.last(self.name)
        ports = last.ports if last else {}
        if set(ports) != set(self.purposes) or not all(map(is_free, ports.values())):
            ports = _different_ports(self.purposes)
        self.run(ports)

    @property
    def folder(self) -> Path:
        """Where it runs: what it drops when it dies must not lie about in the source tree."""
        return self.layout.run

    def run(self, ports: Mapping[str, int]) -> None:
        """Start its process and remember it."""
        process = spawn(
            self.command(ports),
            mark=self.layout.data,
            environment=self.environment(ports),
            log=self.layout.log(self.name),
            cwd=self.folder,
        )
        self.processes.record(Entry(self.name, process, ports))

    def wait(self) -> None:
        """Wait until it is ready.

        Raises:
            StartFailed: It will not be.
        """
        process = self.entry().process
        wait_until_ready(self.name, process, self.layout, self.is_ready, self.ready_seconds)

    def start(self) -> None:
        """Start it and wait until it is ready."""
        self.launch()
        self.wait()

    def stop(self) -> None:
        """End it in order, as far as it runs."""
        if entry := self.processes.last(self.name):
            end([entry.process], self.end_seconds)

    def kill(self) -> None:
        """End it as a crash would."""
        kill([self.entry().process])

    def entry(self) -> Entry:
        """Return how it was last started.

        Raises:
            NotRunning: It never was.
        """
        entry = self.processes.last(self.name)
        if not entry:
            raise NotRunning(f"{self.name} has not been started.")
        return entry


def _different_ports(purposes: Sequence[str]) -> dict[str, int]:
    ports: dict[str, int] = {}
    for purpose in purposes:
        port = free_port()
        while port in ports.values():
            port = free_port()
        ports[purpose] = port
    return ports
