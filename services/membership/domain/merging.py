"""Two entries that are one person: who stays, what is refused, and how a circle is broken.

A merger is decided on the duplicate, which then names the survivor. The survivor follows and takes
over what it lacks; the duplicate follows the survivor, so that its id goes on saying what is true.
"""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from shared.errors import Conflict, RuleViolated


class MergedWithOneself(RuleViolated):
    """Both are the same entry."""

    rule = "A person is merged with another entry, not with the same one."


class AlreadyMerged(Conflict):
    """The duplicate was merged into somebody else."""

    rule = "A person is merged into one other."


class WasMerged(Conflict):
    """The entry stands for another one."""

    rule = "What was merged into a person is changed there, and takes in nobody."


class Merged(Protocol):
    """Somebody who may have been merged into somebody else."""

    id: str
    merged_into: str | None


M = TypeVar("M", bound=Merged)


def survivor_of(chain: Sequence[M]) -> M:
    """Return who stays of people each of whom was merged into the next one.

    People who were merged into each other at the same moment are a circle; the one with the lowest
    id stays, whoever asks.

    Args:
        chain: From the first one asked for; the last one was merged into nobody, or into somebody
            who is in it already.
    """
    last = chain[-1]
    if last.merged_into is None:
        return last
    begins = next(place for place, each in enumerate(chain) if each.id == last.merged_into)
    return min(chain[begins:], key=lambda each: each.id)
