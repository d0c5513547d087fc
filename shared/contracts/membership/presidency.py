"""The presidency: who presides when, and what it has to see to."""

from dataclasses import dataclass
from datetime import date

from shared.domain import Event


@dataclass(frozen=True, kw_only=True)
class PresidencyElected(Event):
    """A city presides for a year, and hosts that year's summit.

    Attributes:
        year: Calendar year of the term.
        city_id: The city.
        starts_on: First day of the term.
        ends_on: Last day of the term.
        decision: What was decided and by whom, or empty.
        decided_on: Day of the decision, or ``None``.
    """

    year: int
    city_id: str
    starts_on: date
    ends_on: date
    decision: str = ""
    decided_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class PresidencyTakenOver(Event):
    """Another city presides for the rest of a year's term, and hosts a summit in these days.

    Attributes:
        year: Calendar year of the term.
        from_city_id: City that presides until then.
        city_id: City that takes over.
        starts_on: First day of the rest; on the first day of the term, the term is corrected.
        ends_on: Last day of the term, unless it is taken over once more.
        reason: Why.
        decision: What was decided and by whom, or empty.
        decided_on: Day of the decision, or ``None``.
    """

    year: int
    from_city_id: str
    city_id: str
    starts_on: date
    ends_on: date
    reason: str
    decision: str = ""
    decided_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class PresidencyWithdrawn(Event):
    """An election or a takeover of a term that has not begun was entered by mistake.

    Whoever presided in these days without it does so again.

    Attributes:
        year: Calendar year of the term.
        city_id: City that does not preside after all.
        starts_on: First day of what is withdrawn.
        reason: Why.
    """

    year: int
    city_id: str
    starts_on: date
    reason: str


@dataclass(frozen=True, kw_only=True)
class PresidencyHandedOver(Event):
    """The term of another city has begun: rights and open items are its own from now on.

    Attributes:
        handover: Its number: 1 for the first, then 2, 3 …; a higher one is newer.
        year: Calendar year of the term that begins.
        from_city_id: City that had the presidency, or ``None`` for the first one.
        to_city_id: City that has it.
        on: First day of its term, which begins at midnight UTC.
    """

    handover: int
    year: int
    from_city_id: str | None
    to_city_id: str
    on: date


@dataclass(frozen=True, kw_only=True)
class PresidencyItemOpened(Event):
    """There is something that the presidency has to see to.

    Attributes:
        item_id: The item.
        title: What, in a line.
        details: More about it, or empty.
        due_on: Day by which it is to be done.
        city_id: City that sees to it; ``None`` until somebody has the presidency.
        opened_on: Day from which on it is open.
    """

    item_id: str
    title: str
    details: str
    due_on: date
    city_id: str | None
    opened_on: date


@dataclass(frozen=True, kw_only=True)
class PresidencyItemHandedOver(Event):
    """An open item moved to the city that has the presidency now.

    Attributes:
        item_id: The item.
        from_city_id: City that saw to it, or ``None``.
        to_city_id: City that sees to it.
        on: First day of that city's term.
    """

    item_id: str
    from_city_id: str | None
    to_city_id: str
    on: date


@dataclass(frozen=True, kw_only=True)
class PresidencyItemClosed(Event):
    """Nothing is left to do about an item.

    Attributes:
        item_id: The item.
        city_id: City that saw to it, or ``None``.
        outcome: What came of it, or empty.
        closed_on: Day from which on it is closed.
    """

    item_id: str
    city_id: str | None
    outcome: str
    closed_on: date
