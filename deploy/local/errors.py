"""What keeps an installation from running, worded for whoever typed the command."""

from pathlib import Path

TAIL_LINES = 25


class LocalError(Exception):
    """An installation cannot do what it was asked; the text says what to do about it."""


class NotInstalled(LocalError):
    """A program that does not come with the Python packages is missing."""


class PortInUse(LocalError):
    """Another process listens where one of ours has to."""


class NotRunning(LocalError):
    """What was asked for has not been started."""


class StartFailed(LocalError):
    """A process ended, or did not become ready in time."""

    def __init__(self, name: str, reason: str, log: Path) -> None:
        super().__init__(f"{name} {reason}. The end of {log}:\n{tail(log)}")


def tail(log: Path, lines: int = TAIL_LINES) -> str:
    """Return the last lines of a log, indented; says so when there are none."""
    try:
        found = log.read_text(errors="replace").splitlines()[-lines:]
    except FileNotFoundError:
        found = []
    return "\n".join(f"    {line}" for line in found) or "    (it is empty)"
