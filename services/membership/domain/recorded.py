"""What is known from when to when: facts are replaced, and what was known before stays.

A fact has days of its own, in which it holds (``Term``, ``Standing.since``). A record adds when the
network learned of it, and when it was corrected, so that both questions have an answer: who held
the seat on that day, and who was thought to hold it when the invitations went out.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Generic, TypeVar

T = TypeVar("T")

ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
"""Since when facts are known that were entered before it was kept when they were."""
MOMENT = timedelta(milliseconds=1)
"""Between two instants that a document can tell apart."""


@dataclass(frozen=True, kw_only=True)
class Record(Generic[T]):
    """A fact that was entered.

    Attributes:
        fact: What was entered.
        recorded_at: When, UTC.
        replaced_at: When something else was entered in its place, UTC; ``None`` while it counts.
    """

    fact: T
    recorded_at: datetime
    replaced_at: datetime | None = None

    def is_known_at(self, at: datetime | None) -> bool:
        """Tell whether it counted at an instant; whether it counts now when that is ``None``."""
        if at is None:
            return self.replaced_at is None
        return self.recorded_at <= at and (self.replaced_at is None or at < self.replaced_at)


def known(records: Iterable[Record[T]], at: datetime | None = None) -> tuple[T, ...]:
    """Return the facts that counted at an instant, in their order; those of now when ``None``."""
    return tuple(each.fact for each in records if each.is_known_at(at))


def revised(
    records: tuple[Record[T], ...], facts: Iterable[T], *, at: datetime
) -> tuple[Record[T], ...]:
    """Return the records when these facts, and no others, count from an instant on.

    Args:
        records: What was recorded until now.
        facts: All that counts from now on, in order; equal facts are one.
        at: Now, UTC; an earlier instant than that of a record counts as that one.

    Returns:
        What was replaced, oldest first, then what counts, in the order of the facts.
    """
    wanted = list(dict.fromkeys(facts))
    counting = {each.fact: each for each in records if each.replaced_at is None}
    kept = [each for each in records if each.replaced_at is not None]
    ended = [
        replace(each, replaced_at=max(at, each.recorded_at))
        for fact, each in counting.items()
        if fact not in wanted
    ]
    new = [counting.get(fact) or Record(fact=fact, recorded_at=at) for fact in wanted]
    return (*kept, *ended, *new)


def rewritten(
    records: tuple[Record[T], ...], facts: tuple[T, ...], *, at: datetime
) -> tuple[Record[T], ...]:
    """Return the records of a sequence that reads otherwise from an instant on.

    Where facts follow one another, their order is part of what is known. What the sequence begins
    with as before stays; the rest is replaced and entered anew, so that what was known at any
    instant comes in the order that it had. Equal facts are as many as they are.

    Args:
        records: What was recorded until now.
        facts: How the sequence reads from now on.
        at: Now, UTC; an earlier instant than the newest of a record counts as the next one after
            that, so that what was known at any instant stays known.

    Returns:
        All records, in the order in which they were entered.
    """
    counting = [place for place, each in enumerate(records) if each.is_known_at(None)]
    kept = in_common(known(records), facts)
    replaced = set(counting[kept:])
    newest = max((each.replaced_at or each.recorded_at for each in records), default=at)
    now = at if at >= newest else newest + MOMENT
    ended = (
        replace(each, replaced_at=now) if place in replaced else each
        for place, each in enumerate(records)
    )
    return (*ended, *(Record(fact=fact, recorded_at=now) for fact in facts[kept:]))


def in_common(before: tuple[T, ...], after: tuple[T, ...]) -> int:
    """Return how many facts two sequences have in common from their beginning."""
    agree = (old == new for old, new in zip(before, after, strict=False))
    return sum(1 for _ in takewhile(bool, agree))
