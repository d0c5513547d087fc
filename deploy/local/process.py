"""Processes that outlive the command that started them, told apart for certain.

A pid alone names whoever has it now. With its start time it names one process for ever, and a
signal goes through a pidfd, so nothing that has taken over a pid is ever hit.
"""

import os
import select
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MARK = "ZIRVE_INSTALLATION"
"""Environment variable in every process of an installation: its data directory."""

_children: dict[int, subprocess.Popen[bytes]] = {}
"""Processes whose parent is this one; it has to collect their exit status."""


@dataclass(frozen=True, slots=True)
class Process:
    """One process.

    Attributes:
        pid: Its number.
        started: When it was started, clock ticks after boot.
    """

    pid: int
    started: int

    @classmethod
    def find(cls, pid: int) -> "Process | None":
        """Return the process that has a pid now; None when none has, or it has ended."""
        started = _started(pid)
        found = None if started is None else cls(pid, started)
        return found if found and found.is_alive() else None

    def is_alive(self) -> bool:
        """Tell whether it still runs; one that has ended and waits for its parent does not."""
        return not self.wait(0)

    def send(self, number: signal.Signals) -> None:
        """Signal it; does nothing when it has ended."""
        try:
            handle = os.pidfd_open(self.pid)
        except ProcessLookupError:
            return
        try:
            if self.is_alive():
                signal.pidfd_send_signal(handle, number)
        except ProcessLookupError:
            return
        finally:
            os.close(handle)

    def wait(self, seconds: float) -> bool:
        """Wait until it has ended, with all of its threads, and has let go of what it had open.

        Returns:
            False when it still runs after that time.
        """
        try:
            handle = os.pidfd_open(self.pid)
        except ProcessLookupError:
            return True
        try:
            if _started(self.pid) != self.started:
                return True
            watch = select.poll()
            watch.register(handle, select.POLLIN)
            ended = bool(watch.poll(max(0.0, seconds) * 1000))
        finally:
            os.close(handle)
        if ended:
            _collect(self.pid)
        return ended


def spawn(
    command: Sequence[str], *, mark: Path, environment: Mapping[str, str], log: Path, cwd: Path
) -> Process:
    """Start a process that goes on when its starter ends, in a session of its own.

    So a Ctrl-C in the terminal reaches the starter alone, which stops things in their order.

    Args:
        command: Program and arguments.
        mark: Data directory of the installation it belongs to.
        environment: All of its environment but the mark.
        log: File that its output is appended to.
        cwd: Directory it runs in.
    """
    with log.open("ab") as output:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**environment, MARK: str(mark)},
            cwd=cwd,
            start_new_session=True,
        )
    _children[child.pid] = child
    # It cannot be gone: until its parent collects it, even a dead child has its entry.
    return Process(child.pid, _stat(child.pid)[0])


def end(processes: Iterable[Process], seconds: float) -> list[Process]:
    """Ask processes to end, all at once, and kill those that do not.

    Args:
        processes: They may have ended already.
        seconds: How long they may take together.

    Returns:
        Those that had to be killed.
    """
    running = [each for each in processes if each.is_alive()]
    deadline = time.monotonic() + seconds
    for each in running:
        each.send(signal.SIGTERM)
    stubborn = [each for each in running if not each.wait(deadline - time.monotonic())]
    kill(stubborn)
    return stubborn


def kill(processes: Iterable[Process]) -> None:
    """End processes as a crash would (SIGKILL)."""
    processes = list(processes)
    for each in processes:
        each.send(signal.SIGKILL)
    for each in processes:
        each.wait(5)


def strays(mark: Path, known: Iterable[Process]) -> list[Process]:
    """Find what belongs to an installation without being known or started by something known.

    An interrupted start leaves such processes, and so does a parent that was killed.
    """
    kept = {each.pid for each in known}
    return [each for each in _marked(mark) if not _descends(each.pid, kept)]


def _marked(mark: Path) -> Iterable[Process]:
    wanted = f"{MARK}={mark}".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        pid = int(folder.name)
        try:
            if wanted not in (folder / "environ").read_bytes().split(b"\0"):
                continue
        except OSError:  # It ended meanwhile, or is another user's.
            continue
        found = Process.find(pid)
        if found:
            yield found


def _descends(pid: int, ancestors: set[int]) -> bool:
    while pid > 1:
        if pid in ancestors:
            return True
        try:
            pid = _stat(pid)[1]
        except OSError:
            return False
    return False


def _started(pid: int) -> int | None:
    try:
        return _stat(pid)[0]
    except OSError:
        return None


def _stat(pid: int) -> tuple[int, int]:
    """Read start time and parent: fields 22 and 4 of proc(5)."""
    text = Path(f"/proc/{pid}/stat").read_text()
    # The second field is the name in parentheses, which may hold spaces and parentheses.
    values = text.rpartition(")")[2].split()
    return int(values[19]), int(values[1])


def _collect(pid: int) -> None:
    """Take a child's exit status, so that it leaves the table of processes."""
    if child := _children.pop(pid, None):
        child.wait()
