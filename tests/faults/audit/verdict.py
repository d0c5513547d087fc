"""Verdict: a line for each check, with how much was counted."""

import sys
from collections.abc import Iterable

SHOWN = 5
SHOWN_CHARACTERS = 1500


class Verdict:
    """What was checked so far.

    Attributes:
        failures: What each failed check says.
    """

    def __init__(self) -> None:
        self.failures: list[str] = []

    def section(self, title: str) -> None:
        """Begin a group of checks."""
        sys.stdout.write(f"  {title}\n")

    def note(self, what: str) -> None:
        """Say what was counted, right or wrong."""
        sys.stdout.write(f"    note  {what}\n")

    def none(self, what: str, wrong: Iterable[object], counted: int) -> None:
        """Check that nothing among what was counted is wrong."""
        found = list(wrong)
        if not found:
            sys.stdout.write(f"    ok    {what}: {counted}\n")
            return
        shown = "; ".join(map(str, found[:SHOWN]))[:SHOWN_CHARACTERS]
        line = f"{what}: {len(found)} of {counted} are wrong: {shown}"
        self.failures.append(line)
        sys.stdout.write(f"    FAIL  {line}\n")
