"""What was true on a day: facts about other services' things that hold from a day on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar


@dataclass(frozen=True, kw_only=True)
class Change:
    """Something is otherwise from a day on.

    Attributes:
        sequence: Its place among the events of the aggregate that told of it.
        since: First day.
        until: Last day, or ``None`` when it is open.
    """

    sequence: int
    since: date
    until: date | None = None


C = TypeVar("C", bound=Change)


def noted(changes: tuple[C, ...], change: C) -> tuple[C, ...]:
    """Return the changes with one more, once, in the order in which they were told.

    They may be heard in any order; what is kept is the same.
    """
    others = [each for each in changes if each.sequence != change.sequence]
    return tuple(sorted([*others, change], key=lambda each: each.sequence))


def newest_begun(changes: Iterable[C], on: date) -> C | None:
    """Return the change that began last by a day, whether or not it has ended; else ``None``.

    Of two that begin on the same day it is the one told later.
    """
    begun = [each for each in changes if each.since <= on]
    return max(begun, key=lambda each: (each.since, each.sequence), default=None)


def in_force(changes: Iterable[C], on: date) -> C | None:
    """Return the change that holds on a day, or ``None`` when nothing does.

    The newest that has begun decides, and ends what was before, whether or not that had an end of
    its own.
    """
    newest = newest_begun(changes, on)
    if newest is None or (newest.until is not None and newest.until < on):
        return None
    return newest
