"""Waiting for what other processes do; nothing else in tests may sleep."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
PAUSE_SECONDS = 0.02


def wait_until(predicate: Callable[[], T], seconds: float = 10, *, what: str = "") -> T:
    """Wait until a predicate holds, and return what it returned.

    Raises:
        AssertionError: It does not hold in time; the text has what it returned last.
    """
    deadline = time.monotonic() + seconds
    while not (result := predicate()):
        if time.monotonic() > deadline:
            waited = what or getattr(predicate, "__name__", "a condition")
            raise AssertionError(f"{waited} does not hold after {seconds:g} s: {result!r}")
        time.sleep(PAUSE_SECONDS)
    return result
