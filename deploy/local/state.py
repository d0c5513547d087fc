"""What an installation remembers of its processes: one JSON file each, written before it is used.

A file says where a process was last started, not that it runs: that is asked of the kernel. So
nothing here can be stale, whatever was killed or interrupted.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from deploy.local.errors import LocalError
from deploy.local.process import Process


@dataclass(frozen=True, slots=True)
class Entry:
    """A process as it was last started.

    Attributes:
        name: ``broker``, ``travel-1``.
        process: It ran, or runs, as this.
        ports: Where it listens, by purpose.
        shares_port: Whether it lets others listen at its ``http`` port too.
        told: Fingerprint of the settings it was given.
    """

    name: str
    process: Process
    ports: Mapping[str, int] = field(default_factory=dict)
    shares_port: bool = False
    told: str = ""

    def is_alive(self) -> bool:
        """Tell whether it still runs."""
        return self.process.is_alive()


class Processes:
    """The entries of one installation."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def record(self, entry: Entry) -> None:
        """Remember a process in place of the one before it."""
        draft = self._folder / f".{entry.name}.{os.getpid()}"
        draft.write_text(json.dumps(asdict(entry), indent=2) + "\n")
        draft.replace(self._file(entry.name))

    def last(self, name: str) -> Entry | None:
        """Return a process as it was last started, alive or not; None if it never was."""
        try:
            values = json.loads(self._file(name).read_text())
            return Entry(**{**values, "process": Process(**values["process"])})
        except (FileNotFoundError, ValueError, TypeError, KeyError):  # Missing, or not ours.
            return None

    def alive(self, name: str) -> Entry | None:
        """Return a process that runs; None if it does not."""
        entry = self.last(name)
        return entry if entry and entry.is_alive() else None

    def all_alive(self) -> list[Entry]:
        """Return the processes that run, by name."""
        names = sorted(path.stem for path in self._folder.glob("*.json"))
        return [entry for name in names if (entry := self.alive(name))]

    def forget(self, name: str) -> None:
        """Drop what is remembered of a process."""
        self._file(name).unlink(missing_ok=True)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep other commands from changing the installation meanwhile.

        Raises:
            LocalError: Another one is at it.
        """
        with (self._folder / "lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise LocalError(
                    f"Another command is starting or stopping {self._folder.parent}; try again"
                    " when it is done."
                ) from None
            yield

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.json"
