"""Verdict: a line for each check, and how many failed."""

from collections.abc import Mapping
from typing import Any

SHOWN = 400
"""Characters of a difference that are shown."""


class Verdict:
    """What was checked so far.

    Attributes:
        passed: Number of checks that held.
        failures: What each failed one says.
    """

    def __init__(self) -> None:
        self.passed = 0
        self.failures: list[str] = []

    def section(self, title: str) -> None:
        """Begin a group of checks."""
        print(f"  {title}")

    def same(self, what: str, found: Any, expected: Any) -> None:
        """Check that two values are equal."""
        if found == expected:
            self.passed += 1
            print(f"    ok    {what}{_shown_if_small(expected)}")
            return
        self.failures.append(what)
        print(f"    FAIL  {what}: {_difference(found, expected)}")

    def holds(self, what: str, condition: object, otherwise: object = "") -> None:
        """Check that something is true."""
        if condition:
            self.passed += 1
            print(f"    ok    {what}")
            return
        self.failures.append(what)
        print(f"    FAIL  {what}: {str(otherwise)[:SHOWN]}")


def _shown_if_small(value: Any) -> str:
    return f": {value}" if isinstance(value, int | str) else ""


def _difference(found: Any, expected: Any) -> str:
    if isinstance(found, Mapping) and isinstance(expected, Mapping):
        keys = [key for key in {**found, **expected} if found.get(key) != expected.get(key)]
        parts = [f"{key}: {found.get(key)!r} instead of {expected.get(key)!r}" for key in keys]
        return "; ".join(parts)[:SHOWN]
    if isinstance(found, list) and isinstance(expected, list):
        extra = [each for each in found if each not in expected]
        missing = [each for each in expected if each not in found]
        if extra or missing:
            return f"not expected: {extra}; missing: {missing}"[: 2 * SHOWN]
    return f"found {found!r}, expected {expected!r}"[: 2 * SHOWN]
